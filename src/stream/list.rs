//! Ascending numbers in little memory: most come at one end, and most leave at the other.

use std::ops::Deref;

/// Ascending numbers of articles, each once. A few stand in the list itself; more have memory of their own, of which little is
/// left free.
#[derive(Clone, Debug)]
pub(super) struct List(Numbers);

/// So many stand in the list itself.
const FEW: usize = 4;

#[derive(Clone, Debug)]
enum Numbers {
    /// Behind the last one [`NONE`].
    Few([u32; FEW]),
    /// Those from `start` to before `end`.
    Many {
        numbers: Box<[u32]>,
        start: u32,
        end: u32,
    },
}

/// No article has this number.
const NONE: u32 = u32::MAX;

impl Default for List {
    fn default() -> Self {
        Self(Numbers::Few([NONE; FEW]))
    }
}

impl Deref for List {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        match &self.0 {
            Numbers::Few(few) => {
                let length = few.iter().take_while(|&&number| number != NONE).count();
                &few[..length]
            }
            Numbers::Many {
                numbers,
                start,
                end,
            } => &numbers[*start as usize..*end as usize],
        }
    }
}

impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

/// The numbers must ascend.
impl FromIterator<u32> for List {
    fn from_iter<T: IntoIterator<Item = u32>>(numbers: T) -> Self {
        let mut numbers = numbers.into_iter();
        let mut few = [NONE; FEW];
        for place in &mut few {
            match numbers.next() {
                Some(number) => *place = number,
                None => return Self(Numbers::Few(few)),
            }
        }
        let Some(next) = numbers.next() else {
            return Self(Numbers::Few(few));
        };
        let mut many = Vec::with_capacity(with_room(FEW + 1 + numbers.size_hint().0));
        many.extend(few);
        many.push(next);
        many.extend(numbers);
        Self::of_many(many)
    }
}

impl List {
    /// Puts in a number, if it is not there.
    pub(super) fn insert(&mut self, number: u32) {
        if self.last().is_none_or(|&last| last < number) {
            self.insert_at(self.len(), number);
        } else if let Err(at) = self.binary_search(&number) {
            self.insert_at(at, number);
        }
    }

    /// Takes out a number, if it is there.
    pub(super) fn remove(&mut self, number: u32) {
        let Ok(at) = self.binary_search(&number) else {
            return;
        };
        match &mut self.0 {
            Numbers::Few(few) => {
                few.copy_within(at + 1.., at);
                few[FEW - 1] = NONE;
            }
            Numbers::Many {
                numbers,
                start,
                end,
            } => {
                let (first, last) = (*start as usize, *end as usize);
                if at == 0 {
                    *start += 1;
                } else {
                    numbers.copy_within(first + at + 1..last, first + at);
                    *end -= 1;
                }
                // what it leaves is a list with room, so that one that comes and goes does not move all others
                if last - first <= numbers.len() / 2 {
                    *self = self.iter().copied().collect();
                }
            }
        }
    }

    fn insert_at(&mut self, at: usize, number: u32) {
        match &mut self.0 {
            Numbers::Few(few) if few[FEW - 1] == NONE => {
                few.copy_within(at..FEW - 1, at + 1);
                few[at] = number;
            }
            Numbers::Few(few) => {
                let mut many = Vec::with_capacity(with_room(FEW + 1));
                many.extend_from_slice(few);
                many.insert(at, number);
                *self = Self::of_many(many);
            }
            Numbers::Many {
                numbers,
                start,
                end,
            } => {
                let (mut first, mut last) = (*start as usize, *end as usize);
                if last == numbers.len() {
                    if first > numbers.len() / 8 {
                        numbers.copy_within(first.., 0);
                        (first, last) = (0, last - first);
                    } else {
                        let mut many = Vec::from(std::mem::take(numbers));
                        let room = with_room(many.len() + 1);
                        many.reserve_exact(room - many.len());
                        many.resize(room, NONE);
                        *numbers = many.into();
                    }
                }
                numbers.copy_within(first + at..last, first + at + 1);
                numbers[first + at] = number;
                (*start, *end) = (first as u32, last as u32 + 1);
            }
        }
    }

    fn of_many(mut many: Vec<u32>) -> Self {
        let end = many.len();
        many.resize(many.capacity(), NONE);
        Self(Numbers::Many {
            numbers: many.into(),
            start: 0,
            end: end as u32,
        })
    }

    /// How many bytes it has beside its own.
    pub(super) fn bytes(&self) -> usize {
        match &self.0 {
            Numbers::Few(_) => 0,
            Numbers::Many { numbers, .. } => 4 * numbers.len(),
        }
    }
}

/// Room for so many and some more. The allocator gives 16 bytes at a time and keeps eight for itself.
fn with_room(numbers: usize) -> usize {
    (numbers + numbers / 8 + 1) / 4 * 4 + 2
}

/// Puts a value behind others that leave an eighth of their room free at most, where a vector alone leaves a half.
pub(super) fn push<T>(to: &mut Vec<T>, value: T) {
    if to.len() == to.capacity() {
        to.reserve_exact(to.len() / 8 + 16);
    }
    to.push(value);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_small() {
        assert_eq!(size_of::<List>(), 24);
    }

    proptest! {
        #[test]
        fn it_is_an_ordered_set(steps in prop::collection::vec((0u32..12, 0u32..80), 0..400)) {
            let (mut list, mut set, mut next) = (List::default(), BTreeSet::new(), 80);
            for (kind, number) in steps {
                match kind {
                    0..6 => {
                        list.insert(next);
                        set.insert(next);
                        next += 1;
                    }
                    6 => {
                        list.insert(number);
                        set.insert(number);
                    }
                    7..10 => if let Some(first) = set.pop_first() {
                        list.remove(first);
                    },
                    _ => {
                        list.remove(next - number);
                        set.remove(&(next - number));
                    }
                }
                prop_assert!(list.iter().eq(&set));
                prop_assert!(list.bytes() <= 4 * (2 * set.len() + 6), "{} for {}", list.bytes(), set.len());
                prop_assert_eq!(set.into_iter().collect::<List>(), list.clone());
                set = list.iter().copied().collect();
            }
        }
    }
}
