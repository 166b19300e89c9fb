//! A link that may be followed.

use url::Url;

/// The URL as the browser will read it, if it leads to the web. Scripts, data and files do not.
pub(super) fn link(url: Option<&str>) -> Option<String> {
    let url = Url::parse(url?).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_is_linked() {
        for good in [
            "https://example.org/a?b=c&d",
            "HTTP://EXAMPLE.ORG/",
            " https://example.org/ ",
        ] {
            assert!(link(Some(good)).unwrap().starts_with("http"), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            " java\nscript:alert(1)",
            "JAVASCRIPT:alert(1)//https://example.org",
            "data:text/html,<script>alert(1)</script>",
            "file:///etc/passwd",
            "vbscript:x",
            "blob:https://example.org/1",
            "//example.org/a",
            "example.org",
            "",
            "https://",
        ] {
            assert_eq!(link(Some(bad)), None, "{bad}");
        }
        assert_eq!(link(None), None);
    }

    #[test]
    fn a_link_has_nothing_that_ends_an_attribute() {
        let odd = link(Some("https://example.org/\"><script>alert('1')</script>")).unwrap();
        assert!(!odd.contains(['"', '<', '>']), "{odd}");
    }
}
