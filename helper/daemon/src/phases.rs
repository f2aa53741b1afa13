//! Starting and stopping, phase by phase.
use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use berth_api::{
    error::{ApiError, ErrorCode},
    event::Event,
    server, socket,
};
use berth_core::{
    control::{Control, machine_settings},
    vm::{DEFAULT_GRACE, EngineDialer, Parts, Patience, StopMode, Vm, supervise},
};
use berth_dashboard::Dashboard;
use berth_forward::{
    docker::{DockerProxy, MountRules},
    ports::Ports,
};
use berth_model::{
    config::{self, Config},
    home::Home,
    host::HostFacts,
};
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

use crate::{backends, desk::Desk, live, log, ready::Ready, services, sys, web};

/// Events that a slow client may be behind.
const EVENTS: usize = 1024;

/// Runs the daemon until it is asked to end. Errors were reported already.
pub(crate) fn run(mut ready: Ready) -> Result<(), ()> {
    let mut report = |error: ApiError| {
        ready.failed(&error);
        eprint_error(&error);
    };
    let home = Home::from_env().map_err(|error| {
        report(ApiError::new(ErrorCode::BadRequest, error.to_string()).with_hint(error.hint()));
    })?;
    let _lock = claim(&home).map_err(&mut report)?;
    let _log = log::start(&home.daemon_log())
        .map_err(|error| report(unwritable(&home.daemon_log(), &error)))?;
    sys::raise_descriptor_limit();
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| report(ApiError::internal(&error)))?;
    let outcome = runtime.block_on(serve(home, &mut ready));
    if let Err(error) = &outcome {
        tracing::error!(%error, "the daemon could not start");
        ready.failed(error);
        eprint_error(error);
    }
    outcome.map_err(|_| ())
}

#[expect(clippy::print_stderr, reason = "this is the daemon's own error output")]
fn eprint_error(error: &ApiError) {
    eprintln!("berthd: {error}");
    if let Some(hint) = &error.hint {
        eprintln!("hint: {hint}");
    }
}

fn unwritable(path: &Path, error: &io::Error) -> ApiError {
    let message = format!("'{}' can't be used: {error}", path.display());
    let hint = "make the folder yours and writable, or set BERTH_HOME to one that is";
    ApiError::new(ErrorCode::NoPermission, message).with_hint(hint)
}

/// Makes the home's folders and takes its lock; held until the file is closed,
/// however we end.
fn claim(home: &Home) -> Result<File, ApiError> {
    for folder in [
        home.root().to_owned(),
        home.run_dir(),
        home.logs_dir(),
        home.data_dir(),
    ] {
        sys::make_private(&folder).map_err(|error| unwritable(&folder, &error))?;
    }
    let path = home.lock_file();
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path);
    let file = file.map_err(|error| unwritable(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let message = format!(
                "another berthd runs already for '{}'",
                home.root().display()
            );
            let hint = "use it with 'berth status', or end it with 'berth stop --quit'";
            Err(ApiError::new(ErrorCode::AlreadyRunning, message).with_hint(hint))
        }
        Err(TryLockError::Error(error)) => Err(unwritable(&path, &error)),
    }
}

async fn serve(home: Home, ready: &mut Ready) -> Result<(), ApiError> {
    let control_listener = socket::bind(&home.control_socket())
        .map_err(|error| unwritable(&home.control_socket(), &error))?;
    let docker_listener = sys::bind_docker_socket(&home.docker_socket())
        .map_err(|error| unwritable(&home.docker_socket(), &error))?;
    let host = HostFacts::detect();
    let events = broadcast::channel(EVENTS).0;
    let config = read_config(&home, &host, &events);
    let settings = watch::Sender::new(settings_of(&config, &host, &events)?);
    let ports = Ports::new();
    let backend = backends::choose();
    let quit = CancellationToken::new();
    let find_image = home.clone();
    let parts = Parts {
        backend: Arc::clone(&backend),
        home: home.clone(),
        find_image: Box::new(move || find_image.find_image()),
        free_space: Box::new(sys::free_space),
        settings: settings.subscribe(),
        serve: services::serve(ports.clone()),
        events: events.clone(),
        patience: Patience::default(),
    };
    let (vm, supervisor) = supervise(parts, quit.clone());
    let control = Control {
        vm: vm.clone(),
        backend,
        home: home.clone(),
        host,
        settings,
        ports: Box::new(move || services::statuses(&ports)),
        free_space: sys::free_space,
        events,
        started: Instant::now(),
        quit: quit.clone(),
    };
    let site = web::bind(&home, &control.events).await;
    let engine = live::follow(&vm, &quit);
    let dashboard = Dashboard::new(berth_dashboard::Parts {
        engine: engine.clone(),
        machine: Arc::new(vm.clone()),
        home: home.clone(),
        docker_socket: home.docker_socket(),
        programs: clients(&home),
        events: control.events.clone(),
        free_space: sys::free_space,
        quit: quit.clone(),
    })?;
    let desk = Arc::new(Desk {
        control,
        engine,
        dashboard: dashboard.clone(),
        address: site.as_ref().map(berth_web::Bound::address),
    });
    let proxy = DockerProxy::new(
        Arc::new(EngineDialer::new(vm.clone())),
        MountRules::new(home.docker_socket()),
    );
    ready.succeeded();
    tracing::info!(home = %home.root().display(), pid = std::process::id(), "berthd serves");
    // A sleeping machine waits for its first call.
    let asleep = home.saved_machine().exists();
    if config.autostart && !asleep && !vm.snapshot().stopped_by_user {
        vm.want_up();
    }
    let docker = tokio::spawn({
        let quit = quit.clone();
        async move { proxy.serve(docker_listener, quit).await }
    });
    let site = site.map(|site| {
        let parts = web::parts(&home, vm.clone(), desk.clone());
        tokio::spawn(site.serve(parts, quit.clone()))
    });
    tokio::spawn(stop_on_signal(vm, quit.clone()));
    let served = server::serve(control_listener, desk, quit.clone()).await;
    quit.cancel();
    dashboard.ended().await;
    if let Some(site) = site {
        let _ = site.await;
    }
    let _ = docker.await;
    let _ = supervisor.await;
    let _ = std::fs::remove_file(home.control_socket());
    let _ = std::fs::remove_file(home.docker_socket());
    tracing::info!("berthd ends");
    served.map_err(|error| ApiError::internal(&error))
}

/// Where Docker's programs are that came with Berth.
fn clients(home: &Home) -> Vec<PathBuf> {
    let named = std::env::var_os("BERTH_CLIENTS").map(PathBuf::from);
    let images = home.image_candidates().into_iter();
    let bundled = images.map(|image| image.join("clients/bin"));
    named.into_iter().chain(bundled).collect()
}

/// A settings file that can't be read must not keep the user's containers from
/// running: the defaults hold, and every client is told.
fn read_config(home: &Home, host: &HostFacts, events: &broadcast::Sender<Event>) -> Config {
    match config::file::load(&home.config_file(), host) {
        Ok(settings) => settings.config,
        Err(error) => {
            tracing::warn!(%error, "the settings can't be read; the defaults hold");
            let next_step = Some(error.hint());
            let _ = events.send(Event::Warning {
                message: error.to_string(),
                next_step,
            });
            Config::defaults(host)
        }
    }
}

fn settings_of(
    config: &Config,
    host: &HostFacts,
    events: &broadcast::Sender<Event>,
) -> Result<berth_core::vm::Settings, ApiError> {
    machine_settings(config).or_else(|error| {
        tracing::warn!(%error, "a setting can't be used; its default holds");
        let _ = events.send(Event::Warning {
            message: error.message,
            next_step: error.hint,
        });
        machine_settings(&Config {
            ca_file: None,
            ..Config::defaults(host)
        })
    })
}

/// The first signal shuts the machine down in order, a second one at once.
async fn stop_on_signal(vm: Vm, quit: CancellationToken) {
    let Ok(name) = sys::stop_signal().await else {
        return;
    };
    tracing::info!(signal = name, "stopping");
    let serial = vm.wind_up(StopMode::Orderly(DEFAULT_GRACE));
    tokio::select! {
        _ = vm.outcome(serial) => {}
        _ = sys::stop_signal() => {
            let serial = vm.wind_up(StopMode::Force);
            let _ = vm.outcome(serial).await;
        }
    }
    quit.cancel();
}
