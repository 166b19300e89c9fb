//! What the browser may do with the page: nothing but its own style and script.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

/// The only style of the page.
pub(super) const STYLE: &str = include_str!("templates/page.css");

/// The only script of the page.
pub(super) const SCRIPT: &str = include_str!("templates/page.js");

/// The content security policy. Should article text ever become markup, nothing in it would run or load.
pub(super) fn policy() -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}
