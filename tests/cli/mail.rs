//! `mail test`, against mail servers that work, refuse, and say nothing (REL-32).

use crate::folder::Folder;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread::JoinHandle;

/// A mail server that takes one mail, or refuses every recipient; where it is, and what it was told.
pub(crate) fn mail_server(refuses: bool) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("smtp://{}", listener.local_addr().expect("an address"));
    let told = std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a connection");
        let (mut lines, mut answers, mut told) =
            (BufReader::new(stream.try_clone().expect("a stream")), stream, String::new());
        answers.write_all(b"220 test\r\n").expect("a greeting");
        let (mut line, mut in_data) = (String::new(), false);
        while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
            let answer = match line.trim_end() {
                "." => {
                    in_data = false;
                    "250 taken"
                }
                _ if in_data => "",
                "DATA" => {
                    in_data = true;
                    "354 go on"
                }
                "QUIT" => "221 bye",
                command if refuses && command.starts_with("RCPT") => "550 no such person",
                _ => "250 fine",
            };
            if !answer.is_empty() {
                let _ = answers.write_all(format!("{answer}\r\n").as_bytes());
            }
            told.push_str(&std::mem::take(&mut line));
        }
        told
    });
    (url, told)
}

fn test_mail(url: &str) -> crate::folder::Said {
    let folder = Folder::empty();
    let env = [("PORTCULLIS_MAIL__URL", url), ("PORTCULLIS_MAIL__FROM", "Portcullis <login@example.com>")];
    folder.run_with(&["mail", "test", "alex@example.com"], &env)
}

#[test]
fn a_mail_arrives() {
    let (url, told) = mail_server(false);
    test_mail(&url).ok();
    let told = told.join().unwrap();
    for line in ["MAIL FROM:<login@example.com>", "RCPT TO:<alex@example.com>", "Subject: Test", "Mail works."] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
}

#[test]
fn rel_32_mail_servers_that_refuse_or_say_nothing_are_told_with_what_they_said() {
    let (url, _) = mail_server(true);
    assert!(test_mail(&url).failed(7).contains("no such person"));
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let told = test_mail(&format!("smtp://{}", silent.local_addr().unwrap())).failed(7);
    assert!(told.contains("the mail was not sent"), "{told}");
    assert!(test_mail("smtp://127.0.0.1:1").failed(7).contains("mail.url"));
}

#[test]
fn mail_that_is_not_set_up_or_half_is_told() {
    let folder = Folder::empty();
    assert!(folder.run(&["mail", "test", "alex@example.com"]).failed(3).contains("mail.url and mail.from"));
    let told =
        folder.run_with(&["mail", "test", "a@b.example"], &[("PORTCULLIS_MAIL__FROM", "x@example.com")]).failed(3);
    assert!(told.contains("go together"), "{told}");
    let wrong = [("PORTCULLIS_MAIL__URL", "smtp://127.0.0.1:1"), ("PORTCULLIS_MAIL__FROM", "Portcullis")];
    let told = folder.run_with(&["mail", "test", "a@b.example"], &wrong).failed(3);
    assert!(told.contains("PORTCULLIS_MAIL__FROM") && told.contains("is no e-mail address"), "{told}");
    let secret =
        [("PORTCULLIS_MAIL__URL", "smtps://u:hunter2@mail.example.com"), ("PORTCULLIS_MAIL__FROM", "x@example.com")];
    let shown = folder.run_with(&["config", "show"], &secret).ok();
    assert!(shown.contains("smtps://[hidden]@mail.example.com") && !shown.contains("hunter2"), "{shown}");
}
