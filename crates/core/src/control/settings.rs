//! Settings: reading and changing the file, and what they mean for the machine.
use berth_api::{
    error::{ApiError, ErrorCode},
    event::Event,
    report::{ConfigChange, ConfigReport},
};
use berth_link::proto::EngineConfig;
use berth_model::config::{
    self, Config, Proxy,
    error::ConfigError,
    file::{Change, load},
};

use super::Control;
use crate::{engine_config, vm::Settings};

/// What the settings say about the machine.
///
/// # Errors
/// `bad_value` when the certificate file can't be read.
pub fn machine_settings(config: &Config) -> Result<Settings, ApiError> {
    let proxy = match &config.proxy {
        Proxy::None => Default::default(),
        Proxy::Inherit => engine_config::proxy_from(|name| std::env::var(name).ok()),
        Proxy::Url(url) => engine_config::proxy_of(url),
    };
    let ca_certificates = match &config.ca_file {
        None => String::new(),
        Some(file) => std::fs::read_to_string(file).map_err(|error| {
            let message = format!(
                "the certificates '{}' can't be read: {error}",
                file.display()
            );
            ApiError::new(ErrorCode::BadValue, message)
                .with_hint("correct it with 'berth config set engine.ca_file PATH'")
        })?,
    };
    Ok(Settings {
        cpus: config.cpus,
        memory_bytes: config.memory.as_u64(),
        disk_bytes: config.disk.as_u64(),
        engine: EngineConfig {
            proxy,
            ca_certificates,
            daemon_json: config.daemon_json.clone(),
        },
    })
}

impl Control {
    pub(super) fn config(&self) -> Result<ConfigReport, ApiError> {
        let path = self.home.config_file();
        let settings = load(&path, &self.host).map_err(|error| ApiError::from(&error))?;
        Ok(ConfigReport::new(&path, &settings, &self.host))
    }

    pub(super) fn config_set(&self, key: &str, value: &str) -> Result<ConfigChange, ApiError> {
        let changed = config::file::set(&self.home.config_file(), key, value, &self.host);
        self.changed(changed)
    }

    pub(super) fn config_unset(&self, key: &str) -> Result<ConfigChange, ApiError> {
        let changed = config::file::unset(&self.home.config_file(), key, &self.host);
        self.changed(changed)
    }

    fn changed(&self, change: Result<Change, ConfigError>) -> Result<ConfigChange, ApiError> {
        let change = change.map_err(|error| ApiError::from(&error))?;
        let settings = machine_settings(&change.new.config)?;
        // The engine takes its part at once; the machine its own at the next start.
        self.settings.send_if_modified(|held| {
            let new = *held != settings;
            *held = settings;
            new
        });
        let key = change.key.name.to_owned();
        let _ = self.events.send(Event::Config { key });
        Ok(ConfigChange::from(&change))
    }
}
