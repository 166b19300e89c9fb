//! How much each term says in an epoch, in two bytes a term.

use ahash::AHashMap;

/// How much each term says, by its number.
///
/// An index keeps a table for each of its epochs, nine of them or more, and most terms are as rare as others: what they say are
/// few different values, of each of which the place among these is kept. Should they ever be more than 65,536, the
/// values themselves are.
#[derive(Clone, Debug, Default)]
pub(super) struct Idf {
    places: Vec<u16>,
    values: Vec<f32>,
    /// The bits of a value to its place. Nothing in a table that has ended.
    of_value: AHashMap<u32, u16>,
    /// The value of each term, where there are too many for places.
    all: Vec<f32>,
}

impl Idf {
    #[cfg(feature = "store")]
    pub(super) fn len(&self) -> usize {
        self.places.len().max(self.all.len())
    }

    pub(super) fn get(&self, term: u32) -> Option<f32> {
        match self.places.get(term as usize) {
            Some(&place) => self.values.get(usize::from(place)).copied(),
            None => self.all.get(term as usize).copied(),
        }
    }

    /// Says of the next term how much it says.
    pub(super) fn push(&mut self, value: f32) {
        if self.all.is_empty() {
            if let Some(place) = self.place(value) {
                self.places.push(place);
                return;
            }
            let ended = std::mem::take(self);
            self.all.extend(ended.iter());
        }
        self.all.push(value);
    }

    /// The place of a value, unless there are too many.
    fn place(&mut self, value: f32) -> Option<u16> {
        let bits = value.to_bits();
        if let Some(&place) = self.of_value.get(&bits) {
            return Some(place);
        }
        let place = u16::try_from(self.values.len()).ok()?;
        self.of_value.insert(bits, place);
        self.values.push(value);
        Some(place)
    }

    /// No term comes any more.
    pub(super) fn end(&mut self) {
        self.of_value = AHashMap::default();
        self.places.shrink_to_fit();
        self.values.shrink_to_fit();
        self.all.shrink_to_fit();
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = f32> {
        let values = self.places.iter();
        let values = values.map(|&place| self.values[usize::from(place)]);
        values.chain(self.all.iter().copied())
    }

    pub(super) fn bytes(&self) -> usize {
        2 * self.places.capacity()
            + 4 * (self.values.capacity() + self.all.capacity())
            + 9 * self.of_value.capacity()
    }
}

impl PartialEq for Idf {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Extend<f32> for Idf {
    fn extend<T: IntoIterator<Item = f32>>(&mut self, values: T) {
        values.into_iter().for_each(|value| self.push(value));
    }
}

impl FromIterator<f32> for Idf {
    fn from_iter<T: IntoIterator<Item = f32>>(values: T) -> Self {
        let mut table = Self::default();
        table.extend(values);
        table
    }
}

#[cfg(all(test, feature = "store"))]
mod tests {
    use super::*;

    #[test]
    fn it_holds_what_was_put_in_however_many_values_there_are() {
        for different in [7, 65_536, 65_537, 70_000] {
            let values: Vec<f32> = (0..80_000).map(|term| (term % different) as f32).collect();
            let mut table: Idf = values.iter().copied().collect();
            table.end();
            let held: Vec<f32> = (0..80_000).filter_map(|term| table.get(term)).collect();
            assert_eq!(held, values);
            assert_eq!((table.len(), table.get(80_000)), (80_000, None));
            assert!(table.iter().eq(values));
        }
    }
}
