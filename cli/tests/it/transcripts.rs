//! What a person reads: every command and every exit code.

use std::path::Path;

use crate::transcript;

fn check(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/transcripts");
    assert!(transcript::check(&folder.join(name)) > 0);
}

#[test]
fn help() {
    check("help.md");
}

#[test]
fn the_help_of_the_whole_fits_on_a_screen() {
    let help = crate::program::printed(&std::env::temp_dir(), &["--help"], b"");
    assert!(help.lines().count() <= 24, "{help}");
    assert!(
        help.lines().all(|line| line.chars().count() <= 80),
        "{help}"
    );
}

#[test]
fn clusters() {
    check("cluster.md");
}

#[test]
fn explanations() {
    check("explain.md");
}

#[test]
fn evaluations() {
    check("evaluate.md");
}

#[test]
fn plans() {
    check("plan.md");
}

#[test]
fn stores() {
    check("store.md");
}

#[test]
fn settings() {
    check("settings.md");
}

#[test]
fn mistakes() {
    check("mistakes.md");
}
