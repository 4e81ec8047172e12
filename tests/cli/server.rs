//! A running server in a folder.

use crate::folder::Folder;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

/// A running server and where it is. It ends with the test.
pub(crate) struct Server<'a> {
    process: Child,
    folder: &'a Folder,
    url: String,
    listen: String,
    internal: SocketAddr,
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl<'a> Server<'a> {
    /// Starts it, and waits until it is ready.
    pub(crate) fn start(folder: &'a Folder) -> Self {
        Self::start_with(folder, &[])
    }

    /// The same with these variables.
    pub(crate) fn start_with(folder: &'a Folder, env: &[(&str, &str)]) -> Self {
        let free = || TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
        let (free, internal) = (free(), free());
        let (url, listen) = (format!("http://localhost:{}", free.port()), free.to_string());
        let mut command = folder.command(&["serve", "--listen", &listen, "--public-url", &url]);
        let here =
            [("PORTCULLIS_SERVER__INTERNAL_LISTEN", internal.to_string()), ("PORTCULLIS_LOG", "info".to_owned())];
        let mut process =
            command.envs(here).envs(env.iter().copied()).stdout(Stdio::piped()).spawn().expect("the server starts");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let ready = lines.map_while(Result::ok).find(|line| line.contains("\"ready\""));
        assert!(ready.is_some(), "the server ended before it was ready");
        Self { process, folder, url, listen, internal }
    }

    /// Runs a command that knows where the server is.
    pub(crate) fn run(&self, args: &[&str], env: &[(&str, &str)]) -> crate::folder::Said {
        let here = [("PORTCULLIS_PUBLIC_URL", self.url.as_str()), ("PORTCULLIS_SERVER__LISTEN", &self.listen)];
        self.folder.run_with(args, &[&here[..], env].concat())
    }

    /// What it answers on its public address, head and all.
    pub(crate) fn get(&self, path: &str) -> String {
        ask(&self.listen, self.url.trim_start_matches("http://"), path)
    }

    /// What it answers on its internal address.
    pub(crate) fn get_internal(&self, path: &str) -> String {
        ask(&self.internal.to_string(), "internal", path)
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(mut self) {
        self.signal("TERM");
        let ended = self.process.wait().expect("it ends");
        assert!(ended.success(), "{ended}");
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.process.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }
}

fn ask(address: &str, host: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}
