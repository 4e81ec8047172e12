//! Tells systemd how far the server is (`Type=notify`): a word on the socket that `NOTIFY_SOCKET` names.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// It serves.
pub(super) fn ready() {
    tell("READY=1");
}

/// It is about to stop.
pub(super) fn stopping() {
    tell("STOPPING=1");
}

/// It reads its settings anew.
pub(super) fn reloading() {
    tell("RELOADING=1");
}

/// Nobody listens in most places, and that is no trouble.
fn tell(word: &str) {
    let Some(path) = std::env::var_os("NOTIFY_SOCKET").filter(|path| !path.is_empty()) else { return };
    let _ = tell_at(&path, word);
}

fn tell_at(path: &std::ffi::OsStr, word: &str) -> std::io::Result<()> {
    // A name that begins with @ is no file.
    let address = match path.to_str().and_then(|path| path.strip_prefix('@')) {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(path)?,
    };
    UnixDatagram::unbound()?.send_to_addr(word.as_bytes(), &address).map(drop)
}

#[cfg(test)]
mod tests {
    use super::tell_at;
    use std::os::unix::net::UnixDatagram;

    #[test]
    fn a_word_arrives() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        tell_at(path.as_os_str(), "READY=1").unwrap();
        let mut heard = [0; 64];
        let length = socket.recv(&mut heard).unwrap();
        assert_eq!(&heard[..length], b"READY=1");
        assert!(tell_at("nothing".as_ref(), "READY=1").is_err());
    }
}
