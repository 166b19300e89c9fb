//! What may be set, in a file or on the command line.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use bytesize::ByteSize;
use clap::Args;
use samestory::{Clusterer, Config};
use samestory_rows::Fields;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The file that is read where the program is called, if it is there.
const FILE: &str = "samestory.toml";

/// The settings of all commands.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// How many threads to use; 0 is one for each core.
    pub(crate) threads: u16,
    /// No progress and no summaries, only complaints and errors.
    pub(crate) quiet: bool,
    /// Stop at the first bad row.
    pub(crate) strict: bool,
    /// So much text is kept in memory, what is beyond in a temporary file.
    pub(crate) text_memory: ByteSize,
    /// Copies are found by `jaccard` alone. A file has no other way to leave `containment` out.
    pub(crate) without_containment: bool,
    /// Which names the fields of an article have.
    #[serde(serialize_with = "names", deserialize_with = "parsed")]
    pub(crate) fields: Fields,
    /// The settings of the library.
    pub(crate) cluster: Config,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            threads: 0,
            quiet: false,
            strict: false,
            text_memory: ByteSize::gib(1),
            without_containment: false,
            fields: Fields::default(),
            cluster: Config::default(),
        }
    }
}

fn names<S: Serializer>(fields: &Fields, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(fields)
}

fn parsed<'de, D: Deserializer<'de>>(from: D) -> Result<Fields, D::Error> {
    let names = String::deserialize(from)?;
    names.parse().map_err(serde::de::Error::custom)
}

/// How alike articles have to be.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Thresholds {
    /// The same text from this Jaccard similarity on [default: 0.3]
    #[arg(long, value_name = "J", help_heading = "Thresholds")]
    jaccard: Option<f64>,
    /// Or from this containment on; `off` leaves it out [default: 0.5]
    #[arg(long, value_name = "C", help_heading = "Thresholds", value_parser = containment)]
    containment: Option<Containment>,
    /// Stories join from this probability on [default: 0.17]
    #[arg(long, value_name = "P", help_heading = "Thresholds")]
    same_event: Option<f64>,
}

/// A limit of containment, or none.
#[derive(Clone, Copy, Debug)]
struct Containment(Option<f64>);

fn containment(text: &str) -> Result<Containment, String> {
    match text {
        "off" => Ok(Containment(None)),
        _ => (text.parse().map(|limit| Containment(Some(limit))))
            .map_err(|_| "allowed is a number, or off".to_owned()),
    }
}

impl Settings {
    /// Those of this file, or of the file where the program is called, or the default ones.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or says what is not allowed, with the place.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self> {
        let path = match file {
            Some(path) => path.to_owned(),
            None if Path::new(FILE).exists() => PathBuf::from(FILE),
            None => return Ok(Self::default()),
        };
        let shown = path.display();
        let text = fs::read_to_string(&path).with_context(|| format!("{shown} cannot be read"))?;
        let mut settings: Self = match toml::from_str(&text) {
            Ok(settings) => settings,
            Err(error) => {
                let error = error.to_string();
                bail!(
                    "{shown}: {}\n`samestory --print-config` shows what may be set",
                    error.trim_end()
                )
            }
        };
        if settings.without_containment {
            settings.cluster.containment = None;
        }
        let checked = Clusterer::with_config(settings.cluster.clone());
        checked.with_context(|| format!("{shown}, [cluster]"))?;
        Ok(settings)
    }

    /// The same as a file.
    ///
    /// # Errors
    ///
    /// When a setting cannot be written.
    pub(crate) fn print(&self) -> Result<String> {
        let settings = toml::to_string(self)?;
        Ok(format!(
            "# Settings of samestory; a file {FILE} where it is called, or --config FILE.\n\
             # threads = 0 is one for each core.\n{settings}"
        ))
    }

    /// What clusters with these settings, and with what was said on the command line.
    ///
    /// # Errors
    ///
    /// When a threshold is outside its range.
    pub(crate) fn clusterer(&self, thresholds: &Thresholds) -> Result<Clusterer> {
        let mut config = self.cluster.clone();
        if let Some(jaccard) = thresholds.jaccard {
            config.jaccard = jaccard;
        }
        if let Some(Containment(containment)) = thresholds.containment {
            config.containment = containment;
        }
        if let Some(same_event) = thresholds.same_event {
            config.same_event = same_event;
        }
        Ok(Clusterer::with_config(config)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_what_is_read() {
        let mut settings = Settings {
            threads: 3,
            fields: "title=headline,text=content".parse().unwrap(),
            ..Settings::default()
        };
        for containment in [Some(0.7), None] {
            settings.cluster.containment = containment;
            settings.without_containment = containment.is_none();
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join(FILE);
            fs::write(&file, settings.print().unwrap()).unwrap();
            assert_eq!(Settings::load(Some(&file)).unwrap(), settings);
        }
    }
}
