//! Any damage to a store, and any bytes in its place: an error or the right answers, and what is saved of it is sound.

#![no_main]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use samestory::{
    Article, Background, Clusterer, Durability, ErrorKind, IndexStory, Outcome, Placement,
    StoryIndex, StoryOrder, Timestamp,
};

/// A file, and whether it is opened or salvaged.
#[derive(Arbitrary, Debug)]
struct Input<'a> {
    salvage: bool,
    file: Contents<'a>,
    /// What is done to the image beside it, if there is one.
    image: Option<Vec<Damage<'a>>>,
}

#[derive(Arbitrary, Debug)]
enum Contents<'a> {
    Damaged(Vec<Damage<'a>>),
    Any(&'a [u8]),
}

#[derive(Arbitrary, Debug)]
enum Damage<'a> {
    Flipped(Place, u8),
    Written(Place, &'a [u8]),
    Copied { from: Place, to: Place, length: u16 },
    Truncated(Place),
    Appended(&'a [u8]),
}

/// A byte of a page that is not empty.
#[derive(Arbitrary, Clone, Copy, Debug)]
struct Place {
    page: u8,
    at: u16,
}

const PAGE: usize = 4096;

/// A store as it was closed, and what it says.
struct Whole {
    clusterer: Clusterer,
    bytes: Vec<u8>,
    image: Vec<u8>,
    /// Where pages begin that are not empty.
    pages: Vec<usize>,
    stories: Vec<IndexStory>,
    placements: Vec<Placement>,
    /// All stories after one more article.
    after: Vec<IndexStory>,
}

const ARTICLES: [(&str, &str, &str, Option<i64>); 9] = [
    (
        "a",
        "Ferry aground off Marr",
        "The Marr ferry Corrigan ran aground with 212 people on board on Thursday, and tugs went out to it before the storm came.",
        Some(1),
    ),
    (
        "b",
        "Corrigan aground",
        "The Marr ferry Corrigan ran aground with 212 people on board on Thursday, and tugs went out to it before the storm came.",
        Some(2),
    ),
    (
        "c",
        "Corrigan refloated",
        "Tugs pulled the ferry Corrigan and its 212 people off the Marr rocks.",
        Some(2),
    ),
    (
        "d",
        "Stannick wins the cup",
        "Stannick won the cup with a late goal.",
        None,
    ),
    (
        "e",
        "Late goal",
        "A late goal gave Stannick the cup on Sunday.",
        Some(9),
    ),
    ("f", "", "", None),
    (
        "g",
        "Wheat prices of the week",
        "Wheat 201, maize 150, barley 130, oats 90, rye 77, soya 301, rice 407, sugar 88, cocoa 1200, coffee 900.",
        Some(20),
    ),
    (
        "h",
        "Wheat prices of the week",
        "Wheat 208, maize 151, barley 139, oats 91, rye 70, soya 309, rice 417, sugar 80, cocoa 1250, coffee 930.",
        Some(27),
    ),
    (
        "é",
        "Élise Čapek élue",
        "Élise Čapek a été élue maire de Marr.",
        Some(-5),
    ),
];
const GONE: &str = "gone";

fn articles() -> Vec<Article<'static>> {
    let article = |&(id, title, body, day): &(_, _, _, Option<i64>)| Article {
        id,
        title,
        body,
        published: day.map(|day| Timestamp::from_seconds(86_400 * day)),
    };
    ARTICLES.iter().map(article).collect()
}

const NEXT: Article<'_> = Article::new("next", "Corrigan", "The ferry Corrigan is in Marr.");

static WHOLE: LazyLock<Whole> = LazyLock::new(|| {
    // a small one, as all of it is hashed whenever a store is opened
    let clusterer =
        Clusterer::new().with_background(Background::count(["the ferry", "the cup"], 1));
    let file = File::new("whole");
    let (memory, index) = (
        StoryIndex::with_clusterer(&clusterer),
        file.open(&clusterer),
    );
    let index = index.expect("the disk is there");
    for index in [&memory, &index] {
        let gone = Article::new(
            GONE,
            "Cup final",
            "Stannick plays in the cup final on Sunday.",
        );
        index.insert(&gone).expect("the disk is there");
        for articles in articles().chunks(3) {
            index.insert_many(articles).expect("the disk is there");
        }
        index.remove(GONE).expect("the disk is there");
    }
    drop(index);
    let bytes = fs::read(&file.0).expect("the disk is there");
    let image = fs::read(file.image()).expect("the disk is there");
    let stories = all(&memory);
    let queried = articles().into_iter().chain([NEXT]);
    let placements = queried.map(|article| memory.query(&article)).collect();
    memory.insert(&NEXT).expect("it is in memory");
    let pages = (0..bytes.len()).step_by(PAGE);
    Whole {
        clusterer,
        pages: pages
            .filter(|&at| bytes[at..].iter().take(PAGE).any(|&byte| byte != 0))
            .collect(),
        bytes,
        image,
        stories,
        placements,
        after: all(&memory),
    }
});

/// A file that goes when it is dropped.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let file = format!("samestory-fuzz-{}-{name}.store", std::process::id());
        let file = Self(std::env::temp_dir().join(file));
        file.remove();
        file
    }

    fn image(&self) -> PathBuf {
        self.0.with_extension("store.image")
    }

    fn remove(&self) {
        _ = fs::remove_file(&self.0);
        _ = fs::remove_file(self.image());
    }

    fn open(&self, clusterer: &Clusterer) -> Result<StoryIndex, samestory::Error> {
        StoryIndex::open(&self.0, clusterer, Durability::EachCall)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        self.remove();
    }
}

impl AsRef<Path> for File {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

/// A panic that gets out of it still ends the fuzzer.
static SALVAGES: AtomicBool = AtomicBool::new(false);

fuzz_target!(
    init: {
        rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .use_current_thread()
            .build_global()
            .expect("nobody has used it before");
        // a panic that salvage catches is none
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |what| {
            if !SALVAGES.load(Ordering::Relaxed) {
                hook(what);
            }
        }));
    },
    |input: Input<'_>| {
        let bytes = match &input.file {
            Contents::Damaged(damages) => damaged(&WHOLE.bytes, damages),
            Contents::Any(bytes) => bytes.to_vec(),
        };
        let image = input.image.as_deref();
        match input.salvage {
            true => salvage(&bytes),
            false => open(&bytes, image.map(|damages| damaged(&WHOLE.image, damages))),
        }
    }
);

fn damaged(bytes: &[u8], damages: &[Damage<'_>]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for damage in damages {
        let at = |place: &Place| {
            let pages = &WHOLE.pages;
            pages[usize::from(place.page) % pages.len()] + usize::from(place.at) % PAGE
        };
        let write = |bytes: &mut Vec<u8>, at: usize, new: &[u8]| {
            for (old, new) in bytes.iter_mut().skip(at).zip(new) {
                *old = *new;
            }
        };
        match damage {
            Damage::Flipped(place, bit) => {
                if let Some(byte) = bytes.get_mut(at(place)) {
                    *byte ^= 1 << (bit % 8);
                }
            }
            Damage::Written(place, new) => write(&mut bytes, at(place), new),
            Damage::Copied { from, to, length } => {
                let part = bytes.iter().skip(at(from)).take((*length).into());
                let part: Vec<u8> = part.copied().collect();
                write(&mut bytes, at(to), &part);
            }
            Damage::Truncated(place) => bytes.truncate(at(place)),
            Damage::Appended(new) => bytes.extend_from_slice(new),
        }
    }
    bytes
}

/// Opening gives an error, or an index that says what it said before and goes on. Beside an image damage may be met later, by what
/// writes.
fn open(bytes: &[u8], image: Option<Vec<u8>>) {
    let file = File::new("open");
    fs::write(&file, bytes).expect("the disk is there");
    if let Some(image) = &image {
        fs::write(file.image(), image).expect("the disk is there");
    }
    let index = match file.open(&WHOLE.clusterer) {
        Ok(index) => index,
        Err(error) => {
            assert!(bytes != WHOLE.bytes, "{error}");
            let kinds = [
                ErrorKind::DamagedStore,
                ErrorKind::OtherStore,
                ErrorKind::Store,
            ];
            assert!(kinds.contains(&error.kind()), "{error:?}");
            return;
        }
    };
    if bytes.is_empty() {
        // a file without a byte is a new store
        assert!(index.is_empty());
        return;
    }
    assert_eq!(all(&index), WHOLE.stories);
    let queried = articles().into_iter().chain([NEXT]);
    let placements: Vec<Placement> = queried.map(|article| index.query(&article)).collect();
    assert_eq!(placements, WHOLE.placements);
    let inserted = index.insert(&NEXT);
    assert_eq!(all(&index), WHOLE.after);
    drop(index);
    match (inserted, file.open(&WHOLE.clusterer)) {
        (Ok(_), Ok(index)) => assert_eq!(all(&index), WHOLE.after),
        (Err(_), Ok(index)) if image.is_some() => assert_eq!(all(&index), WHOLE.stories),
        (_, Err(_)) if image.is_some() => assert!(bytes != WHOLE.bytes),
        (inserted, _) => panic!("it was open before: {inserted:?}"),
    }
}

/// Salvaging gives an error, or a store of articles that were there, and it goes on.
fn salvage(bytes: &[u8]) {
    let (file, saved) = (File::new("salvage"), File::new("saved"));
    fs::write(&file, bytes).expect("the disk is there");
    SALVAGES.store(true, Ordering::Relaxed);
    let salvage = StoryIndex::salvage(&file, &saved, &WHOLE.clusterer);
    SALVAGES.store(false, Ordering::Relaxed);
    assert!(fs::read(&file).is_ok_and(|now| now == bytes));
    let salvage = match salvage {
        Ok(salvage) => salvage,
        Err(error) => {
            assert!(bytes != WHOLE.bytes, "{error}");
            return;
        }
    };
    let index = saved.open(&WHOLE.clusterer).expect("it was made anew");
    assert_eq!(index.len(), salvage.saved);
    if bytes == WHOLE.bytes {
        assert_eq!(
            (salvage.saved, salvage.of),
            (ARTICLES.len(), Some(ARTICLES.len()))
        );
        assert_eq!(all(&index), WHOLE.stories);
    }
    let stories = all(&index);
    let ids: Vec<&String> = stories.iter().flat_map(|story| &story.articles).collect();
    let different: BTreeSet<&String> = ids.iter().copied().collect();
    assert_eq!(ids.len(), salvage.saved);
    assert_eq!(different.len(), salvage.saved);
    let mut known = articles();
    known.push(Article::new(
        GONE,
        "Cup final",
        "Stannick plays in the cup final on Sunday.",
    ));
    for article in &known {
        if different.contains(&article.id.to_owned()) {
            // with its text and its date
            assert_eq!(index.query(article).outcome, Outcome::Unchanged);
        }
    }
    assert!(
        ids.iter()
            .all(|id| known.iter().any(|article| article.id == **id))
    );
    // now or later, whatever is missing
    let everything = Timestamp::from_seconds(i64::MIN);
    if bytes.len() % 2 == 0 {
        index.refresh(everything).expect("the disk is there");
    }
    index.insert_many(&known).expect("the disk is there");
    index.refresh(everything).expect("the disk is there");
    assert_eq!(index.len(), known.len());
    drop(index);
    let index = saved.open(&WHOLE.clusterer).expect("it was open before");
    assert_eq!(index.len(), known.len());
}

/// All stories, as they began.
fn all(index: &StoryIndex) -> Vec<IndexStory> {
    index.stories(StoryOrder::Begun, 0..usize::MAX)
}
