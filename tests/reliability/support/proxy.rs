//! A TCP proxy: before nodes it takes turns, before a database it is slow or breaks.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A proxy; ends with the test.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    rules: Arc<Rules>,
    task: tokio::task::JoinHandle<()>,
}

struct Rules {
    backends: Mutex<Vec<SocketAddr>>,
    turn: AtomicUsize,
    /// Milliseconds that each piece waits.
    delay: AtomicU64,
    /// Cut the next connection on which a transaction is committed: the answer does not arrive.
    cut_commit: AtomicBool,
    cuts: AtomicUsize,
    /// Raised: all connections end.
    generation: watch::Sender<u64>,
    /// Raised: connections of before carry nothing any more, and nobody is told.
    silence: AtomicU64,
}

impl Proxy {
    /// Before these, in turn; one that does not take connections is passed over.
    pub(crate) async fn start(backends: &[SocketAddr]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let rules = Arc::new(Rules {
            backends: Mutex::new(backends.to_vec()),
            turn: AtomicUsize::new(0),
            delay: AtomicU64::new(0),
            cut_commit: AtomicBool::new(false),
            cuts: AtomicUsize::new(0),
            generation: watch::Sender::new(0),
            silence: AtomicU64::new(0),
        });
        let shared = Arc::clone(&rules);
        let task = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                tokio::spawn(carry(stream, Arc::clone(&shared)));
            }
        });
        Self { address, rules, task }
    }

    /// Sends nobody there any more, as a balancer does with a node that is not ready.
    pub(crate) fn take_out(&self, backend: SocketAddr) {
        self.rules.backends.lock().unwrap_or_else(PoisonError::into_inner).retain(|there| *there != backend);
    }

    /// Sends people there again.
    pub(crate) fn put_back(&self, backend: SocketAddr) {
        self.rules.backends.lock().unwrap_or_else(PoisonError::into_inner).push(backend);
    }

    /// Lets every piece wait.
    pub(crate) fn delay(&self, by: Duration) {
        self.rules.delay.store(u64::try_from(by.as_millis()).expect("not long"), Ordering::SeqCst);
    }

    /// Cuts the next connection that commits, between COMMIT and its answer.
    pub(crate) fn cut_next_commit(&self) {
        self.rules.cut_commit.store(true, Ordering::SeqCst);
    }

    /// How many were cut so.
    pub(crate) fn cuts(&self) -> usize {
        self.rules.cuts.load(Ordering::SeqCst)
    }

    /// Cuts all connections there are; from now on they lead there.
    pub(crate) fn turn_to(&self, backend: SocketAddr) {
        *self.rules.backends.lock().unwrap_or_else(PoisonError::into_inner) = vec![backend];
        self.cut_all();
    }

    /// Carries nothing any more on the connections there are, as a firewall that has forgotten them. New ones work.
    pub(crate) fn silence_all(&self) {
        self.rules.silence.fetch_add(1, Ordering::SeqCst);
    }

    /// Cuts all connections there are.
    pub(crate) fn cut_all(&self) {
        self.rules.generation.send_modify(|generation| *generation += 1);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(stream: TcpStream, rules: Arc<Rules>) {
    let _ = stream.set_nodelay(true);
    let mut generation = rules.generation.subscribe();
    let mut backend = None;
    let backends = rules.backends.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for _ in 0..backends.len() {
        let turn = rules.turn.fetch_add(1, Ordering::Relaxed) % backends.len();
        if let Ok(found) = TcpStream::connect(backends[turn]).await {
            backend = Some(found);
            break;
        }
    }
    let Some(backend) = backend else { return };
    let _ = backend.set_nodelay(true);
    let (from_client, to_client) = stream.into_split();
    let (from_backend, to_backend) = backend.into_split();
    tokio::select! {
        () = both(pass(from_client, to_backend, &rules, true), pass(from_backend, to_client, &rules, false)) => {}
        _ = generation.changed() => {}
    }
}

/// Until both directions are over, or a cut.
async fn both(there: impl Future<Output = bool>, back: impl Future<Output = bool>) {
    let (mut there, mut back) = (std::pin::pin!(there), std::pin::pin!(back));
    tokio::select! {
        cut = &mut there => if !cut { back.await; },
        cut = &mut back => if !cut { there.await; },
    }
}

/// Carries on until the end; true if it was cut.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, rules: &Rules, forth: bool) -> bool {
    let (mut buffer, born) = (vec![0; 16 * 1024], rules.silence.load(Ordering::SeqCst));
    loop {
        let Ok(read @ 1..) = from.read(&mut buffer).await else {
            let _ = to.shutdown().await;
            return false;
        };
        let delay = rules.delay.load(Ordering::SeqCst);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        if rules.silence.load(Ordering::SeqCst) != born {
            std::future::pending::<()>().await;
        }
        // What PostgreSQL says when a transaction is committed.
        let committed = !forth && buffer[..read].windows(7).any(|word| word == b"COMMIT\0");
        if committed && rules.cut_commit.swap(false, Ordering::SeqCst) {
            rules.cuts.fetch_add(1, Ordering::SeqCst);
            return true;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return true;
        }
    }
}
