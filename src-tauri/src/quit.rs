//! What happens to containers when this program ends. The decision; the doing
//! is in [`crate::leave`].

/// What the user has chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Wish {
    /// To be asked each time.
    #[default]
    Ask,
    /// They go on running.
    Keep,
    /// The machine is put to sleep.
    Suspend,
    /// The machine is stopped and the daemon ends.
    Stop,
}

impl Wish {
    /// Reads its name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "ask" => Self::Ask,
            "keep" => Self::Keep,
            "suspend" => Self::Suspend,
            "stop" => Self::Stop,
            _ => return None,
        })
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Keep => "keep",
            Self::Suspend => "suspend",
            Self::Stop => "stop",
        }
    }
}

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    /// End.
    End,
    /// Ask.
    Ask,
    /// Put the machine to sleep, then end.
    Suspend,
    /// Stop everything, then end.
    Stop,
}

/// What to do when `up` containers run. Without any there is nothing to ask;
/// what was chosen for the machine holds all the same.
pub(crate) fn plan(wish: Wish, up: usize, machine_runs: bool) -> Plan {
    match wish {
        Wish::Keep => Plan::End,
        Wish::Ask if up == 0 => Plan::End,
        Wish::Ask => Plan::Ask,
        Wish::Suspend if machine_runs => Plan::Suspend,
        Wish::Suspend => Plan::End,
        Wish::Stop => Plan::Stop,
    }
}

#[cfg(test)]
mod tests {
    use super::{Plan, Wish, plan};

    #[test]
    fn only_running_containers_are_worth_a_question() {
        assert_eq!(plan(Wish::Ask, 2, true), Plan::Ask);
        assert_eq!(plan(Wish::Ask, 0, true), Plan::End);
        assert_eq!(plan(Wish::Ask, 0, false), Plan::End);
    }

    #[test]
    fn a_choice_is_followed_without_a_question() {
        assert_eq!(plan(Wish::Keep, 2, true), Plan::End);
        assert_eq!(plan(Wish::Suspend, 2, true), Plan::Suspend);
        assert_eq!(plan(Wish::Suspend, 0, false), Plan::End);
        assert_eq!(plan(Wish::Stop, 2, true), Plan::Stop);
        assert_eq!(plan(Wish::Stop, 0, false), Plan::Stop);
    }

    #[test]
    fn a_wish_is_found_by_its_name() {
        for wish in [Wish::Ask, Wish::Keep, Wish::Suspend, Wish::Stop] {
            assert_eq!(Wish::parse(wish.name()), Some(wish));
        }
        assert_eq!(Wish::parse("explode"), None);
    }
}
