//! What can be done to a container. The state changes first and the event is
//! told afterwards, as by dockerd.
use super::{Container, Health, Run, World, now_seconds};

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no such thing.
    Missing,
    /// It is so already.
    Unchanged,
    /// Not in this state.
    Conflict(String),
}

type Outcome = Result<(), Refusal>;

impl World {
    /// Changes a container under the lock and gives its ID.
    fn change<T>(
        &self,
        wanted: &str,
        change: impl FnOnce(&mut Container) -> Result<T, Refusal>,
    ) -> Result<(String, T), Refusal> {
        let mut held = self.lock();
        let id = held.container_id(wanted).ok_or(Refusal::Missing)?;
        let container = held.containers.get_mut(&id).ok_or(Refusal::Missing)?;
        let told = change(container)?;
        Ok((id, told))
    }

    pub(crate) fn start(&self, wanted: &str) -> Outcome {
        let (id, ()) = self.change(wanted, |c| {
            if c.run.is_up() {
                return Err(Refusal::Unchanged);
            }
            c.run = Run::Running;
            c.started = Some(now_seconds());
            c.health = c.health.map(|_| Health::Starting);
            Ok(())
        })?;
        self.tell_networks(&id, "connect");
        self.tell_container(&id, "start", &[]);
        Ok(())
    }

    /// Ends the process, by a stop or a kill.
    pub(crate) fn end(&self, wanted: &str, code: i64, signal: &str, stop: bool) -> Outcome {
        let (id, auto_remove) = self.change(wanted, |c| {
            if !c.run.is_up() && c.run != Run::Restarting {
                return Err(if stop {
                    Refusal::Unchanged
                } else {
                    Refusal::Conflict(format!("container {} is not running", c.id))
                });
            }
            c.run = Run::Exited;
            c.exit_code = code;
            c.finished = Some(now_seconds());
            Ok(c.auto_remove)
        })?;
        self.tell_container(&id, "kill", &[("signal", signal.to_owned())]);
        let attributes = [
            ("exitCode", code.to_string()),
            ("execDuration", "1".to_owned()),
        ];
        self.tell_container(&id, "die", &attributes);
        self.tell_networks(&id, "disconnect");
        if stop {
            self.tell_container(&id, "stop", &[]);
        }
        if auto_remove {
            return self.remove(&id, true);
        }
        Ok(())
    }

    pub(crate) fn restart(&self, wanted: &str) -> Outcome {
        match self.end(wanted, 143, "15", true) {
            Ok(()) | Err(Refusal::Unchanged) => {}
            Err(refusal) => return Err(refusal),
        }
        self.start(wanted)?;
        let id = self.lock().container_id(wanted).ok_or(Refusal::Missing)?;
        self.tell_container(&id, "restart", &[]);
        Ok(())
    }

    pub(crate) fn pause(&self, wanted: &str, pause: bool) -> Outcome {
        let (from, to, word) = if pause {
            (Run::Running, Run::Paused, "pause")
        } else {
            (Run::Paused, Run::Running, "unpause")
        };
        let (id, ()) = self.change(wanted, |c| {
            if c.run != from {
                return Err(Refusal::Conflict(format!(
                    "Container {} is not {}",
                    c.id,
                    from.name()
                )));
            }
            c.run = to;
            Ok(())
        })?;
        self.tell_container(&id, word, &[]);
        Ok(())
    }

    pub(crate) fn rename(&self, wanted: &str, name: &str) -> Outcome {
        if name.is_empty() || self.lock().container_id(name).is_some() {
            let text = format!("Conflict. The container name \"/{name}\" is already in use");
            return Err(Refusal::Conflict(text));
        }
        let (id, old) = self.change(wanted, |c| {
            Ok(std::mem::replace(&mut c.name, name.to_owned()))
        })?;
        self.tell_container(&id, "rename", &[("oldName", format!("/{old}"))]);
        Ok(())
    }

    pub(crate) fn set_health(&self, wanted: &str, health: Health) -> Outcome {
        let (id, ()) = self.change(wanted, |c| {
            if c.run != Run::Running || c.health.is_none() || c.health == Some(health) {
                return Err(Refusal::Unchanged);
            }
            c.health = Some(health);
            Ok(())
        })?;
        self.tell_container(&id, &format!("health_status: {}", health.name()), &[]);
        Ok(())
    }

    pub(crate) fn remove(&self, wanted: &str, force: bool) -> Outcome {
        let (id, up) = self.change(wanted, |c| Ok(c.run.is_up()))?;
        if up && !force {
            let text = format!(
                "cannot remove container \"{wanted}\": container is running: stop the container before removing or force remove"
            );
            return Err(Refusal::Conflict(text));
        }
        if up {
            let _ = self.end(&id, 137, "9", false);
        }
        let removed = self.lock().containers.remove(&id);
        if let Some(container) = removed {
            let attributes = serde_json::json!({"name": container.name, "image": container.image});
            self.tell("container", "destroy", &id, attributes);
        }
        Ok(())
    }

    /// Adds a container that was filled by the caller, but for its ID.
    pub(crate) fn create(&self, mut container: Container) -> Result<String, Refusal> {
        let id = {
            let mut held = self.lock();
            let taken = held.containers.values().find(|c| c.name == container.name);
            if let Some(other) = taken {
                return Err(Refusal::Conflict(format!(
                    "Conflict. The container name \"/{}\" is already in use by container \"{}\". You have to remove (or rename) that container to be able to reuse that name.",
                    container.name, other.id
                )));
            }
            let id = held.fresh_id();
            container.id = id.clone();
            container.created = now_seconds();
            container.seed = super::mix(held.made);
            held.containers.insert(id.clone(), container);
            id
        };
        self.tell_container(&id, "create", &[]);
        Ok(id)
    }

    fn tell_networks(&self, container: &str, action: &str) {
        let networks: Vec<_> = {
            let held = self.lock();
            let networks = held.containers.get(container).map(|c| c.networks.clone());
            networks.into_iter().flatten().collect()
        };
        for (name, (id, _)) in networks {
            let attributes =
                serde_json::json!({"name": name, "type": "bridge", "container": container});
            self.tell("network", action, &id, attributes);
        }
    }
}
