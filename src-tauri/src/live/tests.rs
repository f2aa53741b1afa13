use berth_api::{
    activity::Meters,
    engine::{Change, Container, ContainerState, Port, ProjectRef, WatchEvent},
    event::Event,
};
use berth_model::state::VmState;

use super::{Daemon, Feed, Gone, Known, Live};

/// A container that runs.
pub(crate) fn container(id: &str) -> Container {
    Container {
        id: id.to_owned(),
        name: format!("name-{id}"),
        state: ContainerState::Running,
        ..Container::default()
    }
}

/// A copy with these containers and a machine that runs.
pub(crate) fn running(containers: Vec<Container>) -> Live {
    let mut live = Live {
        daemon: Daemon::Here,
        memory_limit: 4 << 30,
        ..Live::default()
    };
    live.apply(Feed::Event(Event::Vm {
        vm: VmState::Running,
    }));
    let changes = containers
        .into_iter()
        .map(|one| Change::Container(Box::new(one)))
        .collect();
    live.apply(Feed::Watch(WatchEvent::Changes { changes }));
    live
}

fn names(live: &Live) -> Vec<&str> {
    live.containers
        .values()
        .map(|one| one.name.as_str())
        .collect()
}

fn sent(id: &str) -> Feed {
    let changes = vec![Change::Container(Box::new(container(id)))];
    Feed::Watch(WatchEvent::Changes { changes })
}

#[test]
fn what_a_new_beginning_does_not_send_again_is_gone_when_it_is_complete() {
    let mut live = running(vec![container("a"), container("b")]);
    live.apply(Feed::Watch(WatchEvent::Reset));
    live.apply(sent("b"));
    live.apply(sent("c"));
    assert_eq!(names(&live), ["name-a", "name-b", "name-c"]);
    live.apply(Feed::Watch(WatchEvent::Live));
    assert_eq!(names(&live), ["name-b", "name-c"]);
}

#[test]
fn a_beginning_that_is_broken_off_removes_nothing() {
    let mut live = running(vec![container("a")]);
    live.apply(Feed::Watch(WatchEvent::Reset));
    live.apply(Feed::Watch(WatchEvent::Stale));
    live.apply(Feed::Watch(WatchEvent::Live));
    assert_eq!(names(&live), ["name-a"]);
}

#[test]
fn a_container_that_is_gone_is_forgotten() {
    let mut live = running(vec![container("a"), container("b")]);
    let changes = vec![Change::ContainerGone("a".to_owned())];
    live.apply(Feed::Watch(WatchEvent::Changes { changes }));
    assert_eq!(names(&live), ["name-b"]);
}

#[test]
fn containers_that_sleep_are_kept_and_not_counted_as_up() {
    let mut live = running(vec![container("a")]);
    assert_eq!(live.up(), 1);
    live.apply(Feed::Event(Event::Vm {
        vm: VmState::Suspended,
    }));
    assert_eq!((live.up(), names(&live)), (0, vec!["name-a"]));
    live.apply(Feed::Event(Event::Vm {
        vm: VmState::Stopped,
    }));
    assert_eq!(names(&live), Vec::<&str>::new());
}

#[test]
fn nothing_costs_anything_once_the_machine_or_the_daemon_is_away() {
    let mut live = running(vec![]);
    let meters = Meters {
        vm_memory: Some(1),
        ..Meters::default()
    };
    live.apply(Feed::Meters(Box::new(meters.clone())));
    assert!(live.cost.is_some());
    live.apply(Feed::Event(Event::Vm {
        vm: VmState::Suspended,
    }));
    assert_eq!(live.cost, None);
    live.apply(Feed::Meters(Box::new(meters)));
    live.apply(Feed::Gone(Gone::Died));
    assert_eq!((live.cost, &live.vm), (None, &None));
}

#[test]
fn a_port_of_both_address_families_is_listed_once_and_udp_is_not() {
    let port = |protocol: &str, host: Option<u16>| Port {
        container: 80,
        protocol: protocol.to_owned(),
        host_ip: None,
        host,
    };
    let known = Known::from(Container {
        ports: vec![
            port("tcp", Some(8081)),
            port("tcp", Some(8080)),
            port("tcp", Some(8080)),
            port("udp", Some(53)),
            port("tcp", None),
        ],
        project: Some(ProjectRef {
            project: "shop".to_owned(),
            ..ProjectRef::default()
        }),
        ..container("a")
    });
    assert_eq!(known.ports, [8080, 8081]);
    assert_eq!(known.project.as_deref(), Some("shop"));
}
