//! Laws of the store: what an index on disk says after it was closed, copied, damaged.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use samestory::{
    Article, Background, Clusterer, Config, Durability, Error, ErrorKind, IndexStory, StoryIndex,
    StoryOrder, Timestamp,
};

use crate::corpus::{Corpus, Rng};
use crate::laws::cases;

/// A file that goes when the test ends.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let file = format!("samestory-{}-{name}.store", std::process::id());
        let file = Self(std::env::temp_dir().join(file));
        file.remove();
        file
    }

    /// The image beside it.
    fn image(&self) -> PathBuf {
        self.0.with_extension("store.image")
    }

    fn remove(&self) {
        _ = fs::remove_file(&self.0);
        _ = fs::remove_file(self.image());
    }

    fn open(&self, durability: Durability) -> Result<StoryIndex, Error> {
        StoryIndex::open(&self.0, &Clusterer::new(), durability)
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

fn all(index: &StoryIndex) -> Vec<IndexStory> {
    index.stories(StoryOrder::Begun, 0..usize::MAX)
}

/// Two indices give the same answers.
fn assert_same(index: &StoryIndex, other: &StoryIndex, articles: &[Article<'_>]) {
    assert_eq!(index.len(), other.len());
    assert_eq!(all(index), all(other));
    for article in articles {
        assert_eq!(index.query(article), other.query(article), "{}", article.id);
    }
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn closed_and_opened_again_it_gives_the_same_answers(
        seed in any::<u64>(),
        size in 1usize..160,
        steps in prop::collection::vec((0u8..24, any::<prop::sample::Index>()), 1..160),
    ) {
        let corpus = Corpus::new(seed, size);
        let mut articles = corpus.articles();
        Rng::new(seed).shuffle(&mut articles);
        prop_assume!(!articles.is_empty());
        let file = File::new(&format!("law-{seed}"));
        let memory = StoryIndex::new();
        let later = Durability::MayLoseLast { calls: 8, time: Duration::from_secs(60) };
        let mut stored = file.open(later).unwrap();
        for (kind, at) in steps {
            let article = at.get(&articles);
            let time = article.published.unwrap_or(Timestamp::from_seconds(0));
            match kind {
                0 => prop_assert_eq!(memory.remove(article.id), stored.remove(article.id)),
                1 => prop_assert_eq!(memory.expire_before(time), stored.expire_before(time)),
                2 => prop_assert_eq!(memory.refresh(time), stored.refresh(time)),
                3 => {
                    let version = Article { title: "Another title of the same report", ..*article };
                    prop_assert_eq!(memory.insert(&version), stored.insert(&version));
                }
                4 | 5 => {
                    drop(stored);
                    stored = file.open(if kind == 4 { later } else { Durability::EachCall }).unwrap();
                    assert_same(&memory, &stored, &articles[..articles.len().min(8)]);
                }
                6 => {
                    let some = &articles[at.index(articles.len())..];
                    prop_assert_eq!(memory.insert_many(some), stored.insert_many(some));
                }
                _ => prop_assert_eq!(memory.insert(article), stored.insert(article)),
            }
        }
        drop(stored);
        assert_same(&memory, &file.open(later).unwrap(), &articles);
    }
}

#[test]
fn one_at_a_time_has_it() {
    let file = File::new("one");
    let index = file.open(Durability::EachCall).unwrap();
    let error = file.open(Durability::EachCall).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StoreInUse);
    assert!(
        error.to_string().contains(&*file.0.to_string_lossy()),
        "{error}"
    );
    drop(index);
    file.open(Durability::EachCall).unwrap();
}

#[test]
fn another_configuration_is_refused_and_named() {
    let file = File::new("other");
    drop(file.open(Durability::EachCall).unwrap());
    let strict = Config {
        jaccard: 0.8,
        ..Config::default()
    };
    let strict = Clusterer::with_config(strict).unwrap();
    let error = StoryIndex::open(&file, &strict, Durability::EachCall).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OtherStore);
    assert!(
        error
            .to_string()
            .contains("jaccard: 0.3 and not jaccard: 0.8"),
        "{error}"
    );
    let other = Clusterer::new().with_background(Background::none());
    let error = StoryIndex::open(&file, &other, Durability::EachCall).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OtherStore);
    assert!(error.to_string().contains("its background is"), "{error}");
    // and it is as it was
    file.open(Durability::EachCall).unwrap();
}

#[test]
fn what_is_no_store_is_left_alone() {
    let file = File::new("text");
    let text = "These are the notes of a journalist. ".repeat(300);
    fs::write(&file, &text).unwrap();
    let error = file.open(Durability::EachCall).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OtherStore, "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    let nowhere = std::env::temp_dir().join("samestory-no-such-folder/a.store");
    let error = StoryIndex::open(nowhere, &Clusterer::new(), Durability::EachCall).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store, "{error}");
}

/// An index of some articles, closed, and the same in memory.
fn filled(file: &File, corpus: &Corpus) -> StoryIndex {
    let memory = StoryIndex::new();
    let stored = file.open(Durability::EachCall).expect("the disk is there");
    for articles in corpus.articles().chunks(40) {
        stored.insert_many(articles).expect("the disk is there");
        memory.insert_many(articles).expect("the disk is there");
    }
    memory
}

/// Copies of a file, each with one bit that is another, or without its end.
fn damaged(bytes: &[u8], times: usize) -> impl Iterator<Item = Vec<u8>> {
    let mut draw = Rng::new(5);
    (0..times).map(move |time| {
        let (mut bytes, at) = (bytes.to_vec(), draw.below(bytes.len()));
        match time % 2 {
            0 => bytes[at] ^= 1 << draw.below(8),
            _ => bytes.truncate(at),
        }
        bytes
    })
}

#[test]
fn damage_is_an_error_or_does_not_matter() {
    let (file, copy) = (File::new("damage"), File::new("damage-copy"));
    let corpus = Corpus::new(3, 200);
    let memory = filled(&file, &corpus);
    let bytes = fs::read(&file).unwrap();
    let (mut fine, mut refused) = (0, 0);
    for bytes in damaged(&bytes, 60) {
        fs::write(&copy, &bytes).unwrap();
        match copy.open(Durability::EachCall) {
            Ok(index) => {
                assert_same(&index, &memory, &corpus.articles()[..4]);
                fine += 1;
            }
            Err(error) => {
                let damaged = [
                    ErrorKind::DamagedStore,
                    ErrorKind::OtherStore,
                    ErrorKind::Store,
                ];
                assert!(damaged.contains(&error.kind()), "{error:?}");
                refused += 1;
            }
        }
    }
    assert!(fine > 0 && refused > 0, "{fine} fine, {refused} refused");
}

/// What may be said of a store that is damaged.
fn assert_refused(error: &Error) {
    let kinds = [
        ErrorKind::DamagedStore,
        ErrorKind::OtherStore,
        ErrorKind::Store,
    ];
    assert!(kinds.contains(&error.kind()), "{error:?}");
}

#[test]
fn a_damaged_image_is_as_none() {
    let (file, copy) = (File::new("image"), File::new("image-copy"));
    let corpus = Corpus::new(3, 120);
    let memory = filled(&file, &corpus);
    let (store, image) = (fs::read(&file).unwrap(), fs::read(file.image()).unwrap());
    let nothing = [Vec::new(), image.repeat(2)];
    for image in damaged(&image, 60).chain(nothing) {
        fs::write(&copy, &store).unwrap();
        fs::write(copy.image(), &image).unwrap();
        let index = copy.open(Durability::EachCall).unwrap();
        assert_same(&index, &memory, &corpus.articles()[..2]);
    }
}

/// Whether an image was used cannot be seen but for damage that nobody has read.
#[test]
fn beside_an_image_damage_is_an_error_or_does_not_matter() {
    let (file, copy) = (File::new("beside"), File::new("beside-copy"));
    let corpus = Corpus::new(6, 40);
    let articles = corpus.articles();
    let memory = filled(&file, &corpus);
    let whole = fs::read(&file).unwrap();
    let new = Article::new("new", "Grounded ferry", "The ferry is aground off Marr.");
    let after = StoryIndex::new();
    for articles in articles.chunks(40) {
        after.insert_many(articles).unwrap();
    }
    after.insert(&new).unwrap();
    let (mut unseen, mut refused, mut written) = (0, 0, 0);
    for (page, bits) in (0..whole.len())
        .step_by(4096)
        .flat_map(|page| [(page, 0xFF), (page, 4)])
    {
        if whole[page..].iter().take(4096).all(|&byte| byte == 0) {
            continue;
        }
        let mut bytes = whole.clone();
        match bits {
            0xFF => bytes[page..][..4096]
                .iter_mut()
                .for_each(|byte| *byte ^= bits),
            _ => bytes[page + page / 4096 * 509 % 4096] ^= bits,
        }
        fs::write(&copy, &bytes).unwrap();
        _ = fs::remove_file(copy.image());
        let is_refused = match copy.open(Durability::EachCall) {
            Ok(_) => false,
            Err(error) => {
                assert_refused(&error);
                true
            }
        };
        fs::write(&copy, &bytes).unwrap();
        fs::copy(file.image(), copy.image()).unwrap();
        let index = match copy.open(Durability::EachCall) {
            Ok(index) => index,
            Err(error) => {
                assert!(is_refused, "{error}");
                assert_refused(&error);
                refused += 1;
                continue;
            }
        };
        unseen += usize::from(is_refused);
        assert_same(&index, &memory, &articles[..2]);
        let inserted = index.insert(&new);
        assert_same(&index, &after, &articles[..2]);
        drop(index);
        match (inserted, copy.open(Durability::EachCall)) {
            (Ok(_), Ok(index)) => {
                assert_same(&index, &after, &articles[..2]);
                written += 1;
            }
            (Err(error), Err(again)) => {
                assert_eq!(error.kind(), ErrorKind::DamagedStore, "{error}");
                assert_refused(&again);
            }
            // a byte that no page has a use for
            (Err(error), Ok(index)) => {
                assert_eq!(error.kind(), ErrorKind::DamagedStore, "{error}");
                assert_same(&index, &memory, &articles[..2]);
            }
            (Ok(_), Err(error)) => assert_refused(&error),
        }
    }
    assert!(unseen > 0 && written > 0, "{unseen} {refused} {written}");
}

#[test]
fn an_image_of_another_moment_is_not_used() {
    let (file, copy, other) = (
        File::new("moment"),
        File::new("moment-copy"),
        File::new("moment-other"),
    );
    let corpus = Corpus::new(8, 60);
    let articles = corpus.articles();
    let half = articles.len() / 2;
    let memory = StoryIndex::new();
    filled(&other, &Corpus::new(9, 60));
    let mut images = vec![other.image()];
    let moment = |copy: &File, images: &[PathBuf], memory: &StoryIndex| {
        let store = fs::read(&file).unwrap();
        for image in images {
            fs::write(copy, &store).unwrap();
            fs::copy(image, copy.image()).unwrap();
            assert_same(&copy.open(Durability::EachCall).unwrap(), memory, &articles);
        }
    };
    for articles in [&articles[..half], &articles[half..]] {
        memory.insert_many(articles).unwrap();
        let index = file.open(Durability::EachCall).unwrap();
        index.insert_many(articles).unwrap();
        // as a crash would leave it
        images.push(file.image());
        images.retain(|image| image.exists());
        moment(&copy, &images, &memory);
        drop(index);
        moment(&copy, &images, &memory);
    }
    // nothing has changed, so it is that of before with another end
    drop(file.open(Durability::EachCall).unwrap());
    moment(&copy, &[file.image()], &memory);
    memory.remove(articles[1].id).unwrap();
    file.open(Durability::EachCall)
        .unwrap()
        .remove(articles[1].id)
        .unwrap();
    moment(&copy, &images, &memory);
}

#[test]
fn what_can_be_read_is_saved() {
    let (file, copy, saved) = (
        File::new("salvage"),
        File::new("salvage-copy"),
        File::new("saved"),
    );
    let corpus = Corpus::new(4, 200);
    let memory = filled(&file, &corpus);
    // of a whole store all is saved
    let salvage = StoryIndex::salvage(&file, &saved, &Clusterer::new()).unwrap();
    assert_eq!(
        (salvage.saved, salvage.of),
        (memory.len(), Some(memory.len()))
    );
    let index = saved.open(Durability::EachCall).unwrap();
    for article in corpus.articles() {
        assert_eq!(index.story_of(article.id), memory.story_of(article.id));
    }
    drop(index);
    // what is there already stays
    let error = StoryIndex::salvage(&file, &saved, &Clusterer::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);

    let (bytes, mut most) = (fs::read(&file).unwrap(), 0);
    for bytes in damaged(&bytes, 24) {
        fs::write(&copy, &bytes).unwrap();
        saved.remove();
        let Ok(salvage) = StoryIndex::salvage(&copy, &saved, &Clusterer::new()) else {
            continue;
        };
        assert!(salvage.saved <= memory.len());
        most = most.max(salvage.saved);
        // the new store is sound, and goes on
        let index = saved.open(Durability::EachCall).unwrap();
        assert_eq!(index.len(), salvage.saved);
        let stories = all(&index);
        assert_eq!(
            stories
                .iter()
                .map(|story| story.articles.len())
                .sum::<usize>(),
            salvage.saved
        );
        for article in &corpus.articles() {
            index.insert(article).unwrap();
        }
        assert_eq!(index.len(), memory.len());
    }
    assert!(most > memory.len() / 2, "{most}");
}

#[test]
fn whatever_page_is_lost_the_saved_store_goes_on() {
    let (file, copy, saved) = (
        File::new("page"),
        File::new("page-copy"),
        File::new("page-saved"),
    );
    let corpus = Corpus::new(6, 40);
    let memory = filled(&file, &corpus);
    let whole = fs::read(&file).unwrap();
    let mut salvaged = 0;
    for page in (0..whole.len()).step_by(4096) {
        if whole[page..].iter().take(4096).all(|&byte| byte == 0) {
            continue;
        }
        let mut bytes = whole.clone();
        bytes[page..]
            .iter_mut()
            .take(4096)
            .for_each(|byte| *byte = 0);
        fs::write(&copy, &bytes).unwrap();
        saved.remove();
        if StoryIndex::salvage(&copy, &saved, &Clusterer::new()).is_err() {
            continue;
        }
        salvaged += 1;
        // where the page held words or terms, they are missed now
        let everything = Timestamp::from_seconds(i64::MIN);
        let index = saved.open(Durability::EachCall).unwrap();
        index.refresh(everything).unwrap();
        index.insert_many(&corpus.articles()).unwrap();
        index.refresh(everything).unwrap();
        assert_eq!(index.len(), memory.len());
        drop(index);
        let index = saved.open(Durability::EachCall).unwrap();
        assert_eq!(index.len(), memory.len());
    }
    assert!(salvaged > 10, "{salvaged}");
}

/// A page with the middle of another one over its own says there are billions of rows, or leads in a circle.
#[test]
fn a_page_that_says_anything_keeps_nobody_waiting() {
    let (file, copy, saved) = (
        File::new("odd"),
        File::new("odd-copy"),
        File::new("odd-saved"),
    );
    let corpus = Corpus::new(6, 12);
    let memory = filled(&file, &corpus);
    let whole = fs::read(&file).unwrap();
    let pages = (0..whole.len() - 8192).step_by(4096);
    let mut salvaged = 0;
    for page in pages.filter(|&page| whole[page..][..4096].iter().any(|&byte| byte != 0)) {
        for (from, to) in [(4095, 255), (2, 0), (0, 8)] {
            let mut bytes = whole.clone();
            bytes.copy_within(page + from..page + from + 2048, page + to);
            fs::write(&copy, &bytes).unwrap();
            saved.remove();
            if let Ok(salvage) = StoryIndex::salvage(&copy, &saved, &Clusterer::new()) {
                assert!(salvage.saved <= memory.len());
                salvaged += 1;
            }
        }
    }
    assert!(salvaged > 10, "{salvaged}");
}

#[test]
fn what_may_be_lost_is_written_soon() {
    let (file, copy) = (File::new("soon"), File::new("soon-copy"));
    let soon = Durability::MayLoseLast {
        calls: 1000,
        time: Duration::from_millis(20),
    };
    let index = file.open(soon).unwrap();
    let corpus = Corpus::new(9, 30);
    let articles = corpus.articles();
    let written = || {
        // as a crash would leave it
        fs::copy(&file, &copy).unwrap();
        copy.open(Durability::EachCall)
            .map_or(0, |index| index.len())
    };
    for article in &articles[..20] {
        index.insert(article).unwrap();
    }
    index.flush().unwrap();
    assert_eq!(written(), 20);
    index.insert(&articles[20]).unwrap();
    let begun = Instant::now();
    while written() < 21 {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "it was never written"
        );
    }
}
