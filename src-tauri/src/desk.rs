//! What all parts of the program share: what is known, what the user has chosen,
//! and the way to the daemon.
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use berth_api::{
    call::Call,
    client::{Client, ClientError},
    dashboard::{DashboardAddress, PrefSet, Prefs},
};
use berth_model::home::Home;
use serde_json::Value;
use tokio::{sync::Notify, time::timeout};

use crate::{
    live::{Daemon, Feed, Gone, Live},
    notices::{Notice, Notices},
    pump::{self, Known},
    settings::Settings,
    words::{self, Words},
};

/// How long a window that closes may wait for the user's choices.
const BRIEFLY: Duration = Duration::from_secs(1);

/// The shared state.
#[derive(Debug)]
pub(crate) struct Desk {
    /// Where the daemon lives.
    pub(crate) home: Home,
    /// In the user's language.
    pub(crate) words: &'static Words,
    /// The user wants a daemon.
    pub(crate) wishes: Arc<Notify>,
    /// The tray may have to change.
    pub(crate) changed: Notify,
    began: Instant,
    /// The daemon has answered this program before.
    met: AtomicBool,
    live: Mutex<Live>,
    notices: Mutex<Notices>,
    settings: Mutex<Settings>,
    /// The address that the page was given last.
    address: Mutex<Option<DashboardAddress>>,
}

impl Desk {
    /// A desk that knows nothing yet.
    pub(crate) fn new(home: Home) -> Self {
        let locale = sys_locale::get_locale().unwrap_or_default();
        Self {
            home,
            words: words::of(&locale),
            wishes: Arc::default(),
            changed: Notify::new(),
            began: Instant::now(),
            met: AtomicBool::new(false),
            live: Mutex::default(),
            notices: Mutex::default(),
            settings: Mutex::default(),
            address: Mutex::default(),
        }
    }

    /// Takes in what the daemon told, and says what is worth a notification.
    pub(crate) fn take(&self, feed: Feed) -> Vec<Notice> {
        if matches!(feed, Feed::Here(_)) {
            self.met.store(true, Ordering::Relaxed);
        }
        let mut live = self.live();
        let now = self.began.elapsed();
        let mut notices = lock(&self.notices);
        let shown = notices.after(&feed, live.disk_size, now, self.words);
        live.apply(feed);
        self.changed.notify_one();
        shown
    }

    /// What is known.
    pub(crate) fn live(&self) -> MutexGuard<'_, Live> {
        lock(&self.live)
    }

    /// What the user has chosen, as far as is known.
    pub(crate) fn settings(&self) -> Settings {
        *lock(&self.settings)
    }

    /// Connects to the daemon; starts it unless it was ended and nobody wishes
    /// for it.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub(crate) async fn client(&self, wished: bool) -> Result<Client, ClientError> {
        if wished {
            self.wishes.notify_one();
        }
        let known = Known {
            met: self.met.load(Ordering::Relaxed),
            ended: self.live().daemon == Daemon::Gone(Gone::Ended),
            wished,
        };
        pump::connect(&self.home, known).await
    }

    /// Where the dashboard is served.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub(crate) async fn dashboard(&self, wished: bool) -> Result<DashboardAddress, ClientError> {
        let mut client = self.client(wished).await?;
        let address: DashboardAddress = client.call(Call::Dashboard).await?;
        *lock(&self.address) = Some(address.clone());
        Ok(address)
    }

    /// The address that was given last.
    pub(crate) fn address(&self) -> Option<DashboardAddress> {
        lock(&self.address).clone()
    }

    /// Asks what the user has chosen; what was known holds where the daemon
    /// does not answer soon.
    pub(crate) async fn refresh_settings(&self) -> Settings {
        let asked = async {
            let mut client = Client::connect(&self.home.control_socket()).await?;
            client.call::<Prefs>(Call::Prefs).await
        };
        if let Ok(Ok(prefs)) = timeout(BRIEFLY, asked).await {
            *lock(&self.settings) = Settings::from_prefs(&prefs);
            self.changed.notify_one();
        }
        self.settings()
    }

    /// Remembers a choice.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub(crate) async fn remember(&self, name: &str, value: &str) -> Result<(), ClientError> {
        let mut client = Client::connect(&self.home.control_socket()).await?;
        let set = PrefSet {
            name: name.to_owned(),
            value: Value::String(value.to_owned()),
        };
        client.call(Call::PrefSet(set)).await
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
