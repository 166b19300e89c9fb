//! A table in pieces, each read from an image when somebody asks for it.

use std::sync::OnceLock;

#[cfg(feature = "store")]
use super::image::Unread;

/// A piece of a table.
pub(super) trait Piece: Sized {
    /// Appends what an image keeps of it.
    #[cfg(feature = "store")]
    fn put_image(&self, bytes: &mut Vec<u8>);

    /// One of so many pieces, as an image has it; `None` if that makes no sense.
    #[cfg(feature = "store")]
    fn of_image(bytes: &[u8], piece: usize, pieces: usize) -> Option<Self>;
}

/// Pieces in their order.
#[derive(Clone, Debug)]
pub(super) struct Pieces<T> {
    /// Those that nobody has asked for yet are in the image.
    read: Vec<OnceLock<T>>,
    #[cfg(feature = "store")]
    unread: Option<Unread>,
}

impl<T> Default for Pieces<T> {
    fn default() -> Self {
        Self::from_iter([])
    }
}

impl<T> FromIterator<T> for Pieces<T> {
    fn from_iter<P: IntoIterator<Item = T>>(pieces: P) -> Self {
        Self {
            read: pieces.into_iter().map(OnceLock::from).collect(),
            #[cfg(feature = "store")]
            unread: None,
        }
    }
}

impl<T: Piece> Pieces<T> {
    pub(super) const fn len(&self) -> usize {
        self.read.len()
    }

    /// A piece, if there are so many.
    #[inline(always)]
    pub(super) fn get(&self, piece: usize) -> Option<&T> {
        let read = self.read.get(piece)?;
        Some(read.get_or_init(|| self.of_image(piece)))
    }

    pub(super) fn get_mut(&mut self, piece: usize) -> Option<&mut T> {
        self.get(piece)?;
        self.read.get_mut(piece)?.get_mut()
    }

    pub(super) fn push(&mut self, piece: T) {
        self.read.push(piece.into());
    }

    /// Those that are in memory.
    pub(super) fn iter_read(&self) -> impl Iterator<Item = &T> {
        self.read.iter().filter_map(OnceLock::get)
    }

    #[cfg(not(feature = "store"))]
    fn of_image(&self, _: usize) -> T {
        unreachable!("without a store there is no image");
    }
}

#[cfg(feature = "store")]
impl<T: Piece> Pieces<T> {
    /// Those of an image.
    pub(super) fn imaged(unread: Unread) -> Self {
        Self {
            read: (0..unread.len()).map(|_| OnceLock::new()).collect(),
            unread: Some(unread),
        }
    }

    #[cold]
    fn of_image(&self, piece: usize) -> T {
        let unread = self.unread.as_ref();
        let unread = unread.expect("what is in no image is in memory");
        unread.read(piece, |bytes| T::of_image(bytes, piece, unread.len()))
    }

    /// Appends what an image keeps of a piece, which an image may have already.
    pub(super) fn put_image(&self, piece: usize, bytes: &mut Vec<u8>) -> std::io::Result<()> {
        match (self.read[piece].get(), &self.unread) {
            (Some(read), _) => read.put_image(bytes),
            (None, Some(unread)) => bytes.extend(unread.bytes(piece)?),
            (None, None) => {}
        }
        Ok(())
    }
}
