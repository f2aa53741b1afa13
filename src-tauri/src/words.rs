//! What the tray, notifications and the last question say, in every language.
//! A language is complete or does not compile.
mod de;
mod en;
mod zh;

/// The words of one language.
#[derive(Debug)]
pub(crate) struct Words {
    /// Its code.
    pub(crate) code: &'static str,
    pub(crate) engine_running: &'static str,
    pub(crate) engine_starting: fn(&str) -> String,
    pub(crate) engine_stopping: &'static str,
    pub(crate) engine_stopped: &'static str,
    pub(crate) engine_suspending: &'static str,
    pub(crate) engine_asleep: &'static str,
    pub(crate) engine_waking: &'static str,
    pub(crate) engine_failed: fn(&str) -> String,
    pub(crate) daemon_unknown: &'static str,
    pub(crate) daemon_ended: &'static str,
    pub(crate) daemon_died: &'static str,
    pub(crate) daemon_unable: fn(&str) -> String,
    /// CPU in percent, memory in use, memory of the machine.
    pub(crate) cost: fn(u64, &str, &str) -> String,
    pub(crate) start: &'static str,
    pub(crate) wake: &'static str,
    pub(crate) suspend: &'static str,
    pub(crate) stop: &'static str,
    pub(crate) open_port: fn(u16) -> String,
    pub(crate) logs: &'static str,
    pub(crate) terminal: &'static str,
    pub(crate) start_container: &'static str,
    pub(crate) restart_container: &'static str,
    pub(crate) stop_container: &'static str,
    /// Running of all.
    pub(crate) project: fn(&str, usize, usize) -> String,
    pub(crate) restart_project: &'static str,
    pub(crate) stop_project: &'static str,
    pub(crate) unhealthy: fn(&str) -> String,
    pub(crate) paused: fn(&str) -> String,
    pub(crate) restarting: fn(&str) -> String,
    pub(crate) stopped_containers: fn(usize) -> String,
    pub(crate) nothing_runs: &'static str,
    pub(crate) more: fn(usize) -> String,
    pub(crate) open: &'static str,
    pub(crate) settings: &'static str,
    pub(crate) quit: &'static str,
    pub(crate) quit_asks: fn(usize) -> String,
    pub(crate) quit_keeps: fn(usize) -> String,
    pub(crate) quit_suspends: fn(usize) -> String,
    pub(crate) quit_stops: fn(usize) -> String,
    pub(crate) died: fn(&str, i64) -> String,
    pub(crate) died_of_memory: fn(&str) -> String,
    pub(crate) died_body: &'static str,
    pub(crate) is_unhealthy: fn(&str) -> String,
    pub(crate) unhealthy_body: &'static str,
    pub(crate) host_disk_low: &'static str,
    pub(crate) data_disk_low: &'static str,
    pub(crate) disk_body: fn(&str) -> String,
    pub(crate) engine_down: &'static str,
    pub(crate) action_failed: &'static str,
    pub(crate) ask: Ask,
}

/// The words of the question before the end.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Ask {
    pub(crate) title: &'static str,
    #[serde(skip)]
    pub(crate) running: fn(usize) -> String,
    pub(crate) keep: &'static str,
    pub(crate) keep_hint: &'static str,
    pub(crate) suspend: &'static str,
    pub(crate) suspend_hint: &'static str,
    pub(crate) stop: &'static str,
    pub(crate) stop_hint: &'static str,
    pub(crate) remember: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) suspending: &'static str,
    pub(crate) stopping: &'static str,
    pub(crate) quit_anyway: &'static str,
}

const ALL: &[&Words] = &[&en::WORDS, &de::WORDS, &zh::WORDS];

/// The words for a locale such as `de-AT` or `zh_CN.UTF-8`; English for those
/// that there are none for.
pub(crate) fn of(locale: &str) -> &'static Words {
    let language = locale.split(['-', '_', '.']).next().unwrap_or_default();
    let known = ALL.iter().find(|words| words.code == language);
    known.copied().unwrap_or(&en::WORDS)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_region_does_not_matter_and_an_unknown_language_is_english() {
        for (locale, code) in [
            ("de-AT", "de"),
            ("zh_CN.UTF-8", "zh"),
            ("en", "en"),
            ("C.UTF-8", "en"),
            ("", "en"),
            ("dexter", "en"),
        ] {
            assert_eq!(of(locale).code, code, "{locale}");
        }
    }
}
