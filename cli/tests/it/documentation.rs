//! Every command that is shown is run.

use std::path::PathBuf;

use crate::program::repository;
use crate::transcript;

#[test]
fn commands_of_the_documentation_do_what_is_told() {
    let repository = repository();
    let mut pages: Vec<PathBuf> = ["docs", "docs/formats"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(repository.join(folder)).unwrap())
        .map(|page| page.unwrap().path())
        .filter(|page| page.extension().is_some_and(|ending| ending == "md"))
        .collect();
    pages.push(repository.join("README.md"));
    let calls: usize = pages.iter().map(|page| transcript::check(page)).sum();
    assert!(calls > 10, "{calls} calls in {pages:?}");
}
