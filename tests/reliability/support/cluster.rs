//! A PostgreSQL server of our own, to be stopped and started.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A running server; ends with the test.
pub(crate) struct Cluster {
    folder: tempfile::TempDir,
    bin: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes one, with fsync on; none if PostgreSQL is not wanted or its programs are not here.
    pub(crate) fn start() -> Option<Self> {
        std::env::var("TEST_POSTGRES_URL").ok()?;
        let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().collect();
        versions.sort_by_key(std::fs::DirEntry::file_name);
        let bin = versions.last()?.path().join("bin");
        let folder = tempfile::Builder::new().prefix("portcullis-cluster").tempdir().expect("a folder");
        let port = super::Place::free_address().port();
        let cluster = Self { folder, bin, port };
        own(cluster.folder.path());
        cluster.must(
            &cluster.run("initdb", &["-D", "data", "-U", "portcullis", "-A", "trust", "-E", "UTF8", "--no-locale"]),
        );
        let settings = "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 100\n";
        let file = cluster.folder.path().join("data/postgresql.conf");
        let config = std::fs::read_to_string(&file).expect("its settings") + settings;
        std::fs::write(&file, config).expect("its settings");
        cluster.control(&["start"]);
        Some(cluster)
    }

    /// Another server that follows this one. From now on this one acknowledges only what both have on their disks.
    pub(crate) async fn standby(&self) -> Self {
        let folder = tempfile::Builder::new().prefix("portcullis-standby").tempdir().expect("a folder");
        let standby = Self { folder, bin: self.bin.clone(), port: super::Place::free_address().port() };
        own(standby.folder.path());
        let from = format!("host=127.0.0.1 port={} user=portcullis application_name=standby", self.port);
        let copy = ["-D", "data", "-R", "-X", "stream", "-c", "fast", "-d", &from];
        tokio::task::block_in_place(|| standby.must(&standby.run("pg_basebackup", &copy)));
        standby.control(&["start"]);
        let names = "ALTER SYSTEM SET synchronous_standby_names = 'standby'";
        super::place::run_postgres(&self.url(), names).await;
        super::place::run_postgres(&self.url(), "SELECT pg_reload_conf()").await;
        standby
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> std::net::SocketAddr {
        std::net::SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// The address of its database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://portcullis@127.0.0.1:{}/postgres", self.port)
    }

    /// Stops and starts it, `fast` or `immediate`.
    pub(crate) fn restart(&self, mode: &str) {
        self.control(&["restart", "-m", mode]);
    }

    pub(crate) fn control(&self, what: &[&str]) {
        let options = format!("-p {}", self.port);
        let args = [&["-D", "data", "-l", "server.log", "-o", &options, "-w"], what].concat();
        tokio::task::block_in_place(|| self.must(&self.run("pg_ctl", &args)));
    }

    /// PostgreSQL refuses to run as root.
    fn run(&self, program: &str, args: &[&str]) -> Output {
        let program = self.bin.join(program);
        let mut command = if is_root() { Command::new("runuser") } else { Command::new(&program) };
        if is_root() {
            command.args(["-u", "postgres", "--"]).arg(&program);
        }
        command.args(args).current_dir(self.folder.path()).output().expect("PostgreSQL's programs run")
    }

    fn must(&self, output: &Output) {
        let log = std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default();
        assert!(output.status.success(), "{}{log}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.run("pg_ctl", &["-D", "data", "-m", "immediate", "-w", "stop"]);
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn own(folder: &Path) {
    if is_root() {
        let owned = Command::new("chown").arg("postgres").arg(folder).status().expect("chown runs");
        assert!(owned.success());
    }
}
