//! Articles to the library's order: by time, then id, the undated ones last. Everything inside is named by its place in it.

use ahash::RandomState;
use rayon::prelude::*;

use crate::article::Article;
use crate::error::{Error, ErrorKind};

/// The positions of the articles in the library's order.
pub(crate) fn order(articles: &[Article<'_>]) -> Result<Vec<usize>, Error> {
    if u32::try_from(articles.len()).is_err() {
        let message = format!(
            "{} articles, allowed are at most {}; cluster them in parts",
            articles.len(),
            u32::MAX
        );
        return Err(Error::new(ErrorKind::TooManyArticles, message));
    }
    if let Some((before, at)) = first_twin(articles) {
        let message = format!(
            "id {:?} stands twice, at articles {before} and {at}; give each its own",
            articles[at].id
        );
        return Err(Error::new(ErrorKind::DuplicateId, message));
    }
    let mut order: Vec<usize> = (0..articles.len()).collect();
    order.par_sort_unstable_by_key(|&at| articles[at].rank());
    Ok(order)
}

/// The first article whose id stands at another one before it, and where that is.
fn first_twin(articles: &[Article<'_>]) -> Option<(usize, usize)> {
    // keyed by chance, so that nobody can make ids that fall together; what is found does not depend on it
    let hasher = RandomState::new();
    let hashed = articles.par_iter().enumerate();
    let hashed = hashed.map(|(at, article)| (hasher.hash_one(article.id), at));
    let mut hashed: Vec<(u64, usize)> = hashed.collect();
    hashed.par_sort_unstable();
    let twins = hashed.par_chunk_by(|a, b| a.0 == b.0).filter_map(|alike| {
        (1..alike.len()).find_map(|next| {
            let at = alike[next].1;
            let mut before = alike[..next].iter().map(|&(_, before)| before);
            let twin = before.find(|&before| articles[before].id == articles[at].id)?;
            Some((at, twin))
        })
    });
    twins.min().map(|(at, before)| (before, at))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_twin_is_found(numbers in prop::collection::vec(0u32..40, 0..30)) {
            let ids: Vec<String> = numbers.iter().map(u32::to_string).collect();
            let articles: Vec<Article<'_>> = ids.iter().map(|id| Article::new(id, "", "")).collect();
            let naive = (0..ids.len()).find_map(|at| {
                let before = (0..at).find(|&before| ids[before] == ids[at])?;
                Some((before, at))
            });
            prop_assert_eq!(first_twin(&articles), naive);
        }
    }
}
