//! REL-32: mail servers that have no time, refuse, or are not there. Nobody waits for them, and operators hear of what was
//! given up.

use crate::support::{Browser, TestServer};
use portcullis::config::{Config, Sources};
use portcullis::flows::{Mail, UnsentMail};
use portcullis::mail::{Post, start};
use portcullis::metrics::MailOutcome;
use portcullis::web::serve::Shutdown;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{Receiver, Sender, channel};

on_both_engines!(
    rel_32_a_mail_that_is_not_taken_is_sent_again_until_it_is,
    rel_32_a_mail_that_is_refused_for_good_is_not_sent_again,
    rel_32_a_mail_that_nobody_takes_is_given_up_and_administrators_hear_of_it,
    rel_32_mails_that_wait_when_the_server_stops_are_told,
);

const SOON: &[Duration] = &[Duration::from_millis(1), Duration::from_millis(1), Duration::from_millis(1)];
const NEVER: &[Duration] = &[Duration::from_hours(1)];

/// A mail server that says these to the recipients of one mail after the other, and then takes all. Where it is, and what
/// it took.
async fn mail_server(answers: &'static [&'static str]) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("smtp://{}", listener.local_addr().expect("an address"));
    let (taken, mails) = channel(10);
    tokio::spawn(async move {
        let mut answers = answers.iter();
        while let Ok((stream, _)) = listener.accept().await {
            let _ = take(stream, answers.next().unwrap_or(&"250 fine"), &taken).await;
        }
    });
    (url, mails)
}

async fn take(stream: TcpStream, to_recipient: &str, taken: &Sender<String>) -> std::io::Result<()> {
    let (lines, mut answers) = stream.into_split();
    let (mut lines, mut mail) = (BufReader::new(lines).lines(), None);
    answers.write_all(b"220 test\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let answer = match (&mut mail, line.as_str()) {
            (Some(_), ".") => {
                let _ = taken.send(mail.take().unwrap_or_default()).await;
                "250 taken"
            }
            (Some(text), line) => {
                *text += line;
                continue;
            }
            (None, "DATA") => {
                mail = Some(String::new());
                "354 go on"
            }
            (None, "QUIT") => "221 bye",
            (None, command) if command.starts_with("RCPT") => to_recipient,
            _ => "250 fine",
        };
        answers.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

fn post(url: &str) -> Post {
    let flag = |path: &str, value: &str| (path.to_owned(), value.to_owned());
    let flags = vec![flag("mail.url", url), flag("mail.from", "login@example.com")];
    let config = Config::load(&Sources { flags, ..Sources::default() }).expect("settings that fit");
    Post::open(&config.mail).expect("a way").expect("mail is on")
}

/// Lets mails out by this server, and puts one in.
fn send(server: &TestServer, url: &str, pauses: &'static [Duration]) -> (Shutdown, tokio::task::JoinHandle<()>) {
    let (provider, shutdown) = (server.provider(), Shutdown::new());
    let (outbox, task) = start(post(url), &provider, &shutdown, pauses);
    provider.attach_outbox(outbox.clone());
    let (to, subject) = ("uma@example.com".to_owned(), "Hello".to_owned());
    outbox.put(Mail { to, subject, text: "Hello.".to_owned(), what: "reset" });
    (shutdown, task)
}

fn counts(server: &TestServer) -> [i64; 4] {
    let provider = server.provider();
    let metrics = provider.metrics();
    let of = |outcome| metrics.mails.of(outcome).get();
    [of(MailOutcome::Sent), of(MailOutcome::Deferred), of(MailOutcome::Failed), metrics.mails_waiting.get()]
}

async fn given_up(server: &TestServer) -> UnsentMail {
    loop {
        if let Some(unsent) = server.provider().unsent_mail().await.expect("an answer") {
            return unsent;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn rel_32_a_mail_that_is_not_taken_is_sent_again_until_it_is(server: TestServer) {
    let (url, mut mails) = mail_server(&["451 later", "452 full"]).await;
    let (shutdown, task) = send(&server, &url, SOON);
    let mail = mails.recv().await.expect("a mail");
    assert!(mail.contains("Subject: Hello"), "{mail}");
    shutdown.drain();
    task.await.expect("an end");
    assert_eq!(counts(&server), [1, 2, 0, 0]);
    assert_eq!(server.provider().unsent_mail().await.expect("an answer"), None);
}

async fn rel_32_a_mail_that_is_refused_for_good_is_not_sent_again(server: TestServer) {
    let (url, _mails) = mail_server(&["550 no such person"]).await;
    let (shutdown, task) = send(&server, &url, SOON);
    let unsent = given_up(&server).await;
    assert!(unsent.refused && unsent.count == 1 && unsent.what == "reset", "{unsent:?}");
    shutdown.drain();
    task.await.expect("an end");
    assert_eq!(counts(&server), [0, 0, 1, 0]);
    let health = server.provider().health().await;
    let line = health.lines.iter().find(|line| line.name == "Mail").expect("a line about mail");
    assert!(line.well && line.sentence.contains("refused it"), "{line:?}");
}

async fn rel_32_a_mail_that_nobody_takes_is_given_up_and_administrators_hear_of_it(server: TestServer) {
    // Nobody listens there.
    let (shutdown, task) = send(&server, "smtp://127.0.0.1:1", SOON);
    let unsent = given_up(&server).await;
    assert!(!unsent.refused, "{unsent:?}");
    shutdown.drain();
    task.await.expect("an end");
    assert_eq!(counts(&server), [0, 3, 1, 0]);
    let page = Browser::of_administrator(&server).await.visit("/portal/system").await;
    assert!(page.text().contains("A mail was not sent"), "{}", page.text());
    assert!(!page.text().contains("uma@example.com"), "whom a mail was for is nobody's business");
    server.clock().advance(86_400);
    assert_eq!(server.provider().unsent_mail().await.expect("an answer"), None, "it is told of for a day");
}

async fn rel_32_mails_that_wait_when_the_server_stops_are_told(server: TestServer) {
    let (shutdown, task) = send(&server, "smtp://127.0.0.1:1", NEVER);
    while counts(&server)[1] == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    shutdown.drain();
    task.await.expect("an end");
    assert_eq!(counts(&server), [0, 1, 1, 0]);
    assert_eq!(given_up(&server).await.count, 1);
}
