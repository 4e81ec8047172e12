//! A running server in a folder.

use crate::folder::Folder;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// Nothing takes this long unless it hangs.
const HANGS: Duration = Duration::from_secs(30);

/// A running server and where it is. It ends with the test.
pub(crate) struct Server<'a> {
    process: Child,
    folder: &'a Folder,
    url: String,
    listen: String,
    internal: SocketAddr,
    log: Receiver<String>,
    first: String,
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl<'a> Server<'a> {
    /// Starts it as `cargo run` does, without any argument, and waits until it is ready.
    pub(crate) fn start(folder: &'a Folder) -> Self {
        Self::start_with(folder, &[])
    }

    /// The same with these variables.
    pub(crate) fn start_with(folder: &'a Folder, env: &[(&str, &str)]) -> Self {
        Self::start_as(folder, "http", env)
    }

    /// The same, reached by this scheme.
    pub(crate) fn start_as(folder: &'a Folder, scheme: &str, env: &[(&str, &str)]) -> Self {
        // Its URL holds its port, so the port is chosen first, and somebody else may take it before the server does.
        let mut tries = (0..5).filter_map(|_| Self::try_to_start(folder, scheme, env));
        tries.next().expect("a server that starts")
    }

    /// None if an address was taken.
    fn try_to_start(folder: &'a Folder, scheme: &str, env: &[(&str, &str)]) -> Option<Self> {
        let free = || TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
        let (free, internal) = (free(), free());
        let (url, listen) = (format!("{scheme}://localhost:{}", free.port()), free.to_string());
        let mut command = folder.command(&[]);
        command.env("PORTCULLIS_SERVER__LISTEN", &listen).env("PORTCULLIS_PUBLIC_URL", &url);
        command.env("PORTCULLIS_SERVER__INTERNAL_LISTEN", internal.to_string()).envs(env.iter().copied());
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the server starts");
        let mut errors = process.stderr.take().expect("its errors");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let (sender, log) = channel();
        // Read to the end: a server whose log nobody reads would wait for a reader.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(sender.send(line))));
        let mut server = Self { process, folder, url, listen, internal, log, first: String::new() };
        loop {
            match server.log.recv_timeout(HANGS) {
                Ok(line) if line.contains("the internal address is taken") => return None,
                Ok(line) => {
                    server.first += &line;
                    server.first.push('\n');
                    if line.contains("\"ready\"") {
                        std::thread::spawn(move || std::io::copy(&mut errors, &mut std::io::stderr()));
                        return Some(server);
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("the server never said that it is ready"),
                Err(RecvTimeoutError::Disconnected) => {
                    let mut told = String::new();
                    errors.read_to_string(&mut told).expect("its errors");
                    assert!(told.contains("cannot listen on"), "the server ended: {told}");
                    return None;
                }
            }
        }
    }

    /// What it said until it was ready.
    pub(crate) fn first_words(&self) -> &str {
        &self.first
    }

    /// Waits for a line of its log that holds this text.
    pub(crate) fn hear(&self, text: &str) -> String {
        self.hear_all(text).lines().last().unwrap_or_default().to_owned()
    }

    /// All lines up to one that holds this text.
    fn hear_all(&self, text: &str) -> String {
        let mut heard = String::new();
        loop {
            let line = self.log.recv_timeout(HANGS).unwrap_or_else(|_| panic!("the server never said {text}"));
            heard = heard + &line + "\n";
            if line.contains(text) {
                return heard;
            }
        }
    }

    /// Where it listens for browsers and programs.
    pub(crate) fn listen(&self) -> &str {
        &self.listen
    }

    /// Its public URL.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Runs a command that knows where the server is.
    pub(crate) fn run(&self, args: &[&str], env: &[(&str, &str)]) -> crate::folder::Said {
        let here = [("PORTCULLIS_PUBLIC_URL", self.url.as_str()), ("PORTCULLIS_SERVER__LISTEN", &self.listen)];
        let internal = self.internal.to_string();
        let here = [here[0], here[1], ("PORTCULLIS_SERVER__INTERNAL_LISTEN", &internal)];
        self.folder.run_with(args, &[&here[..], env].concat())
    }

    /// What it answers on its public address, head and all.
    pub(crate) fn get(&self, path: &str) -> String {
        self.ask(&[&format!("GET {path} HTTP/1.1")])
    }

    /// The same to these lines of a head.
    pub(crate) fn ask(&self, head: &[&str]) -> String {
        ask(&self.listen, self.url.trim_start_matches("http://"), head)
    }

    /// What its API answers to whoever has this token.
    #[track_caller]
    pub(crate) fn ask_api(&self, path: &str, token: &str) -> serde_json::Value {
        let answer = self.ask(&[&format!("GET {path} HTTP/1.1"), &format!("authorization: Bearer {token}")]);
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    /// What it answers on its internal address.
    pub(crate) fn get_internal(&self, path: &str) -> String {
        ask(&self.internal.to_string(), "internal", &[&format!("GET {path} HTTP/1.1")])
    }

    /// Asks it to stop, and waits until it has. What it said that nobody has heard yet.
    pub(crate) fn stop(mut self) -> String {
        self.signal("TERM");
        let ended = self.process.wait().expect("it ends");
        assert!(ended.success(), "{ended}");
        self.log.iter().fold(String::new(), |said, line| said + &line + "\n")
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.process.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }
}

fn ask(address: &str, host: &str, head: &[&str]) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let head = head.join("\r\n");
    write!(stream, "{head}\r\nhost: {host}\r\nconnection: close\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}
