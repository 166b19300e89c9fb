//! HTML as plain text.

use html5gum::{Token, Tokenizer};

/// Elements within a line. Any other one begins a line of its own.
const INLINE: [&[u8]; 29] = [
    b"a", b"abbr", b"b", b"bdi", b"bdo", b"cite", b"code", b"del", b"em", b"font", b"i", b"img",
    b"ins", b"kbd", b"label", b"mark", b"q", b"s", b"samp", b"small", b"span", b"strike",
    b"strong", b"sub", b"sup", b"time", b"tt", b"u", b"wbr",
];

/// Elements that nobody reads.
const HIDDEN: [&[u8]; 3] = [b"script", b"style", b"template"];

/// HTML without its tags, with its entities decoded, a paragraph a line.
///
/// Only tokens are looked at: a tree would take quadratic time for what is nested deeply.
pub(crate) fn plain(html: &str) -> String {
    let (mut text, mut line) = (String::new(), String::new());
    let mut hidden: Option<Vec<u8>> = None;
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::String(part) if hidden.is_none() => {
                line.push_str(&String::from_utf8_lossy(&part));
            }
            Token::StartTag(tag) if hidden.is_none() => {
                if HIDDEN.contains(&&**tag.name) {
                    hidden = (!tag.self_closing).then(|| tag.name.to_vec());
                } else if matches!(&**tag.name, b"td" | b"th") {
                    line.push(' ');
                } else if !INLINE.contains(&&**tag.name) {
                    end(&mut line, &mut text);
                }
            }
            Token::EndTag(tag) => {
                if hidden.as_deref() == Some(&**tag.name) {
                    hidden = None;
                } else if hidden.is_none()
                    && !INLINE.contains(&&**tag.name)
                    && !matches!(&**tag.name, b"td" | b"th")
                {
                    end(&mut line, &mut text);
                }
            }
            _ => {}
        }
    }
    end(&mut line, &mut text);
    text
}

/// Ends a line unless it is empty. White space counts as one blank.
fn end(line: &mut String, text: &mut String) {
    for (at, word) in line.split_whitespace().enumerate() {
        if at > 0 {
            text.push(' ');
        } else if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(word);
    }
    line.clear();
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_a_reader_sees() {
        for (html, text) in [
            ("", ""),
            ("Ferry", "Ferry"),
            (
                "Caf&eacute; &amp; bar &lt;b&gt; &#8217; &nbsp;x",
                "Café & bar <b> ’ x",
            ),
            (
                "<p>The <b>fer</b>ry\n ran</p><p>aground<br>today",
                "The ferry ran\naground\ntoday",
            ),
            ("<ul><li>one<li>two</ul>", "one\ntwo"),
            (
                "<table><tr><td>1<td>2</tr><tr><td>3</td><td>4</td></tr></table>",
                "1 2\n3 4",
            ),
            (
                "a<script>if (1<2) { '</p>' }</script>b<style>p {}</style>",
                "ab",
            ),
            ("a <!-- <b> --> b", "a b"),
            ("profit < 5%", "profit < 5%"),
            ("<a href=\"https://x.example\">link</a> <img src=x>", "link"),
            ("cut <a href=", "cut"),
        ] {
            assert_eq!(plain(html), text, "{html}");
        }
    }
}
