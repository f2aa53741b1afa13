//! The settings file: reading, and changing one key of it.
use std::{fs, io, ops::Range, path::Path};

use toml_edit::{Document, Item, TableLike};

use super::{
    Config, edit,
    error::{ConfigError, UnknownEntry},
    restart_cost,
    table::{KEYS, Key},
};
use crate::{atomic, host::HostFacts, size::ByteSize, state::RestartCost};

/// What the file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Every setting.
    pub config: Config,
    /// Names of the settings that the file sets.
    pub set: Vec<&'static str>,
    /// Keys in the file that this build doesn't know.
    pub unknown: Vec<UnknownEntry>,
}

/// A change of one setting.
#[derive(Debug, Clone)]
pub struct Change {
    /// What held before.
    pub old: Settings,
    /// What holds now.
    pub new: Settings,
    /// The key that changed.
    pub key: &'static Key,
    /// What it takes until the new value holds.
    pub cost: RestartCost,
}

/// Reads the file; one that isn't there sets nothing.
///
/// # Errors
/// [`ConfigError::Read`], [`ConfigError::Syntax`] and [`ConfigError::BadEntry`].
pub fn load(file: &Path, host: &HostFacts) -> Result<Settings, ConfigError> {
    parse(file, &read(file)?, host)
}

/// Changes one key; comments and all else stay as they are.
///
/// # Errors
/// Any [`ConfigError`]; the file is then as it was.
pub fn set(file: &Path, key: &str, value: &str, host: &HostFacts) -> Result<Change, ConfigError> {
    change(file, key, host, |text, key_path| {
        edit::set(text, key_path, value)
    })
}

/// Removes one key, so that its default holds.
///
/// # Errors
/// Any [`ConfigError`]; the file is then as it was.
pub fn unset(file: &Path, key: &str, host: &HostFacts) -> Result<Change, ConfigError> {
    change(file, key, host, edit::unset)
}

/// What the text of a settings file says; `file` only names it.
///
/// # Errors
/// [`ConfigError::Syntax`] and [`ConfigError::BadEntry`].
pub fn parse(file: &Path, text: &str, host: &HostFacts) -> Result<Settings, ConfigError> {
    let document = Document::parse(text).map_err(|error| ConfigError::Syntax {
        file: file.to_owned(),
        line: error.span().map_or(1, |span| line_of(text, &span)),
        message: error.message().replace('\n', ", "),
    })?;
    let mut reader = Reader {
        file,
        text,
        host,
        settings: Settings {
            config: Config::defaults(host),
            set: Vec::new(),
            unknown: Vec::new(),
        },
    };
    reader.table("", document.as_table())?;
    Ok(reader.settings)
}

struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
    host: &'a HostFacts,
    settings: Settings,
}

impl Reader<'_> {
    fn table(&mut self, prefix: &str, table: &dyn TableLike) -> Result<(), ConfigError> {
        for (part, item) in table.iter() {
            let name = format!("{prefix}{part}");
            let span = table.get_key_value(part).and_then(|(key, _)| key.span());
            let span = span.or_else(|| item.span()).unwrap_or_default();
            self.entry(name, item, line_of(self.text, &span))?;
        }
        Ok(())
    }

    fn entry(&mut self, name: String, item: &Item, line: usize) -> Result<(), ConfigError> {
        let bad = |key: &str, message: String| ConfigError::BadEntry {
            file: self.file.to_owned(),
            line,
            key: key.to_owned(),
            message,
        };
        if let Some(key) = Key::find(&name) {
            key.apply(&mut self.settings.config, item, self.host)
                .map_err(|refusal| bad(key.name, refusal.0))?;
            self.settings.set.push(key.name);
            return Ok(());
        }
        let prefix = format!("{name}.");
        if KEYS.iter().any(|key| key.name.starts_with(&prefix)) {
            let found = item.type_name();
            return match item.as_table_like() {
                Some(table) => self.table(&prefix, table),
                None => Err(bad(&name, format!("it is {found}, write a table [{name}]"))),
            };
        }
        self.settings.unknown.push(UnknownEntry {
            file: self.file.to_owned(),
            line,
            nearest: Key::nearest(&name),
            key: name,
        });
        Ok(())
    }
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    let before = text.as_bytes().get(..span.start).unwrap_or_default();
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

fn read(file: &Path) -> Result<String, ConfigError> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(source) => Err(ConfigError::Read {
            file: file.to_owned(),
            source,
        }),
    }
}

fn change(
    file: &Path,
    name: &str,
    host: &HostFacts,
    edit: impl FnOnce(&str, &edit::KeyPath<'_>) -> Result<String, ConfigError>,
) -> Result<Change, ConfigError> {
    let path = edit::KeyPath::find(name)?;
    let text = read(file)?;
    let old = match parse(file, &text, host) {
        // The value that can't be is what is being replaced.
        Err(ConfigError::BadEntry { key, .. }) if key == path.key.name => {
            parse(file, &edit::unset(&text, &path)?, host)
        }
        other => other,
    }?;
    let text = edit(&text, &path)?;
    let new = parse(file, &text, host).map_err(|error| match error {
        ConfigError::BadEntry { key, message, .. } => ConfigError::BadValue { key, message },
        other => other,
    })?;
    refuse_shrinking(old.config.disk, new.config.disk)?;
    write(file, &text)?;
    let cost = restart_cost(&old.config, &new.config);
    let key = path.key;
    Ok(Change {
        old,
        new,
        key,
        cost,
    })
}

fn refuse_shrinking(old: ByteSize, new: ByteSize) -> Result<(), ConfigError> {
    if new >= old {
        return Ok(());
    }
    let (old, new) = (old.exact(), new.exact());
    Err(ConfigError::BadValue {
        key: "disk".to_owned(),
        message: format!("the data disk has {old} and can't shrink to {new}"),
    })
}

fn write(file: &Path, text: &str) -> Result<(), ConfigError> {
    atomic::replace(file, text.as_bytes()).map_err(|source| ConfigError::Write {
        file: file.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests;
