//! The list of settings.
use std::path::PathBuf;

use serde_json::Map;
use toml_edit::{InlineTable, Item, TableLike, Value};

use super::{Config, Proxy, nearest::nearest};
use crate::{host::HostFacts, size::ByteSize, state::RestartCost};

/// One setting.
#[derive(Debug)]
pub struct Key {
    /// Its name; a dot leads into a table of the file.
    pub name: &'static str,
    /// What it is for and what it can be, one or two sentences.
    pub description: &'static str,
    /// What a change of it costs.
    pub cost: RestartCost,
    /// Its value as a person would write it.
    show: fn(&Config) -> String,
    /// What a person wrote, as it stands in the file.
    parse: fn(&str) -> Result<Value, Refusal>,
    /// Takes over what stands in the file.
    apply: fn(&mut Config, &Item, &HostFacts) -> Result<(), Refusal>,
}

/// Why a value is refused, one sentence without the name of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) String);

impl<T: std::fmt::Display> From<T> for Refusal {
    fn from(text: T) -> Self {
        Self(text.to_string())
    }
}

/// Every setting, in the order in which people see them.
pub const KEYS: &[Key] = &[
    Key {
        name: "cpus",
        description: "CPUs of the virtual machine. Default: half of the host's.",
        cost: RestartCost::RestartVm,
        show: |config| config.cpus.to_string(),
        parse: integer,
        apply: cpus,
    },
    Key {
        name: "memory",
        description: "Memory of the virtual machine, such as 4GiB. Default: a quarter of the \
                      host's, at least 2GiB.",
        cost: RestartCost::RestartVm,
        show: |config| config.memory.exact(),
        parse: text,
        apply: memory,
    },
    Key {
        name: "disk",
        description: "Size of the data disk, such as 64GiB. It takes space on the host only as \
                      it fills, grows while the machine runs, and never shrinks.",
        cost: RestartCost::None,
        show: |config| config.disk.exact(),
        parse: text,
        apply: disk,
    },
    Key {
        name: "autostart",
        description: "Start the virtual machine when the daemon starts: true or false.",
        cost: RestartCost::None,
        show: |config| config.autostart.to_string(),
        parse: boolean,
        apply: |config, item, _| set_bool(&mut config.autostart, item),
    },
    Key {
        name: "engine.proxy",
        description: "Proxy that the engine pulls through: 'inherit' (from the environment of \
                      the daemon), 'none', or a URL such as http://proxy.example:3128.",
        cost: RestartCost::RestartEngine,
        show: |config| match &config.proxy {
            Proxy::Inherit => "inherit".into(),
            Proxy::None => "none".into(),
            Proxy::Url(url) => url.clone(),
        },
        parse: text,
        apply: proxy,
    },
    Key {
        name: "engine.ca_file",
        description: "PEM file of certificates that the engine trusts besides its own; empty \
                      for none.",
        cost: RestartCost::RestartEngine,
        show: |config| {
            let path = config.ca_file.as_deref();
            path.map_or_else(String::new, |path| path.display().to_string())
        },
        parse: text,
        apply: ca_file,
    },
    Key {
        name: "engine.daemon",
        description: "Keys of the engine's daemon.json, as a table. One of them can be set by \
                      itself: engine.daemon.debug.",
        cost: RestartCost::RestartEngine,
        show: |config| serde_json::Value::Object(config.daemon_json.clone()).to_string(),
        parse: table,
        apply: daemon_json,
    },
    Key {
        name: "docker.context",
        description: "Keep a Docker context 'berth', and select it when no other is: true or \
                      false.",
        cost: RestartCost::None,
        show: |config| config.docker_context.to_string(),
        parse: boolean,
        apply: |config, item, _| set_bool(&mut config.docker_context, item),
    },
];

/// Smallest machine that boots the engine with room for a container.
const MEMORY_MIN: ByteSize = ByteSize::gib(1);
/// Holds the engine and a few images.
const DISK_MIN: ByteSize = ByteSize::gib(4);
/// Far beyond any use, well within what a sparse file can be.
const DISK_MAX: ByteSize = ByteSize::gib(16 << 10);

impl Key {
    /// The setting of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }

    /// The name that was probably meant.
    pub fn nearest(name: &str) -> Option<&'static str> {
        nearest(name, KEYS.iter().map(|key| key.name))
    }

    /// Its value as a person would write it.
    pub fn show(&self, config: &Config) -> String {
        (self.show)(config)
    }

    /// Its values in the two are not the same.
    pub fn differs(&self, old: &Config, new: &Config) -> bool {
        self.show(old) != self.show(new)
    }

    pub(super) fn parse(&self, text: &str) -> Result<Value, Refusal> {
        (self.parse)(text)
    }

    pub(super) fn apply(
        &self,
        config: &mut Config,
        item: &Item,
        host: &HostFacts,
    ) -> Result<(), Refusal> {
        (self.apply)(config, item, host)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "one signature for all keys")]
fn text(text: &str) -> Result<Value, Refusal> {
    Ok(text.trim().into())
}

fn integer(text: &str) -> Result<Value, Refusal> {
    let number: i64 = text
        .trim()
        .parse()
        .map_err(|_| format!("'{text}' is not a whole number"))?;
    Ok(number.into())
}

fn boolean(text: &str) -> Result<Value, Refusal> {
    match text.trim() {
        "true" | "yes" | "on" => Ok(true.into()),
        "false" | "no" | "off" => Ok(false.into()),
        other => Err(format!("'{other}' is neither true nor false").into()),
    }
}

fn table(text: &str) -> Result<Value, Refusal> {
    if let Ok(Value::InlineTable(table)) = text.trim().parse() {
        return Ok(Value::InlineTable(table));
    }
    let json: Map<String, serde_json::Value> = serde_json::from_str(text)
        .map_err(|error| format!("it is neither a TOML table nor a JSON object: {error}"))?;
    inline_table(json).map(Value::InlineTable)
}

fn inline_table(json: Map<String, serde_json::Value>) -> Result<InlineTable, Refusal> {
    let mut table = InlineTable::new();
    for (key, value) in json {
        let value = from_json(value).map_err(|error| format!("'{key}': {}", error.0))?;
        table.insert(key, value);
    }
    Ok(table)
}

fn from_json(json: serde_json::Value) -> Result<Value, Refusal> {
    use serde_json::Value as Json;
    Ok(match json {
        Json::Null => return Err("null has no meaning in a settings file".into()),
        Json::Bool(value) => value.into(),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.into(),
            (None, Some(number)) => number.into(),
            (None, None) => return Err(format!("{number} is too large a number").into()),
        },
        Json::String(text) => text.into(),
        Json::Array(items) => {
            let items = items.into_iter().map(from_json);
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Json::Object(map) => Value::InlineTable(inline_table(map)?),
    })
}

fn to_json(item: &Item) -> Option<serde_json::Value> {
    use serde_json::Value as Json;
    if let Some(table) = item.as_table_like() {
        return Some(Json::Object(object(table)));
    }
    if let Some(tables) = item.as_array_of_tables() {
        let objects = tables.iter().map(|table| Json::Object(object(table)));
        return Some(Json::Array(objects.collect()));
    }
    item.as_value().map(value_to_json)
}

fn value_to_json(value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Value::String(text) => Json::from(text.value().as_str()),
        Value::Integer(number) => Json::from(*number.value()),
        Value::Float(number) => Json::from(*number.value()),
        Value::Boolean(value) => Json::from(*value.value()),
        Value::Datetime(time) => Json::from(time.value().to_string()),
        Value::Array(items) => Json::Array(items.iter().map(value_to_json).collect()),
        Value::InlineTable(table) => Json::Object(object(table)),
    }
}

fn object(table: &dyn TableLike) -> Map<String, serde_json::Value> {
    let entries = table.iter();
    let entries = entries.filter_map(|(key, item)| Some((key.to_owned(), to_json(item)?)));
    entries.collect()
}

fn string<'a>(item: &'a Item, example: &str) -> Result<&'a str, Refusal> {
    item.as_str().ok_or_else(|| {
        let found = item.type_name();
        Refusal(format!(
            "it is {found}, write text in quotes, such as \"{example}\""
        ))
    })
}

fn set_bool(to: &mut bool, item: &Item) -> Result<(), Refusal> {
    let found = item.type_name();
    *to = item
        .as_bool()
        .ok_or_else(|| format!("it is {found}, write true or false"))?;
    Ok(())
}

fn cpus(config: &mut Config, item: &Item, host: &HostFacts) -> Result<(), Refusal> {
    let found = item.type_name();
    let count = item
        .as_integer()
        .ok_or_else(|| format!("it is {found}, write a whole number"))?;
    let max = host.cpus;
    config.cpus = u32::try_from(count)
        .ok()
        .filter(|count| (1..=max).contains(count))
        .ok_or_else(|| format!("{count} is not from 1 to {max}, the CPUs of this host"))?;
    Ok(())
}

fn size(item: &Item, example: &str, min: ByteSize, max: ByteSize) -> Result<ByteSize, Refusal> {
    let size: ByteSize = string(item, example)?.parse()?;
    if (min..=max).contains(&size) {
        return Ok(size);
    }
    Err(format!("{} is not from {min} to {max}", size.exact()).into())
}

fn memory(config: &mut Config, item: &Item, host: &HostFacts) -> Result<(), Refusal> {
    config.memory = size(item, "4GiB", MEMORY_MIN, host.memory)?;
    Ok(())
}

fn disk(config: &mut Config, item: &Item, _: &HostFacts) -> Result<(), Refusal> {
    config.disk = size(item, "64GiB", DISK_MIN, DISK_MAX)?;
    Ok(())
}

fn proxy(config: &mut Config, item: &Item, _: &HostFacts) -> Result<(), Refusal> {
    config.proxy = match string(item, "inherit")? {
        "inherit" => Proxy::Inherit,
        "none" => Proxy::None,
        url if is_proxy_url(url) => Proxy::Url(url.to_owned()),
        other => {
            let text =
                format!("'{other}' is not 'inherit', 'none' or a URL of http, https or socks5");
            return Err(text.into());
        }
    };
    Ok(())
}

fn is_proxy_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or(rest);
    let known = ["http", "https", "socks5", "socks5h"].contains(&scheme);
    known && !authority.is_empty() && !text.contains(char::is_whitespace)
}

fn ca_file(config: &mut Config, item: &Item, _: &HostFacts) -> Result<(), Refusal> {
    let text = string(item, "/etc/ssl/company.pem")?;
    let path = PathBuf::from(text);
    config.ca_file = match (text.is_empty(), path.is_absolute()) {
        (true, _) => None,
        (false, true) => Some(path),
        (false, false) => return Err(format!("'{text}' is not an absolute path").into()),
    };
    Ok(())
}

fn daemon_json(config: &mut Config, item: &Item, _: &HostFacts) -> Result<(), Refusal> {
    let found = item.type_name();
    let table = item
        .as_table_like()
        .ok_or_else(|| format!("it is {found}, write a table"))?;
    config.daemon_json = object(table);
    Ok(())
}

#[cfg(test)]
mod tests;
