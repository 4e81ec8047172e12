//! REL-32: mail servers that have no time, refuse, or are not there, and nodes that die with a mail in hand. Nobody waits for
//! a mail server, no mail is lost or sent twice, and operators hear of what was given up.

use crate::support::{Browser, TestServer, raw};
use portcullis::config::{Config, Sources};
use portcullis::flows::{Provider, UnsentMail};
use portcullis::mail::{Next, Post, send_next, start};
use portcullis::metrics::MailOutcome;
use portcullis::web::serve::Shutdown;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{Receiver, Sender, channel};

on_both_engines!(
    rel_32_a_mail_that_is_not_taken_is_sent_again_until_it_is,
    rel_32_a_mail_that_is_refused_for_good_is_not_sent_again,
    rel_32_a_mail_that_nobody_takes_is_given_up_and_administrators_hear_of_it,
    rel_32_a_link_is_not_mailed_when_it_is_over,
    rel_32_a_mail_that_cannot_be_opened_is_dropped_and_told,
    rel_32_what_waits_when_the_server_stops_is_sent_after_its_next_start,
    rel_32_a_mail_of_a_node_that_died_with_it_is_sent_by_another,
    rel_32_no_mail_is_sent_by_two_nodes,
    rel_32_with_too_many_mails_waiting_those_that_anybody_can_ask_for_are_dropped_first,
);

/// Nobody listens there.
const NOBODY: &str = "smtp://127.0.0.1:1";

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

/// Lets the server send mails, though not by itself, and has it invite somebody.
async fn invite(server: &TestServer, email: &str) -> Arc<Provider> {
    let provider = server.provider();
    provider.send_mails();
    server.operator().await.invite(email).await;
    provider
}

async fn next(post: &Post, provider: &Provider) -> Next {
    send_next(post, provider).await.expect("a look")
}

/// Sent, deferred, failed; waiting.
async fn counts(provider: &Provider) -> [i64; 4] {
    let of = |outcome| provider.metrics().mails.of(outcome).get();
    let page = provider.metrics_page().await;
    let waiting = page.lines().find_map(|line| line.strip_prefix("portcullis_mails_waiting ")).expect("a number");
    [of(MailOutcome::Sent), of(MailOutcome::Deferred), of(MailOutcome::Failed), waiting.parse().expect("a number")]
}

async fn given_up(provider: &Provider) -> Option<UnsentMail> {
    provider.unsent_mail().await.expect("an answer")
}

/// What System Health says of mail, and whether it is well.
async fn health(provider: &Provider) -> (bool, String) {
    let health = provider.health().await;
    let line = health.lines.into_iter().find(|line| line.name == "Mail").expect("a line about mail");
    (line.well, line.sentence)
}

async fn rel_32_a_mail_that_is_not_taken_is_sent_again_until_it_is(server: TestServer) {
    let (url, mut mails) = mail_server(&["451 later", "452 full"]).await;
    let post = post(&url);
    let provider = invite(&server, "uma@example.com").await;
    assert_eq!(next(&post, &provider).await, Next::NotSent);
    for (pause, outcome) in [(15, Next::NotSent), (60, Next::Sent)] {
        server.clock().advance(pause - 1);
        assert_eq!(next(&post, &provider).await, Next::None, "it is not due yet");
        server.clock().advance(1);
        assert_eq!(next(&post, &provider).await, outcome);
    }
    let mail = mails.recv().await.expect("a mail");
    assert!(mail.contains("Subject: You are invited to Contoso on Portcullis"), "{mail}");
    assert_eq!(next(&post, &provider).await, Next::None);
    assert_eq!(counts(&provider).await, [1, 2, 0, 0]);
    assert_eq!(given_up(&provider).await, None);
    assert_eq!(health(&provider).await, (true, "Every mail of the last day was taken by the mail server.".to_owned()));
}

async fn rel_32_a_mail_that_is_refused_for_good_is_not_sent_again(server: TestServer) {
    let (url, _mails) = mail_server(&["550 no such person"]).await;
    let provider = invite(&server, "uma@example.com").await;
    assert_eq!(next(&post(&url), &provider).await, Next::NotSent);
    let unsent = given_up(&provider).await.expect("one that was given up");
    assert!(unsent.refused && unsent.count == 1 && unsent.what == "invitation", "{unsent:?}");
    assert_eq!(counts(&provider).await, [0, 0, 1, 0]);
    let (well, sentence) = health(&provider).await;
    assert!(well && sentence.contains("refused it"), "{sentence}");
}

async fn rel_32_a_mail_that_nobody_takes_is_given_up_and_administrators_hear_of_it(server: TestServer) {
    let (provider, post) = (invite(&server, "uma@example.com").await, post(NOBODY));
    for pause in [0, 15, 60, 300, 900] {
        server.clock().advance(pause);
        assert_eq!(next(&post, &provider).await, Next::NotSent);
    }
    assert_eq!(counts(&provider).await, [0, 5, 0, 1]);
    let (well, sentence) = health(&provider).await;
    assert!(!well && sentence.contains("A mail has been waiting to be sent for 21 minutes."), "{sentence}");
    server.clock().advance(1_800);
    assert_eq!(next(&post, &provider).await, Next::NotSent);
    assert_eq!(counts(&provider).await, [0, 5, 1, 0]);
    assert!(given_up(&provider).await.is_some_and(|unsent| !unsent.refused));
    let page = Browser::of_administrator(&server).await.visit("/portal/system").await;
    assert!(page.text().contains("A mail was not sent"), "{}", page.text());
    assert!(!page.text().contains("uma@example.com"), "whom a mail was for is nobody's business");
    server.clock().advance(86_400);
    assert_eq!(given_up(&provider).await, None, "it is told of for a day");
}

/// Asks for a link to a new password, as anybody can.
async fn forget_password(server: &TestServer, email: &str) {
    let browser = Browser::new(server);
    let form = browser.visit("/password/forgot").await.form("/password/forgot");
    assert_eq!(browser.submit(&form.with("email", email)).await.status(), 200);
}

async fn rel_32_a_link_is_not_mailed_when_it_is_over(server: TestServer) {
    let (provider, post) = (server.provider(), post(NOBODY));
    provider.send_mails();
    server.operator().await.add_user("uma@example.com").await;
    forget_password(&server, "uma@example.com").await;
    provider.mail_put().await;
    for pause in [0, 15, 60, 300] {
        server.clock().advance(pause);
        assert_eq!(next(&post, &provider).await, Next::NotSent);
    }
    assert_eq!(counts(&provider).await, [0, 4, 0, 1]);
    server.clock().advance(900);
    assert_eq!(next(&post, &provider).await, Next::NotSent);
    assert_eq!(counts(&provider).await, [0, 4, 1, 0], "before another try the link is over");
    // Nobody sends anything for half an hour.
    forget_password(&server, "uma@example.com").await;
    provider.mail_put().await;
    server.clock().advance(1_800);
    assert_eq!(next(&post, &provider).await, Next::None);
    assert_eq!(counts(&provider).await, [0, 4, 2, 0]);
    assert_eq!(given_up(&provider).await.map(|unsent| unsent.count), Some(2));
}

async fn rel_32_a_mail_that_cannot_be_opened_is_dropped_and_told(server: TestServer) {
    let provider = invite(&server, "uma@example.com").await;
    raw::run(&server.place().location, "UPDATE mails SET sealed = 'AQID'").await;
    assert_eq!(next(&post(NOBODY), &provider).await, Next::None);
    assert_eq!(counts(&provider).await, [0, 0, 1, 0]);
    assert!(server.logs().contains("it cannot be opened"), "{}", server.logs());
}

async fn rel_32_what_waits_when_the_server_stops_is_sent_after_its_next_start(server: TestServer) {
    let ((url, mut mails), shutdown) = (mail_server(&[]).await, Shutdown::new());
    let provider = server.provider();
    provider.send_mails();
    let sending = start(post(&url), &provider, &shutdown);
    server.operator().await.invite("uma@example.com").await;
    assert!(mails.recv().await.expect("a mail, at once").contains("To: uma@example.com"));
    shutdown.drain();
    sending.await.expect("an end");
    server.operator().await.invite("vera@example.com").await;
    assert_eq!(counts(&provider).await, [1, 0, 0, 1]);
    drop(provider);
    server.restart().await;
    assert_eq!(next(&post(&url), &server.provider()).await, Next::Sent);
    assert!(mails.recv().await.expect("a mail").contains("To: vera@example.com"));
    assert_eq!(counts(&server.provider()).await, [1, 0, 0, 0]);
}

async fn rel_32_a_mail_of_a_node_that_died_with_it_is_sent_by_another(server: TestServer) {
    let (url, mut mails) = mail_server(&[]).await;
    let (second, post) = (server.second_node().await, post(&url));
    let provider = invite(&server, "uma@example.com").await;
    assert_eq!(counts(second.provider()).await[3], 1, "all nodes count alike");
    let taken = provider.take_mail().await.expect("a look").expect("a mail");
    server.node().stop().await;
    server.clock().advance(59);
    assert_eq!(next(&post, second.provider()).await, Next::None, "it may still be under way");
    server.clock().advance(1);
    assert_eq!(next(&post, second.provider()).await, Next::Sent);
    assert_eq!(mails.recv().await.map(|mail| mail.contains("To: uma@example.com")), Some(true));
    assert_eq!(taken.mail.to, "uma@example.com");
    assert_eq!(next(&post, second.provider()).await, Next::None);
}

async fn rel_32_no_mail_is_sent_by_two_nodes(server: TestServer) {
    let (url, mut mails) = mail_server(&[]).await;
    let (second, post) = (server.second_node().await, post(&url));
    let first = invite(&server, "user-0@example.com").await;
    for number in 1..6 {
        server.operator().await.invite(&format!("user-{number}@example.com")).await;
    }
    let send_all = async |provider: &Provider| while next(&post, provider).await != Next::None {};
    tokio::join!(send_all(&first), send_all(second.provider()));
    let sent = counts(&first).await[0] + counts(second.provider()).await[0];
    assert_eq!((sent, counts(&first).await[3]), (6, 0));
    let mut to = BTreeSet::new();
    for _ in 0..6 {
        let mail = mails.recv().await.expect("a mail");
        to.extend(mail.split("To: ").nth(1).and_then(|rest| rest.split(".com").next()).map(str::to_owned));
    }
    assert_eq!(to.len(), 6, "{to:?}");
}

async fn rel_32_with_too_many_mails_waiting_those_that_anybody_can_ask_for_are_dropped_first(server: TestServer) {
    let provider = server.provider();
    let dropped = || provider.metrics().mails.of(MailOutcome::Dropped).get();
    provider.send_mails();
    server.operator().await.add_user("uma@example.com").await;
    let location = &server.place().location;
    raw::run(
        location,
        "INSERT INTO mails (id, sealed, what, made_at, due_at, ends_at, tries) WITH RECURSIVE many (n) AS \
         (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 800) \
         SELECT 'mail ' || n, 'AQID', 'expiry', 1800000000, 1900000000, 1900000000, 0 FROM many",
    )
    .await;
    forget_password(&server, "uma@example.com").await;
    server.operator().await.invite("vera@example.com").await;
    assert_eq!(counts(&provider).await[3], 801, "there is room for an invitation");
    raw::run(
        location,
        "INSERT INTO mails (id, sealed, what, made_at, due_at, ends_at, tries) \
         SELECT 'more ' || id, sealed, what, made_at, due_at, ends_at, tries FROM mails WHERE id < 'mail 3' AND what = 'expiry'",
    )
    .await;
    server.operator().await.invite("wim@example.com").await;
    // The end of the node waits for what was asked for.
    server.restart().await;
    assert_eq!(dropped(), 2);
    assert!(server.logs().contains("too many mails are waiting"), "{}", server.logs());
}
