//! Some of the keys to the articles that have them, four bytes each.

#[cfg(feature = "store")]
use super::rows::{Read, put_list};
use crate::lanes::fetch;

/// The keys that begin with the same bits, with their articles: in lines of the cache, an entry in 32 bits.
///
/// In which line an entry stands says the first half of its key, so it need only hold the rest, and with that the article as
/// the distance from the first one there. Where a line is full an entry makes way into the next one. What has no place in
/// lines, since the next ones are full too or its article is too far from the others, stands beside them with all its bits.
///
/// # References
///
/// - J. G. Cleary, "Compact hash tables using bidirectional linear probing" (1984): the place of an entry is part of its key.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    /// Each but the last one, which only has what made way, is the home of as many keys as any other, in their order.
    lines: Box<[Line]>,
    /// What has no place in lines, ascending: the home of each is full, unless there are far ones.
    loose: Vec<u64>,
    /// Whether articles that are too far from the first one may be among the loose ones.
    has_far: bool,
    /// So many bits do all keys begin with.
    depth: u8,
    /// How many entries stand in lines.
    filled: u32,
    /// The first key.
    prefix: u32,
    /// So many keys have the same home.
    keys: u32,
    /// No article in lines has a lower number.
    first: u32,
    /// So many numbers of articles from the first one on can stand in lines; for the last of them stands [`MANY`].
    window: u32,
}

/// Entries, and behind them empty places.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Line([u32; WIDTH]);

const WIDTH: usize = 16;
/// A place without an entry.
const EMPTY: u32 = u32::MAX;
/// The bit of an entry that made way: its home is the line before.
const MOVED: u32 = 1 << 31;
/// So many lines are looked through for an empty place: farther away there is seldom one before there are more lines.
const REACH: usize = 12;
/// With so many entries a line there will be more lines.
const FULL: usize = 15;

/// How many articles of one key stand in lines.
pub(super) const FEW: usize = 8;

/// In place of an article: the bucket stands by itself.
pub(super) const MANY: u32 = u32::MAX;

/// An article under a key.
pub(super) fn entry(key: u32, article: u32) -> u64 {
    u64::from(key) << 32 | u64::from(article)
}

/// The key of an entry.
pub(super) fn key_of(entry: u64) -> u32 {
    (entry >> 32) as u32
}

/// So many lines are the homes of so many entries, and there is room for a fifth more.
const fn homes_of(entries: usize) -> usize {
    entries / FULL * 6 / 5 + 1
}

/// Flags of a byte each as bits. In a function of its own the compiler leaves them beside each other.
#[inline(never)]
fn bits(flags: &[u8; WIDTH]) -> u32 {
    // each byte times its bit, all of them in the highest byte
    let gather = |bytes: &[u8]| {
        let bytes = bytes.iter().rev();
        let flags = bytes.fold(0, |flags: u64, &byte| flags << 8 | u64::from(byte));
        (flags.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
    };
    gather(&flags[..8]) | gather(&flags[8..]) << 8
}

/// Divides by a product: the processor takes longer for a quotient.
#[derive(Clone, Copy)]
struct Divisor {
    by: u32,
    inverse: u64,
}

impl Divisor {
    fn new(by: u32) -> Self {
        Self {
            by,
            inverse: u64::MAX / u64::from(by.max(1)),
        }
    }

    /// The quotient and what is left.
    fn divide(self, number: u32) -> (u32, u32) {
        let product = u128::from(self.inverse) * (u128::from(number) + 1);
        let quotient = (product >> 64) as u32;
        (quotient, number - quotient * self.by)
    }
}

impl Line {
    /// The places of some entries, the first one in the lowest bit. All are looked at at once, and there are seldom any.
    #[inline(always)]
    fn places(&self, is: impl Fn(u32) -> bool) -> u32 {
        let flags = self.0.map(|word| u8::from(is(word)));
        if flags == [0; WIDTH] { 0 } else { bits(&flags) }
    }

    /// How many entries there are.
    fn len(&self) -> usize {
        self.0.partition_point(|&word| word != EMPTY)
    }

    /// The place of the first of some entries.
    #[inline(always)]
    fn position(&self, is: impl Fn(u32) -> bool) -> Option<usize> {
        let places = self.places(is);
        (places != 0).then_some(places.trailing_zeros() as usize % WIDTH)
    }

    fn is_full(&self) -> bool {
        self.0[WIDTH - 1] != EMPTY
    }

    /// Puts an entry where there is room.
    fn push(&mut self, word: u32) {
        let filled = self.len();
        self.0[filled % WIDTH] = word;
    }

    /// Takes out the entry of a place.
    fn remove(&mut self, place: usize) -> u32 {
        let last = self.len() - 1;
        self.0.swap(place, last);
        std::mem::replace(&mut self.0[last], EMPTY)
    }
}

/// Whether an entry made way.
fn is_moved(word: u32) -> bool {
    word & MOVED != 0 && word != EMPTY
}

impl Lines {
    /// No entries; all keys begin with the first bits of one.
    pub(super) fn new(prefix: u32, depth: u8) -> Self {
        Self {
            lines: [].into(),
            loose: Vec::new(),
            has_far: false,
            depth,
            filled: 0,
            prefix,
            keys: u32::MAX,
            first: 0,
            window: 0,
        }
    }

    /// Lines of so many homes at least, with some entries.
    pub(super) fn of(prefix: u32, depth: u8, homes: usize, entries: &[u64]) -> Self {
        if entries.is_empty() {
            return Self::new(prefix, depth);
        }
        let homes = homes.max(homes_of(entries.len())) as u64;
        let all = 1u64 << (32 - u32::from(depth));
        let keys = (all / homes).clamp(1, MOVED.into());
        let homes = all.div_ceil(keys) as usize;
        // such that no entry has all bits
        let window = (MOVED - 1) / keys as u32;
        let articles = entries.iter().map(|&entry| entry as u32);
        let articles = articles.filter(|&article| article != MANY);
        let (lowest, highest) = articles.fold((u32::MAX, 0), |(lowest, highest), article| {
            (lowest.min(article), highest.max(article))
        });
        let mut lines = Self {
            lines: vec![Line([EMPTY; WIDTH]); homes + 1].into(),
            // the highest ones have a place, and some that come
            first: lowest.max(highest.saturating_sub(window / 4 * 3)),
            window,
            keys: keys as u32,
            ..Self::new(prefix, depth)
        };
        let keys = Divisor::new(lines.keys);
        let (mut counts, mut left) = (vec![0u8; homes], Vec::new());
        for &entry in entries {
            let Some(offset) = lines.offset(entry as u32) else {
                lines.has_far = true;
                lines.loose.push(entry);
                continue;
            };
            let (home, rest) = keys.divide(key_of(entry) - prefix);
            let home = home as usize;
            match lines.lines[home].0.get_mut(counts[home] as usize) {
                Some(place) => {
                    *place = rest * window + offset;
                    counts[home] += 1;
                    lines.filled += 1;
                }
                None => left.push(entry),
            }
        }
        for entry in left {
            if !lines.settle(key_of(entry), entry as u32) {
                lines.loose.push(entry);
            }
        }
        lines.loose.sort_unstable();
        lines
    }

    #[cfg(feature = "store")]
    pub(super) fn to_image(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(size_of_val(&*self.lines) + 32);
        for number in [self.filled, self.keys, self.first, self.window] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.push(u8::from(self.has_far));
        put_list(
            &mut bytes,
            self.loose.iter().map(|entry| entry.to_le_bytes()),
        );
        for line in &self.lines {
            bytes.extend(line.0.iter().flat_map(|word| word.to_le_bytes()));
        }
        bytes
    }

    #[cfg(feature = "store")]
    pub(super) fn of_image(bytes: &[u8], prefix: u32, depth: u8) -> Option<Self> {
        let mut read = Read(bytes);
        let [filled, keys, first, window] = [read.u32()?, read.u32()?, read.u32()?, read.u32()?];
        let (has_far, loose) = (read.flag()?, read.list(u64::from_le_bytes)?);
        let (lines, rest) = read.0.as_chunks::<{ 4 * WIDTH }>();
        let line = |bytes: &[u8; 4 * WIDTH]| {
            let (words, _) = bytes.as_chunks();
            Line(std::array::from_fn(|at| u32::from_le_bytes(words[at])))
        };
        let all = 1u64 << (32 - u32::from(depth));
        let homes = if lines.is_empty() {
            0
        } else {
            all.div_ceil(u64::from(keys).max(1)) + 1
        };
        let is_whole = rest.is_empty() && keys > 0 && lines.len() as u64 == homes;
        is_whole.then(|| Self {
            lines: lines.iter().map(line).collect(),
            loose,
            has_far,
            filled,
            keys,
            first,
            window,
            ..Self::new(prefix, depth)
        })
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.filled as usize + self.loose.len()
    }

    fn homes(&self) -> usize {
        self.lines.len().saturating_sub(1)
    }

    /// The home of a key, and its entry as it is in it with the first article. Keys are hashes, and the order of lines is theirs.
    #[inline(always)]
    fn seek(&self, key: u32) -> (usize, u32) {
        let key = key - self.prefix;
        let (home, rest) = (key / self.keys, key % self.keys);
        (home as usize, rest * self.window)
    }

    /// How an article is written, if it can be.
    fn offset(&self, article: u32) -> Option<u32> {
        let last = self.window.checked_sub(1)?;
        if article == MANY {
            return Some(last);
        }
        article
            .checked_sub(self.first)
            .filter(|&offset| offset < last)
    }

    /// Asks for the home of a key ahead of its use.
    pub(super) fn fetch(&self, key: u32) {
        let home = (key - self.prefix) / self.keys;
        fetch(self.lines.get(home as usize));
    }

    /// The articles of a key, in no order.
    #[inline(always)]
    pub(super) fn of_key(&self, key: u32, mut found: impl FnMut(u32)) {
        let (home, first) = self.seek(key);
        let mut is_full = false;
        if let Some(line) = self.lines.get(home) {
            self.of_line(line, first, &mut found);
            is_full = line.is_full();
            if is_full {
                self.of_line(&self.lines[home + 1], first | MOVED, &mut found);
            }
        }
        if !self.loose.is_empty() && (is_full || self.has_far) {
            let of_key = self.loose[self.loose_from(key)..].iter();
            let of_key = of_key.take_while(|&&other| key_of(other) == key);
            of_key.for_each(|&other| found(other as u32));
        }
    }

    /// Where those of the loose ones begin that have this key or a later one.
    fn loose_from(&self, key: u32) -> usize {
        self.loose.partition_point(|&other| other < entry(key, 0))
    }

    /// The articles of a key in a line, where its entry with the first article is so.
    #[inline(always)]
    fn of_line(&self, line: &Line, first: u32, found: &mut impl FnMut(u32)) {
        let window = self.window;
        let mut places = line.places(|word| word.wrapping_sub(first) < window);
        while places != 0 {
            let offset = line.0[places.trailing_zeros() as usize % WIDTH] - first;
            found(self.article(offset));
            places &= places - 1;
        }
    }

    /// The article that is written so.
    fn article(&self, offset: u32) -> u32 {
        if offset == self.window - 1 {
            MANY
        } else {
            self.first + offset
        }
    }

    /// All entries, in no order.
    fn entries(&self) -> Vec<u64> {
        let mut entries = Vec::with_capacity(self.len() + 1);
        let mut own = self.prefix;
        let window = Divisor::new(self.window);
        for line in &self.lines {
            for &word in line.0.iter().take_while(|&&word| word != EMPTY) {
                let moved = if is_moved(word) { self.keys } else { 0 };
                let home = own.wrapping_sub(moved);
                let word = word & !MOVED;
                let (rest, offset) = window.divide(word);
                entries.push(entry(home + rest, self.article(offset)));
            }
            // behind the last key of all it begins anew
            own = own.wrapping_add(self.keys);
        }
        entries.extend(&self.loose);
        entries
    }

    /// Puts in an entry, unless its bucket stands by itself or is to do so: then gives what there is of it.
    #[inline(always)]
    pub(super) fn insert(&mut self, key: u32, article: u32) -> Result<(), [u32; FEW]> {
        let (home, first) = self.seek(key);
        let has_room = !self.has_far && self.len() < self.homes() * FULL;
        if let (true, Some(offset)) = (has_room, self.offset(article)) {
            let (line, window) = (&mut self.lines[home], self.window);
            let others = line.places(|word| word.wrapping_sub(first) < window);
            // it is the first of its key, and there is a place: nearly always so
            if others == 0 && !line.is_full() {
                line.push(first + offset);
                self.filled += 1;
                return Ok(());
            }
        }
        self.insert_after(key, article)
    }

    /// The same where others of the key or of its home were there first.
    #[inline(never)]
    fn insert_after(&mut self, key: u32, article: u32) -> Result<(), [u32; FEW]> {
        let (mut members, mut count) = ([0; FEW], 0);
        self.of_key(key, |member| {
            // never more than so many
            members[count % FEW] = member;
            count += 1;
        });
        if count == FEW || count == 1 && members[0] == MANY {
            return Err(members);
        }
        self.put(key, article);
        Ok(())
    }

    /// Puts in an entry.
    pub(super) fn put(&mut self, key: u32, article: u32) {
        let last = self.window.saturating_sub(1);
        let is_behind = article != MANY && article >= self.first.saturating_add(last) && last > 8;
        if self.len() >= self.homes() * FULL || is_behind {
            // with more lines, or with an article as the first that is nearer
            let mut entries = self.entries();
            entries.push(entry(key, article));
            *self = Self::of(self.prefix, self.depth, self.homes(), &entries);
        } else if !self.settle(key, article) {
            self.has_far |= self.offset(article).is_none();
            let entry = entry(key, article);
            let at = self.loose.partition_point(|&other| other < entry);
            self.loose.insert(at, entry);
        }
    }

    /// Finds a place in lines for an entry, if there is one.
    fn settle(&mut self, key: u32, article: u32) -> bool {
        let Some(offset) = self.offset(article) else {
            return false;
        };
        let (home, first) = self.seek(key);
        let mut near = self.lines[home..].iter().take(REACH);
        let Some(full) = near.position(|line| !line.is_full()) else {
            return false;
        };
        if full == 0 {
            self.lines[home].push(first + offset);
        } else {
            for line in (home + 1..home + full).rev() {
                let Some(own) = self.lines[line].position(|word| word & MOVED == 0) else {
                    self.fill(line + 1);
                    return false;
                };
                let word = self.lines[line].remove(own);
                self.lines[line + 1].push(word | MOVED);
            }
            self.lines[home + 1].push(MOVED | (first + offset));
        }
        self.filled += 1;
        true
    }

    /// Takes out an entry, if it is there.
    pub(super) fn remove(&mut self, key: u32, article: u32) -> bool {
        let (home, first) = self.seek(key);
        if let Some(offset) = self.offset(article) {
            for (line, word) in [(home, first + offset), (home + 1, MOVED | (first + offset))] {
                if let Some(place) = self.lines[line].position(|other| other == word) {
                    let was_full = self.lines[line].is_full();
                    self.lines[line].remove(place);
                    self.filled -= 1;
                    if was_full {
                        self.fill(line);
                    }
                    return true;
                }
            }
        }
        let found = self.loose.binary_search(&entry(key, article));
        found.map(|at| self.loose.remove(at)).is_ok()
    }

    /// Takes back into a line that was full what has made way, or what is loose: neither is looked for where a home is not full.
    fn fill(&mut self, mut line: usize) {
        while let Some(next) = self.lines.get_mut(line + 1)
            && let Some(back) = next.position(is_moved)
        {
            let was_full = next.is_full();
            let word = next.remove(back);
            self.lines[line].push(word & !MOVED);
            line += 1;
            if !was_full {
                return;
            }
        }
        if self.loose.is_empty() || line >= self.homes() {
            return;
        }
        let keys = self.prefix + line as u32 * self.keys;
        let loose = (self.loose_from(keys)..).zip(&self.loose[self.loose_from(keys)..]);
        let mut of_line = loose.take_while(|(_, entry)| key_of(**entry) - keys < self.keys);
        let near = of_line.find_map(|(at, &entry)| Some((at, self.offset(entry as u32)?)));
        if let Some((at, offset)) = near {
            let entry = self.loose.remove(at);
            let (_, first) = self.seek(key_of(entry));
            self.lines[line].push(first + offset);
            self.filled += 1;
        }
    }

    /// Gives away the keys with the next bit set.
    pub(super) fn split(&mut self) -> Self {
        let depth = self.depth + 1;
        let bit = 1 << (32 - u32::from(depth));
        let (with, without): (Vec<u64>, Vec<u64>) =
            (self.entries().into_iter()).partition(|&entry| key_of(entry) & bit != 0);
        *self = Self::of(self.prefix, depth, 0, &without);
        Self::of(self.prefix | bit, depth, 0, &with)
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.lines) + 8 * self.loose.capacity()
    }
}

#[cfg(test)]
impl Lines {
    /// How many entries have no place in lines, and how many have made way.
    pub(super) fn apart(&self) -> (usize, usize) {
        let moved = self.lines.iter().flat_map(|line| line.0);
        (
            self.loose.len(),
            moved.filter(|&word| is_moved(word)).count(),
        )
    }

    /// Nothing is lost: behind a line with room none has made way for it, and no place is empty before an entry.
    pub(super) fn check(&self) {
        let words = self.lines.iter().flat_map(|line| line.0);
        assert_eq!(
            words.filter(|&word| word != EMPTY).count(),
            self.filled as usize
        );
        assert!(self.loose.is_sorted());
        for pair in self.lines.windows(2) {
            let has_moved = pair[1].0.iter().any(|&word| is_moved(word));
            assert!(pair[0].is_full() || !has_moved);
        }
        for &loose in &self.loose {
            let home = self.lines.get(self.seek(key_of(loose)).0);
            assert!(self.has_far || home.is_some_and(Line::is_full));
        }
        for line in &self.lines {
            assert!(line.0[line.len()..].iter().all(|&word| word == EMPTY));
        }
    }
}
