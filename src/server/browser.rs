//! Shows an address in the browser of this machine.

use std::process::{Command, Stdio};

/// Lets the desktop open an address. Whoever sits at a machine without one still has the address that was printed.
pub(super) fn open(address: &str) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command = Command::new(program);
    command.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.spawn() {
        // It is waited for, so that nothing is left of it.
        Ok(mut child) => drop(std::thread::spawn(move || child.wait())),
        Err(error) => tracing::warn!(event = "browser.failed", program, %error, "no browser was opened"),
    }
}
