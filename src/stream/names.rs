//! The names of stories: given once, kept as long as the story lives.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use ahash::AHashMap;

#[cfg(feature = "store")]
use super::packed::put;
#[cfg(feature = "store")]
use super::rows::{Read, put_list, put_text};

/// The stories of an index, under numbers in the order in which they began.
///
/// A story is named after its first article. When two become one, the older name stays and the other stands for
/// it from then on; when one falls apart, the part with most of its articles keeps the name.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    stories: BTreeMap<u32, Named>,
    /// Names and former names.
    of_name: AHashMap<Box<str>, u32>,
    pub(super) next: u32,
    /// Stories that began, ended or took others in since it was emptied.
    pub(super) changed: BTreeSet<u32>,
}

/// A story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: Box<str>,
    /// Names of stories that became one with it.
    pub(super) former: Vec<Box<str>>,
    /// Its articles, ascending.
    pub(super) members: Vec<u32>,
}

/// What becomes of a part into which stories were settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Naming {
    /// The story that it is, if it is one that is known.
    story: Option<u32>,
    pub(super) name: Box<str>,
    /// Stories that become one with it.
    merged: Vec<u32>,
    /// The story that its articles were in, if it begins with some of another one.
    from: Option<u32>,
}

/// What became of stories: names of those that ended, with that of the one that they are part of now; and names of
/// those that began with articles of another one, with its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) merged: Vec<(String, String)>,
    pub(super) split: Vec<(String, String)>,
}

/// An article and the story that it was in, if it was in one.
pub(super) type Member = (u32, Option<u32>);

impl Names {
    pub(super) fn get(&self, story: u32) -> Option<&Named> {
        self.stories.get(&story)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Named> {
        self.stories.values()
    }

    pub(super) fn bytes(&self) -> usize {
        let of_story = |named: &Named| {
            let former = size_of::<Box<str>>() * named.former.capacity();
            size_of::<(u32, Named)>() + former + 4 * named.members.capacity()
        };
        let stories: usize = self.stories.values().map(of_story).sum();
        // each stands in its story and in the table
        let names: usize = self.of_name.keys().map(|name| 2 * name.len()).sum();
        stories + names + (size_of::<(Box<str>, u32)>() + 1) * self.of_name.capacity()
    }

    /// The story of a name or a former name.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.of_name.get(name).copied()
    }

    /// An article left its story.
    pub(super) fn leave(&mut self, story: u32, article: u32) {
        if let Some(named) = self.stories.get_mut(&story) {
            named.members.retain(|&member| member != article);
        }
    }

    /// A story without an article ends, and its names with it.
    pub(super) fn end_if_empty(&mut self, story: u32) {
        if let Entry::Occupied(entry) = self.stories.entry(story)
            && entry.get().members.is_empty()
        {
            let named = entry.remove();
            self.changed.insert(story);
            for name in named.former.iter().chain([&named.name]) {
                self.of_name.remove(name);
            }
        }
    }

    /// Says how parts into which stories were settled will be named. `id` gives the id of an article.
    pub(super) fn plan<'a>(
        &self,
        parts: &[Vec<Member>],
        id: impl Fn(u32) -> &'a str,
    ) -> Vec<Naming> {
        let mut claims: Vec<Vec<u32>> = vec![Vec::new(); parts.len()];
        for (story, part) in claimed(parts) {
            claims[part].push(story);
        }
        let mut taken: Vec<Box<str>> = Vec::new();
        let naming = |(part, claims): (&Vec<Member>, Vec<u32>)| match claims[..] {
            [] => {
                let id = id(part[0].0);
                let mut name: Box<str> = id.into();
                let mut times = 2;
                while self.of_name.contains_key(&name) || taken.contains(&name) {
                    name = format!("{id}~{times}").into();
                    times += 1;
                }
                taken.push(name.clone());
                Naming {
                    story: None,
                    name,
                    merged: Vec::new(),
                    from: part.iter().find_map(|&(_, before)| before),
                }
            }
            [oldest, ref merged @ ..] => Naming {
                story: Some(oldest),
                name: self.stories[&oldest].name.clone(),
                merged: merged.to_vec(),
                from: None,
            },
        };
        parts.iter().zip(claims).map(naming).collect()
    }

    /// What a plan changes for the stories that are there.
    pub(super) fn changes(&self, plan: &[Naming]) -> Changes {
        let name = |story: &u32| self.stories[story].name.to_string();
        let merged = plan.iter().flat_map(|naming| {
            let ended = naming.merged.iter();
            ended.map(|story| (name(story), naming.name.to_string()))
        });
        let split = plan.iter().filter_map(|naming| {
            let from = naming.from.as_ref()?;
            Some((naming.name.to_string(), name(from)))
        });
        Changes {
            merged: merged.collect(),
            split: split.collect(),
        }
    }

    /// Carries out a plan; gives the number of the story of each part.
    pub(super) fn carry_out(&mut self, plan: Vec<Naming>, parts: &[Vec<Member>]) -> Vec<u32> {
        let mut stories = Vec::with_capacity(plan.len());
        for (naming, part) in plan.into_iter().zip(parts) {
            let story = naming.story.unwrap_or_else(|| {
                self.next += 1;
                self.next - 1
            });
            if naming.story.is_none() {
                self.changed.insert(story);
            }
            let named = self.stories.entry(story).or_insert_with(|| Named {
                name: naming.name.clone(),
                former: Vec::new(),
                members: Vec::new(),
            });
            named.members = part.iter().map(|&(article, _)| article).collect();
            self.of_name.insert(naming.name, story);
            for other in naming.merged {
                self.merge(other, story);
            }
            stories.push(story);
        }
        stories
    }

    #[cfg(feature = "store")]
    pub(super) fn iter_numbered(&self) -> impl Iterator<Item = (u32, &Named)> {
        self.stories.iter().map(|(&story, named)| (story, named))
    }

    /// Ends stories of which no article is left, and numbers the next one behind all others.
    #[cfg(feature = "store")]
    pub(super) fn mend(&mut self, next: u32) {
        let stories: Vec<u32> = self.stories.keys().copied().collect();
        for &story in &stories {
            self.end_if_empty(story);
        }
        self.next = next.max(stories.last().map_or(0, |last| last + 1));
    }

    /// Puts in a story that was kept.
    #[cfg(feature = "store")]
    pub(super) fn restore(&mut self, story: u32, named: Named) {
        for name in named.former.iter().chain([&named.name]) {
            self.of_name.insert(name.clone(), story);
        }
        self.stories.insert(story, named);
    }

    /// Puts an article into a story that was kept, if it was. Articles come in their order.
    #[cfg(feature = "store")]
    pub(super) fn join(&mut self, story: u32, article: u32) -> Option<()> {
        self.stories.get_mut(&story)?.members.push(article);
        Some(())
    }

    #[cfg(feature = "store")]
    pub(super) fn to_image(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put(&mut bytes, self.stories.len() as u64);
        put(&mut bytes, self.of_name.len() as u64);
        for (number, named) in &self.stories {
            bytes.extend(number.to_le_bytes());
            put_text(&mut bytes, named.name.as_bytes());
            put_list(
                &mut bytes,
                named.members.iter().map(|member| member.to_le_bytes()),
            );
            put(&mut bytes, named.former.len() as u64);
            for name in &named.former {
                put_text(&mut bytes, name.as_bytes());
            }
        }
        bytes
    }

    /// Those of an image, but for the number of the next.
    #[cfg(feature = "store")]
    pub(super) fn of_image(bytes: &[u8]) -> Option<Self> {
        let mut read = Read(bytes);
        let (stories, names): (usize, usize) = (read.number()?, read.number()?);
        // a story and a name have some bytes each
        (stories.max(names) <= bytes.len()).then_some(())?;
        let mut of_name = AHashMap::with_capacity(names);
        let story = || {
            let number = read.u32()?;
            let name = read.str()?;
            let members = read.list(u32::from_le_bytes)?;
            let former = (0..read.number::<usize>()?).map(|_| read.str());
            let former = former.collect::<Option<Vec<_>>>()?;
            for name in former.iter().chain([&name]) {
                of_name.insert(name.clone(), number);
            }
            let named = Named {
                name,
                former,
                members,
            };
            Some((number, named))
        };
        let stories = std::iter::repeat_with(story).take(stories);
        let stories: Vec<(u32, Named)> = stories.collect::<Option<_>>()?;
        Some(Self {
            // they come in their order, so the map is made at once
            stories: stories.into_iter().collect(),
            of_name,
            next: 0,
            changed: BTreeSet::new(),
        })
    }

    /// Ends a story that is part of an older one now.
    fn merge(&mut self, story: u32, into: u32) {
        let Some(ended) = self.stories.remove(&story) else {
            return;
        };
        self.changed.extend([story, into]);
        let mut names = ended.former;
        names.push(ended.name);
        for name in &names {
            self.of_name.insert(name.clone(), into);
        }
        if let Some(into) = self.stories.get_mut(&into) {
            into.former.extend(names);
        }
    }
}

/// Which part each story claims: the one that has most of its articles, of equal ones the one that has the
/// earliest. The oldest stories first.
fn claimed(parts: &[Vec<Member>]) -> BTreeMap<u32, usize> {
    let mut shares: BTreeMap<u32, Vec<(usize, usize, u32)>> = BTreeMap::new();
    for (at, part) in parts.iter().enumerate() {
        for &(article, before) in part {
            let Some(before) = before else { continue };
            let shares = shares.entry(before).or_default();
            match shares.last_mut() {
                Some((of, count, _)) if *of == at => *count += 1,
                _ => shares.push((at, 1, article)),
            }
        }
    }
    let best = |shares: Vec<(usize, usize, u32)>| {
        let best = shares
            .into_iter()
            .max_by_key(|&(_, count, first)| (count, std::cmp::Reverse(first)));
        best.map_or(0, |(part, ..)| part)
    };
    shares
        .into_iter()
        .map(|(story, shares)| (story, best(shares)))
        .collect()
}
