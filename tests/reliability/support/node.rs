//! One process of the server.

use super::{Door, Place};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long anything may take before the test calls it lost. Generous: a slow machine is no fault.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A process, running or not; ends with the test.
#[derive(Debug)]
pub(crate) struct Node {
    place: Place,
    public_url: String,
    pub(crate) address: SocketAddr,
    settings: Vec<(String, String)>,
    /// How many releases its program is ahead.
    ahead: AtomicUsize,
    process: Mutex<Option<Child>>,
}

impl Node {
    /// Starts one; does not wait for it.
    pub(crate) fn launch(place: &Place, public_url: &str, address: SocketAddr, settings: &[(&str, &str)]) -> Self {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let node = Self {
            place: place.clone(),
            public_url: public_url.to_owned(),
            address,
            settings,
            ahead: AtomicUsize::new(0),
            process: Mutex::new(None),
        };
        node.start();
        node
    }

    fn process(&self) -> MutexGuard<'_, Option<Child>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts it again, at the same address.
    pub(crate) fn start(&self) {
        let log = self.place.path().join(format!("node-{}.log", self.address.port()));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log).expect("a log");
        let errors = log.try_clone().expect("the same log");
        let mut command = self.place.command_ahead(self.ahead.load(Ordering::SeqCst), &["serve"]);
        command
            .env("PORTCULLIS_PUBLIC_URL", &self.public_url)
            .env("PORTCULLIS_SERVER__LISTEN", self.address.to_string())
            .env("PORTCULLIS_SERVER__INTERNAL_LISTEN", "off")
            .env("PORTCULLIS_LOG", "info")
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        let child = command.stdout(Stdio::from(log)).stderr(Stdio::from(errors)).spawn().expect("the program starts");
        *self.process() = Some(child);
    }

    /// From its next start on it runs the program that is so many releases ahead.
    pub(crate) fn upgrade(&self, ahead: usize) {
        self.ahead.store(ahead, Ordering::SeqCst);
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.process().as_ref().expect("a process").id()
    }

    /// The way to it, past any proxy.
    pub(crate) fn door(&self) -> Door {
        Door::to(self.address, &self.public_url)
    }

    /// Waits until it is ready; says how long that took from here.
    pub(crate) async fn ready(&self) -> Duration {
        let (door, began) = (self.door(), Instant::now());
        while began.elapsed() < PATIENCE {
            if door.get("/readyz").await.is_some_and(|answer| answer.status == 200) {
                return began.elapsed();
            }
            if let Some(ended) = self.ended() {
                panic!("the node ended with {ended}:\n{}", self.place.logs());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never ready:\n{}", self.place.logs());
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&self) -> Option<ExitStatus> {
        self.process().as_mut().and_then(|process| process.try_wait().expect("a state"))
    }

    /// SIGKILL, and waits for the end.
    pub(crate) fn kill(&self) {
        if let Some(mut process) = self.process().take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Sends a signal by name.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().expect("kill runs");
        assert!(sent.success(), "SIG{name} to {pid}");
    }

    /// Waits for the end of its own accord.
    pub(crate) async fn wait(&self) -> ExitStatus {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(ended) = self.ended() {
                return ended;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("it does not end:\n{}", self.place.logs());
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}
