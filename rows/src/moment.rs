//! The moment of a date as people and programs write it.

use std::borrow::Cow;

use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;
use samestory::Timestamp;

use crate::complaint::quoted;

/// The moment that a text names: a date-time of RFC 3339 or RFC 2822, where without an offset it is UTC,
/// or a date, which is its midnight. An empty text is no date.
///
/// # Errors
///
/// What to say of any other text of a field of this name.
pub(crate) fn moment(name: &str, text: Option<&str>) -> Result<Option<Timestamp>, String> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    match named_moment(text) {
        None => Err(no_moment(name, &quoted(text))),
        moment => Ok(moment),
    }
}

/// The moment that a text names, by the rules of every format: a date-time of RFC 3339 or RFC 2822, where without an
/// offset it is UTC, or a date, which is its midnight. `None` for any other text.
///
/// ```
/// use samestory::Timestamp;
/// use samestory_rows::named_moment;
///
/// let moment = Some(Timestamp::from_seconds(1_638_463_200));
/// assert_eq!(named_moment("2021-12-02T16:40:00Z"), moment);
/// assert_eq!(named_moment("Thu, 02 Dec 2021 16:40:00 GMT"), moment);
/// assert_eq!(named_moment("soon"), None);
/// ```
#[must_use]
pub fn named_moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let moment = utc(text)
        .or_else(|| text.parse().ok())
        .or_else(|| local(text))
        .or_else(|| mail(text));
    moment.map(|moment: jiff::Timestamp| Timestamp::from_seconds(moment.as_second()))
}

/// What to say of a value that is no date.
pub(crate) fn no_moment(name: &str, value: &str) -> String {
    format!(
        "{name} is {value}, allowed is a date or date-time of RFC 3339 or RFC 2822 such as \"2021-12-02T16:40:00Z\"; \
         the article counts as undated"
    )
}

/// The form that programs write, such as `2021-12-02T16:40:00Z`, read sooner than one that may be any.
fn utc(text: &str) -> Option<jiff::Timestamp> {
    let form = b"0000-00-00T00:00:00Z";
    let text: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let same = |(byte, form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    };
    if !text.iter().zip(form).all(same) {
        return None;
    }
    let two = |at: usize| (10 * (text[at] - b'0') + (text[at + 1] - b'0')) as i8;
    let year = 100 * i16::from(two(0)) + i16::from(two(2));
    let moment = DateTime::new(year, two(5), two(8), two(11), two(14), two(17), 0);
    TimeZone::UTC.to_timestamp(moment.ok()?).ok()
}

fn local(text: &str) -> Option<jiff::Timestamp> {
    let local: DateTime = text.trim_end_matches(" UTC").parse().ok()?;
    TimeZone::UTC.to_timestamp(local).ok()
}

/// A date as feeds write it: `Thu, 02 Dec 2021 16:40:00 GMT`.
fn mail(text: &str) -> Option<jiff::Timestamp> {
    // the day of the week says nothing new, and may be wrong or of another language
    let text = text.split_once(", ").map_or(text, |(_, text)| text);
    let mut words: Vec<Cow<'_, str>> = text.split_whitespace().map(Cow::Borrowed).collect();
    let [_, month, _, _, zone @ ..] = &mut words[..] else {
        return None;
    };
    // "December" is as clear as "Dec"
    if let Some((end, _)) = month.char_indices().nth(3) {
        *month = month[..end].to_owned().into();
    }
    match zone {
        [] => words.push("GMT".into()),
        [zone, ..] if matches!(&**zone, "UTC" | "Z") => *zone = "GMT".into(),
        _ => {}
    }
    let parser = DateTimeParser::new().relaxed_weekday(true);
    parser.parse_timestamp(words.join(" ")).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{moment, utc};

    proptest! {
        #[test]
        fn the_short_way_leads_to_the_same_moment(
            text in "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9][Z0-9+]{0,2}",
        ) {
            if let Some(moment) = utc(&text) {
                prop_assert_eq!(text.parse().ok(), Some(moment));
            }
        }
    }

    fn seconds(text: &str) -> Option<i64> {
        moment("published", Some(text))
            .unwrap()
            .map(|at| at.seconds())
    }

    #[test]
    fn one_moment_in_many_spellings() {
        for text in [
            "2021-12-02T16:40:00Z",
            "2021-12-02t16:40:00z",
            "2021-12-02T17:40:00+01:00",
            "2021-12-02T17:40:00+0100",
            "2021-12-02 17:40:00+01:00",
            "2021-12-02T16:40:00.999Z",
            "2021-12-02T16:40:00",
            "2021-12-02 16:40:00",
            "2021-12-02 16:40",
            "2021-12-02 16:40:00 UTC",
            " 2021-12-02T16:40:00Z\n",
            "Thu, 02 Dec 2021 16:40:00 GMT",
            "Thu, 2 Dec 2021 16:40:00 +0000",
            "Fri, 2 Dec 2021 16:40:00 Z",
            "Do, 02 Dec 2021 16:40:00 UTC",
            "Thursday, 02 December 2021 11:40:00 EST",
            "02 Dec 2021 16:40 GMT",
            "02 Dec 2021 16:40:00",
        ] {
            assert_eq!(seconds(text), Some(1_638_463_200), "{text}");
        }
        assert_eq!(seconds("2021-12-02"), Some(1_638_403_200));
        assert_eq!((seconds(""), seconds(" ")), (None, None));
    }

    #[test]
    fn what_is_no_date_is_shown_as_it_was() {
        for text in [
            "yesterday",
            "2021-02-30",
            "2021-13-01T00:00:00Z",
            "1638463200",
            "12/02/2021",
            "Thu, 32 Dec 2021 16:40:00 GMT",
            "\u{202e}é, é é é é é",
            "-9999999-01-01",
        ] {
            let what = moment("date", Some(text)).unwrap_err();
            assert!(
                what.starts_with(&format!("date is {text:?}, allowed is")),
                "{what}"
            );
        }
    }
}
