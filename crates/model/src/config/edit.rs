//! Changes of the text of a settings file: pure, and careful with what a
//! person wrote into it.
use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::{
    error::ConfigError,
    table::{Key, Refusal},
};

/// The setting whose parts can be set one by one.
const TABLE_KEY: &str = "engine.daemon";

/// A setting, or a part of one that is a table.
#[derive(Debug)]
pub(super) struct KeyPath<'a> {
    pub(super) key: &'static Key,
    part: Option<&'a str>,
}

impl<'a> KeyPath<'a> {
    pub(super) fn find(name: &'a str) -> Result<Self, ConfigError> {
        if let Some(key) = Key::find(name) {
            return Ok(Self { key, part: None });
        }
        let part = name
            .strip_prefix(TABLE_KEY)
            .and_then(|part| part.strip_prefix('.'))
            .filter(|part| !part.is_empty());
        match (part, Key::find(TABLE_KEY)) {
            (Some(_), Some(key)) => Ok(Self { key, part }),
            _ => Err(ConfigError::UnknownKey {
                key: name.to_owned(),
                nearest: Key::nearest(name),
            }),
        }
    }

    fn parts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.key.name.split('.').chain(self.part)
    }

    fn value(&self, text: &str) -> Result<Value, Refusal> {
        match self.part {
            None => self.key.parse(text),
            // Numbers, lists and quoted text as in TOML, all else is text.
            Some(_) => Ok(text.trim().parse().unwrap_or_else(|_| text.into())),
        }
    }
}

/// The text with the key set to what a person wrote.
pub(super) fn set(text: &str, path: &KeyPath<'_>, value: &str) -> Result<String, ConfigError> {
    let bad = |message: String| ConfigError::BadValue {
        key: path.key.name.to_owned(),
        message,
    };
    let value = path.value(value).map_err(|refusal| bad(refusal.0))?;
    let mut document = document(text)?;
    let mut parts: Vec<&str> = path.parts().collect();
    let last = parts.pop().unwrap_or_default();
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for part in parts {
        table = table
            .entry(part)
            .or_insert_with(new_table)
            .as_table_like_mut()
            .ok_or_else(|| bad(format!("'{part}' is not a table in the file")))?;
    }
    put(table, last, value);
    Ok(document.to_string())
}

fn new_table() -> Item {
    let mut table = Table::new();
    // Without a heading of its own while it holds nothing but tables.
    table.set_implicit(true);
    Item::Table(table)
}

fn put(table: &mut dyn TableLike, name: &str, mut value: Value) {
    match table.get_mut(name) {
        Some(Item::Value(old)) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        Some(other) => *other = Item::Value(value),
        None => {
            table.insert(name, Item::Value(value));
        }
    }
}

/// The text without the key. A comment right above the key goes with it; one
/// that an empty line sets apart stays.
pub(super) fn unset(text: &str, path: &KeyPath<'_>) -> Result<String, ConfigError> {
    let mut document = document(text)?;
    let mut parts: Vec<&str> = path.parts().collect();
    let last = parts.pop().unwrap_or_default();
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for part in &parts {
        match table.get_mut(part).and_then(Item::as_table_like_mut) {
            Some(inner) => table = inner,
            None => return Ok(text.to_owned()),
        }
    }
    let kept = comment_apart(table, last);
    let following = following_key(table, last);
    if table.remove(last).is_none() {
        return Ok(text.to_owned());
    }
    let moved = following.is_some_and(|next| prepend(table, &next, &kept));
    if !moved && parts.is_empty() {
        let trailing = document.trailing().as_str().unwrap_or_default();
        let trailing = format!("{kept}{trailing}");
        document.set_trailing(trailing);
    }
    Ok(document.to_string())
}

fn comment_apart(table: &mut dyn TableLike, name: &str) -> String {
    let Some(key) = table.key_mut(name) else {
        return String::new();
    };
    let above = key.leaf_decor().prefix().and_then(|raw| raw.as_str());
    let above = above.unwrap_or_default();
    let end = above.rfind("\n\n").map_or(0, |at| at + 2);
    above[..end].to_owned()
}

fn following_key(table: &dyn TableLike, name: &str) -> Option<String> {
    let mut names = table.iter().map(|(name, _)| name);
    names.find(|other| *other == name)?;
    names.next().map(str::to_owned)
}

/// False when the key is a table of its own, whose heading has the comments.
fn prepend(table: &mut dyn TableLike, name: &str, comment: &str) -> bool {
    if !table.get(name).is_some_and(Item::is_value) {
        return false;
    }
    let Some(mut key) = table.key_mut(name) else {
        return false;
    };
    let decor = key.leaf_decor_mut();
    let prefix = decor.prefix().and_then(|raw| raw.as_str());
    let prefix = format!("{comment}{}", prefix.unwrap_or_default());
    decor.set_prefix(prefix);
    true
}

fn document(text: &str) -> Result<DocumentMut, ConfigError> {
    // `file` has parsed the text before, so this is for completeness only.
    text.parse()
        .map_err(|error: toml_edit::TomlError| ConfigError::Syntax {
            file: Path::new("config.toml").to_owned(),
            line: 1,
            message: error.message().to_owned(),
        })
}
