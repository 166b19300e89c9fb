//! Which names the fields of an article have.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// Which names the fields of an article have in a file.
///
/// Without choice these are `id`, `title`, `text` or `body`, `published`, `source` and `url`.
///
/// ```
/// use samestory_rows::Fields;
///
/// // two names for one field: the first counts where a row has both
/// let fields: Fields = "title=headline,text=content,text=summary".parse().unwrap();
/// assert_eq!(fields.to_string(), "id=id,title=headline,text=content,text=summary,published=published,source=source,url=url");
///
/// let error = "headline=title".parse::<Fields>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "\"headline\" is no field of an article; allowed are id, title, text, published, source, url, \
///      as in title=headline,text=body",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// In the order of the fields. Of the names of one field the first counts.
    names: Vec<(String, Field)>,
    /// Which of the names each field has, as every row asks for it.
    of_field: [(usize, usize); Field::ALL.len()],
}

/// A field of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Id,
    Title,
    Text,
    Published,
    Source,
    Url,
}

impl Field {
    const ALL: [Self; 6] = [
        Self::Id,
        Self::Title,
        Self::Text,
        Self::Published,
        Self::Source,
        Self::Url,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Title => "title",
            Self::Text => "text",
            Self::Published => "published",
            Self::Source => "source",
            Self::Url => "url",
        }
    }
}

/// No more names than these, so that the values of a row need no allocation.
pub(crate) const MOST_NAMES: usize = 16;

/// The values of a row by the names of the fields.
pub(crate) type Values<T> = [Option<T>; MOST_NAMES];

impl Default for Fields {
    fn default() -> Self {
        let mut names: Vec<_> = Field::ALL
            .iter()
            .map(|&field| (field.name().to_owned(), field))
            .collect();
        names.insert(3, ("body".to_owned(), Field::Text));
        Self::new(names)
    }
}

impl Fields {
    /// The names in the order of their fields.
    fn new(names: Vec<(String, Field)>) -> Self {
        let of_field = Field::ALL.map(|field| {
            let start = names.partition_point(|(_, of)| (*of as usize) < field as usize);
            let end = names.partition_point(|(_, of)| *of as usize <= field as usize);
            (start, end)
        });
        Self { names, of_field }
    }

    /// Which value of a row has this name.
    pub(crate) fn slot(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|(known, _)| known == name)
    }

    /// The same for a column of a table, where capitals and blanks at the ends do not count.
    #[cfg(any(feature = "csv", feature = "parquet"))]
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        let name = name.trim();
        let same = |(known, _): &(String, Field)| known.trim().eq_ignore_ascii_case(name);
        self.slot(name).or_else(|| self.names.iter().position(same))
    }

    /// The name of a value.
    pub(crate) fn name(&self, slot: usize) -> &str {
        self.names.get(slot).map_or("", |(name, _)| name)
    }

    /// Whether a value is this field.
    pub(crate) fn is(&self, slot: usize, field: Field) -> bool {
        self.names.get(slot).is_some_and(|(_, of)| *of == field)
    }

    /// Which of the values of a row is this field.
    pub(crate) fn find<T>(&self, values: &Values<T>, field: Field) -> Option<usize> {
        let (start, end) = self.of_field[field as usize];
        (start..end).find(|slot| values[*slot].is_some())
    }

    /// The value of a field, if the row has it.
    pub(crate) fn pick<T: Copy>(&self, values: &Values<T>, field: Field) -> Option<T> {
        self.find(values, field).and_then(|slot| values[slot])
    }

    /// What to try for a file whose columns have none of the names.
    pub(crate) fn proposal<'a>(&self, columns: impl IntoIterator<Item = &'a str>) -> String {
        const MOST_COLUMNS: usize = 20;
        let mut columns = columns.into_iter();
        let mut seen: Vec<String> = columns
            .by_ref()
            .take(MOST_COLUMNS)
            .map(crate::complaint::quoted)
            .collect();
        let more = columns.count();
        if more > 0 {
            seen.push(format!("{more} more"));
        }
        let names = |field| {
            let of = |(name, of): &(String, Field)| (*of == field).then(|| name.clone());
            let names: Vec<String> = self.names.iter().filter_map(of).collect();
            names.join(" or ")
        };
        format!(
            "there is no {} and no {}, but {}; say which is which with --fields, as in --fields title=headline,text=content",
            names(Field::Title),
            names(Field::Text),
            seen.join(", ")
        )
    }
}

impl FromStr for Fields {
    type Err = FieldsError;

    fn from_str(text: &str) -> Result<Self, FieldsError> {
        let mut given: Vec<(String, Field)> = Vec::new();
        for pair in text.split(',') {
            let Some((field, name)) = pair.split_once('=') else {
                return Err(FieldsError(format!(
                    "{pair:?} has no \"=\"; allowed are pairs such as title=headline,text=body"
                )));
            };
            let (field, name) = (field.trim(), name.trim());
            let Some(field) = Field::ALL.into_iter().find(|known| known.name() == field) else {
                let names = Field::ALL.map(Field::name).join(", ");
                return Err(FieldsError(format!(
                    "{field:?} is no field of an article; allowed are {names}, as in title=headline,text=body"
                )));
            };
            if name.is_empty() {
                return Err(FieldsError(format!(
                    "{0} has no name; say which it has in the file, as in {0}=headline",
                    field.name()
                )));
            }
            if let Some((_, before)) = given.iter().find(|(known, _)| known == name) {
                return Err(FieldsError(format!(
                    "{name:?} is both {} and {}; a name stands for one field",
                    before.name(),
                    field.name()
                )));
            }
            given.push((name.to_owned(), field));
        }
        let mut names = Vec::new();
        for field in Field::ALL {
            let of = |names: &[(String, Field)]| -> Vec<(String, Field)> {
                names
                    .iter()
                    .filter(|(_, of)| *of == field)
                    .cloned()
                    .collect()
            };
            let mut own = of(&given);
            if own.is_empty() {
                own = of(&Self::default().names);
                own.retain(|(name, _)| given.iter().all(|(taken, _)| taken != name));
            }
            names.append(&mut own);
        }
        if names.len() > MOST_NAMES {
            return Err(FieldsError(format!(
                "{} names are too many; allowed are {MOST_NAMES}",
                names.len()
            )));
        }
        Ok(Self::new(names))
    }
}

impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, field)) in self.names.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            write!(f, "{comma}{}={name}", field.name())?;
        }
        Ok(())
    }
}

/// Why a choice of names is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldsError(String);

impl fmt::Display for FieldsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for FieldsError {}
