//! How common words are in the news at large: the background that small collections lean on.

use std::sync::Arc;

use ahash::AHashMap;

use crate::error::{Error, ErrorKind};
use crate::term::Terms;

/// In how many of a number of articles each term occurs.
///
/// Two articles alone cannot say which of their words are rare. The table says it for them; the
/// more articles the caller brings, the less it weighs ([`Vocabulary`](crate::term::Vocabulary)).
///
/// Terms are kept as the upper 32 bits of their hash. A term that the table lacks is taken for a
/// listed one with a probability of `len / 2^32`, about 1 in 50,000.
///
/// ```
/// use samestory::Background;
///
/// let english = Background::english();
/// assert!(english.document_frequency("the") > english.document_frequency("diplomat"));
/// assert_eq!(english.document_frequency("qzxv"), 0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Background {
    articles: u32,
    /// Shared by all copies.
    frequencies: Arc<AHashMap<u32, u32>>,
}

/// What a stored table begins with: its name and the version of the layout.
const MAGIC: &[u8; 8] = b"ssbackg1";

impl Background {
    /// The table that ships with the crate: English news of 1987 to 2022, counts only.
    ///
    /// `examples/background.rs` built it and says how.
    ///
    /// # Panics
    ///
    /// Never: a test reads the table.
    #[must_use]
    pub fn english() -> Self {
        Self::from_bytes(include_bytes!("../background/english.bin"))
            .expect("the table in the crate is checked by a test")
    }

    /// No background: all that counts is the caller's articles.
    #[must_use]
    pub fn none() -> Self {
        Self {
            articles: 0,
            frequencies: Arc::default(),
        }
    }

    /// Counts in how many of these texts each term occurs; terms in fewer than `least` are left out.
    ///
    /// For another language or another kind of news. A few thousand articles are enough.
    ///
    /// ```
    /// use samestory::Background;
    ///
    /// let table = Background::count(["Fähre gestrandet", "Fähre gesunken"], 1);
    /// assert_eq!(table.articles(), 2);
    /// assert_eq!(table.document_frequency("Fähre"), 2);
    /// assert_eq!(table.document_frequency("gesunken"), 1);
    /// ```
    #[must_use]
    pub fn count<'t>(texts: impl IntoIterator<Item = &'t str>, least: u32) -> Self {
        let (mut articles, mut frequencies) = (0u32, AHashMap::new());
        for text in texts {
            articles = articles.saturating_add(1);
            for (term, _) in Terms::new(text).counts() {
                *frequencies.entry(key(*term)).or_default() += 1;
            }
        }
        frequencies.retain(|_, frequency| *frequency >= least);
        Self {
            articles,
            frequencies: frequencies.into(),
        }
    }

    /// How many articles were counted.
    #[must_use]
    pub const fn articles(&self) -> u32 {
        self.articles
    }

    /// How many terms the table lists.
    #[must_use]
    pub fn len(&self) -> usize {
        self.frequencies.len()
    }

    /// Whether it lists none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frequencies.is_empty()
    }

    /// In how many of the counted articles a word or hyphenated compound occurs; 0 for any other
    /// text and for what the table does not list.
    #[must_use]
    pub fn document_frequency(&self, word: &str) -> u32 {
        match Terms::new(word).counts() {
            [(term, _)] => self.frequency(*term),
            _ => 0,
        }
    }

    /// Whether this is a word of another language, a name or a rare word: not in a table that has any.
    pub(crate) fn lacks(&self, term: u64) -> bool {
        !self.is_empty() && !self.frequencies.contains_key(&key(term))
    }

    /// In how many of the counted articles the term of this hash occurs.
    pub(crate) fn frequency(&self, term: u64) -> u32 {
        self.frequencies.get(&key(term)).copied().unwrap_or(0)
    }

    /// The stored form: the same bytes for the same table.
    ///
    /// Magic (8 bytes), number of articles and of terms (4 bytes each, little-endian), then for each
    /// term in ascending order the distance to the key before and the frequency, both LEB128.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut sorted: Vec<(u32, u32)> = self.frequencies.iter().map(|(&k, &f)| (k, f)).collect();
        sorted.sort_unstable();
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&self.articles.to_le_bytes());
        bytes.extend_from_slice(&(sorted.len() as u32).to_le_bytes());
        let mut before = 0;
        for (key, frequency) in sorted {
            write_number(&mut bytes, key - before);
            write_number(&mut bytes, frequency);
            before = key;
        }
        bytes
    }

    /// Reads the stored form.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::CorruptBackground`] when the bytes are not exactly one table.
    ///
    /// ```
    /// use samestory::{Background, ErrorKind};
    ///
    /// let table = Background::count(["one text", "another text"], 1);
    /// assert_eq!(Background::from_bytes(&table.to_bytes()).unwrap(), table);
    /// let error = Background::from_bytes(&table.to_bytes()[..20]).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::CorruptBackground);
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let corrupt = |at: usize, what: &str| {
            let message = format!(
                "background table, byte {at}: {what}; write it again with Background::to_bytes"
            );
            Error::new(ErrorKind::CorruptBackground, message)
        };
        let Some((magic, mut rest)) = bytes.split_at_checked(MAGIC.len()) else {
            return Err(corrupt(bytes.len(), "ends within the header"));
        };
        if magic != MAGIC {
            return Err(corrupt(0, "does not begin with \"ssbackg1\""));
        }
        let mut header = || -> Option<u32> {
            let (number, tail) = rest.split_first_chunk::<4>()?;
            rest = tail;
            Some(u32::from_le_bytes(*number))
        };
        let (Some(articles), Some(terms)) = (header(), header()) else {
            return Err(corrupt(bytes.len(), "ends within the header"));
        };
        // A term takes at least two bytes: never reserve for more than the bytes can hold.
        let mut frequencies = AHashMap::with_capacity((terms as usize).min(rest.len() / 2));
        let mut key = 0u32;
        for index in 0..terms {
            let at = bytes.len() - rest.len();
            let (Some(step), Some(frequency)) = (read_number(&mut rest), read_number(&mut rest))
            else {
                return Err(corrupt(
                    at,
                    "ends within a term or holds a number over 32 bits",
                ));
            };
            key = match key.checked_add(step) {
                Some(key) if index == 0 || step > 0 => key,
                _ => return Err(corrupt(at, "terms are not in ascending order")),
            };
            if frequency == 0 || frequency > articles {
                return Err(corrupt(
                    at,
                    "a frequency is 0 or above the number of articles",
                ));
            }
            frequencies.insert(key, frequency);
        }
        if !rest.is_empty() {
            return Err(corrupt(
                bytes.len() - rest.len(),
                "there are bytes after the last term",
            ));
        }
        Ok(Self {
            articles,
            frequencies: frequencies.into(),
        })
    }
}

/// What a term is called in the table.
const fn key(term: u64) -> u32 {
    (term >> 32) as u32
}

/// Appends a number in LEB128: seven bits a byte, the lowest first, the high bit says "more".
fn write_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes a number off the front.
fn read_number(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0u64;
    for shift in (0..35).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return u32::try_from(number).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_shipped_table_is_sound() {
        let english = Background::english();
        assert!(include_bytes!("../background/english.bin").len() <= 400_000);
        assert!(english.articles() > 10_000 && english.len() > 20_000);
        assert!(english.document_frequency("said") > english.document_frequency("minister"));
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(mut bytes in prop::collection::vec(any::<u8>(), 0..64), valid in any::<bool>()) {
            if valid {
                bytes.splice(0..0, *MAGIC);
            }
            if let Ok(table) = Background::from_bytes(&bytes) {
                prop_assert_eq!(Background::from_bytes(&table.to_bytes()).unwrap(), table);
            }
        }
    }
}
