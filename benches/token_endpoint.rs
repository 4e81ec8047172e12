//! What a served token costs, as a ratio to the bare signature in it, in CPU time and in the same run: machines are
//! noisy, ratios are not. Starts the built server on a new store, drives it over loopback, and prints a table.
//!
//! `cargo bench --bench token_endpoint`

#![expect(clippy::print_stdout, reason = "a table is all it makes")]

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};
use std::hint::black_box;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PORT: u16 = 8699;
const REQUESTS: usize = 6_000;
const AT_ONCE: usize = 16;
const PASSWORD: &str = "a long enough password for benches";

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let output = command(folder.path()).args(arguments).output().expect("the built binary runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    std::fs::write(folder.path().join("password"), PASSWORD).expect("written");
    run(&["init", "--admin-email", "bench@example.com", "--password-file", "password"]);
    for n in 0..100 {
        run(&["client", "create", &format!("idle-{n}"), "--no-secret"]);
    }
    let clients: Vec<(&str, String)> = ["RS256", "ES256", "EdDSA"]
        .map(|algorithm| {
            (algorithm, run(&["client", "create", algorithm, "--access-token-algorithm", algorithm, "--output", "env"]))
        })
        .to_vec();

    let started = Instant::now();
    let running = Server(command(folder.path()).stdout(Stdio::null()).spawn().expect("the server starts"));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let http = reqwest::Client::new();
    runtime.block_on(async {
        while !answers(&http).await {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let ready = started.elapsed();
    println!("ready on an existing store after {} ms", ready.as_millis());
    println!("idle, 103 clients: {} MiB resident", running.resident_kib() / 1024);
    println!("| algorithm | bare signature, µs CPU | served token, µs CPU | ratio | tokens/s |");
    println!("| --- | --- | --- | --- | --- |");
    for (algorithm, environment) in &clients {
        let form = form(environment);
        runtime.block_on(drive(&http, &form, 500));
        let bare = bare_signature(algorithm);
        let (cpu, begun) = (running.cpu(), Instant::now());
        runtime.block_on(drive(&http, &form, REQUESTS));
        let (cpu, wall) = (running.cpu().saturating_sub(cpu), begun.elapsed());
        let served = micros(cpu) / count(REQUESTS);
        let bare = micros(bare);
        println!(
            "| {algorithm} | {bare:.1} | {served:.1} | {:.2} | {:.0} |",
            served / bare,
            count(REQUESTS) / wall.as_secs_f64()
        );
    }
    println!("after that: {} MiB resident", running.resident_kib() / 1024);
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portcullis"));
    command.current_dir(folder).env_clear();
    command.env("PORTCULLIS_PUBLIC_URL", format!("http://localhost:{PORT}"));
    command.env("PORTCULLIS_SERVER__LISTEN", format!("127.0.0.1:{PORT}"));
    command.env("PORTCULLIS_SERVER__INTERNAL_LISTEN", "off").env("PORTCULLIS_LOG", "warn");
    command
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{name}", self.0.id())).expect("the server runs")
    }

    /// User and system time so far. Linux counts it in hundredths of a second.
    fn cpu(&self) -> Duration {
        cpu_of(&self.file("stat"))
    }

    fn resident_kib(&self) -> u64 {
        let status = self.file("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
        line.trim().trim_end_matches(" kB").trim().parse().expect("a number")
    }
}

fn cpu_of(stat: &str) -> Duration {
    let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().expect("utime") + fields[12].parse::<u64>().expect("stime");
    Duration::from_millis(ticks * 10)
}

fn own_cpu() -> Duration {
    cpu_of(&std::fs::read_to_string("/proc/self/stat").expect("linux"))
}

async fn answers(http: &reqwest::Client) -> bool {
    let answer = http.get(format!("http://localhost:{PORT}/readyz")).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

fn form(environment: &str) -> Vec<(String, String)> {
    let value = |name: &str| environment.lines().find_map(|line| line.strip_prefix(name)).expect("printed").to_owned();
    vec![
        ("grant_type".to_owned(), "client_credentials".to_owned()),
        ("client_id".to_owned(), value("PORTCULLIS_CLIENT_ID=")),
        ("client_secret".to_owned(), value("PORTCULLIS_CLIENT_SECRET=")),
    ]
}

async fn drive(http: &reqwest::Client, form: &[(String, String)], requests: usize) {
    let workers = (0..AT_ONCE).map(|_| {
        let (http, form) = (http.clone(), form.to_vec());
        tokio::spawn(async move {
            for _ in 0..requests / AT_ONCE {
                let request = http.post(format!("http://localhost:{PORT}/identity/connect/token")).form(&form);
                let answer = request.send().await.expect("an answer");
                assert!(answer.status().is_success(), "{}", answer.status());
                let _ = answer.bytes().await;
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.expect("no panic");
    }
}

/// CPU time of one signature over 400 bytes with a key that is kept parsed.
fn bare_signature(algorithm: &str) -> Duration {
    let (random, message) = (SystemRandom::new(), [7_u8; 400]);
    let rounds: u32 = if algorithm == "RS256" { 4_000 } else { 40_000 };
    let sign: Box<dyn Fn()> = match algorithm {
        "RS256" => {
            let key = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).expect("a key");
            Box::new(move || {
                let mut signed = [0; 256];
                key.sign(&signature::RSA_PKCS1_SHA256, &random, &message, &mut signed).expect("signed");
                black_box(signed);
            })
        }
        "ES256" => {
            let key = EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
            Box::new(move || {
                black_box(key.sign(&random, &message).expect("signed"));
            })
        }
        _ => {
            let key = Ed25519KeyPair::generate().expect("a key");
            Box::new(move || {
                black_box(key.sign(&message));
            })
        }
    };
    let begun = own_cpu();
    (0..rounds).for_each(|_| sign());
    own_cpu().saturating_sub(begun) / rounds
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn count(requests: usize) -> f64 {
    requests as f64
}
