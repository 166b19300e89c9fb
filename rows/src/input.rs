//! A file as its reader sees it: opened, decompressed, with its first bytes at hand.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use crate::progress::{Progress, counted};

/// So many bytes are looked at to tell what a file is.
const HEAD: usize = 1 << 16;

/// So often a file may be compressed.
const LAYERS: usize = 3;

/// The mark of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

const GZIP: &[u8] = &[0x1F, 0x8B];
const ZSTD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

/// An opened file or standard input.
pub(crate) struct Input {
    /// Its first bytes, without a byte order mark of UTF-8.
    pub(crate) head: Vec<u8>,
    /// What follows them.
    rest: Bytes,
    /// Whether there was a mark before them.
    pub(crate) marked: bool,
    /// Whether it is compressed.
    pub(crate) compressed: bool,
    /// The file itself if it is not compressed.
    #[cfg_attr(
        not(feature = "parquet"),
        allow(dead_code, reason = "Parquet is not read from its start to its end")
    )]
    pub(crate) file: Option<File>,
}

impl Input {
    /// Opens a file, `-` is standard input, and looks through its compression.
    pub(crate) fn open(path: &Path, progress: Option<&Arc<Progress>>) -> io::Result<Self> {
        let (read, file) = if path == Path::new("-") {
            (counted(io::stdin(), progress), None)
        } else {
            let file = File::open(path)?;
            let plain = path.is_file().then(|| file.try_clone()).transpose()?;
            (counted(file, progress), plain)
        };
        let mut input = Self::new(read, &|_| false)?;
        input.file = file.filter(|_| !input.compressed);
        Ok(input)
    }

    /// What is read looked through its compression, with as many of its first bytes as are enough, or all that
    /// are looked at.
    pub(crate) fn new(read: Bytes, enough: &dyn Fn(&[u8]) -> bool) -> io::Result<Self> {
        let (mut head, mut rest) = peek(read, enough)?;
        let mut compressed = false;
        for _ in 0..LAYERS {
            let layer = if head.starts_with(GZIP) {
                gzip
            } else if head.starts_with(ZSTD) {
                zstd
            } else {
                break;
            };
            compressed = true;
            (head, rest) = peek(layer(Box::new(Cursor::new(head).chain(rest)))?, enough)?;
        }
        let marked = head.starts_with(BYTE_ORDER_MARK);
        if marked {
            head.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(Self {
            head,
            rest,
            marked,
            compressed,
            file: None,
        })
    }

    /// The whole of it.
    pub(crate) fn into_read(self) -> Bytes {
        Box::new(Cursor::new(self.head).chain(self.rest))
    }
}

pub(crate) type Bytes = Box<dyn Read + Send>;

/// The first bytes, and what follows them. What broke behind a byte breaks there again.
fn peek(mut input: Bytes, enough: &dyn Fn(&[u8]) -> bool) -> io::Result<(Vec<u8>, Bytes)> {
    let mut head = vec![0; HEAD];
    let mut end = 0;
    let compressed = |head: &[u8]| head.starts_with(GZIP) || head.starts_with(ZSTD);
    while end < HEAD && !compressed(&head[..end]) && !enough(&head[..end]) {
        match input.read(&mut head[end..]) {
            Ok(0) => break,
            Ok(read) => end += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if end == 0 => return Err(error),
            Err(error) => {
                input = Box::new(Broken(Some(error)));
                break;
            }
        }
    }
    head.truncate(end);
    Ok((head, input))
}

/// Where a file broke off.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Says of an error what was broken.
#[cfg(feature = "compressed")]
struct Named<R>(R, &'static str);

#[cfg(feature = "compressed")]
impl<R: Read> Read for Named<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            kind => io::Error::new(
                kind,
                format!("the {} is broken or cut off: {error}", self.1),
            ),
        })
    }
}

/// All members, one after the other.
#[cfg(feature = "compressed")]
fn gzip(input: Bytes) -> io::Result<Bytes> {
    Ok(Box::new(Named(
        flate2::read::MultiGzDecoder::new(input),
        "gzip",
    )))
}

/// All frames, one after the other.
#[cfg(feature = "compressed")]
fn zstd(input: Bytes) -> io::Result<Bytes> {
    Ok(Box::new(Named(zstd::Decoder::new(input)?, "zstd")))
}

#[cfg(not(feature = "compressed"))]
fn gzip(_: Bytes) -> io::Result<Bytes> {
    Err(crate::content::not_built("gzip", "compressed"))
}

#[cfg(not(feature = "compressed"))]
fn zstd(_: Bytes) -> io::Result<Bytes> {
    Err(crate::content::not_built("zstd", "compressed"))
}
