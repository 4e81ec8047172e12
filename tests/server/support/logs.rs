//! Everything that is logged in this process, at the finest level.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tracing_subscriber::fmt::MakeWriter;

/// The log of the whole process; tests run side by side in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    /// Begins to keep the log, or says where it is kept.
    pub(crate) fn keep() -> Self {
        static LOGS: OnceLock<Logs> = OnceLock::new();
        let keep = || {
            let logs = Self::default();
            let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
            let set = tracing::subscriber::set_global_default(subscriber.with_writer(logs.clone()).finish());
            set.expect("nobody else logs in this process");
            logs
        };
        LOGS.get_or_init(keep).clone()
    }

    /// How much there is.
    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// What came after the first `start` bytes.
    pub(crate) fn since(&self, start: usize) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes[start..]).into_owned()
    }
}

impl Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Logs {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
