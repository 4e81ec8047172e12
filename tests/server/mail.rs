//! Mail, as far as the outbox: links for new passwords, invitations, notices of secrets that end.

use crate::sign_on::party::{RelyingParty, submit};
use crate::support::{Browser, Mails, TestServer};
use portcullis::flows::Mail;
use portcullis::oauth::UnixTime;
use portcullis::oauth::admin_fields::SecretEnd;

on_both_engines!(
    ux_47_a_link_for_a_new_password_is_mailed_to_whoever_has_an_account_and_all_are_told_the_same,
    ux_47_whoever_was_on_the_way_to_an_app_gets_there_with_a_new_password,
    without_mail_the_way_leads_to_an_administrator,
    whoever_is_invited_gets_a_mail,
    whoever_forgot_an_invitation_gets_another_link_and_the_first_works_on,
    ux_33_administrators_hear_of_secrets_that_end_at_each_stage_once,
    mails_that_are_kept_are_shown_to_administrators_of_the_account_alone,
    whoever_forgot_a_password_on_the_way_somewhere_gets_there,
    an_administrator_has_a_test_mail_sent_once_a_minute,
);

/// The path of the link in a mail.
fn link(server: &TestServer, mail: &Mail) -> String {
    let begin = format!("{}/password/new?link=", server.public_url());
    let (_, rest) = mail.text.split_once(&begin).expect("a link");
    let token = rest.split_whitespace().next().expect("a token");
    server.confide(token);
    format!("/password/new?link={token}")
}

async fn ux_47_a_link_for_a_new_password_is_mailed_to_whoever_has_an_account_and_all_are_told_the_same(
    server: TestServer,
) {
    let mails = Mails::of(&server);
    server.operator().await.add_user("uma@example.com").await;
    let browser = Browser::new(&server);
    let mut told = Vec::new();
    for email in ["nobody@example.com", "uma@example.com"] {
        let form = browser.visit("/password/forgot").await.form("/password/forgot");
        let page = browser.submit(&form.with("email", email)).await;
        assert_eq!((page.status(), page.heading().as_str()), (200, "Look into your mail"));
        told.push(page.answer.text().replace(email, "ADDRESS").replace(&email.replace('@', "%40"), "ADDRESS"));
    }
    assert_eq!(told[0], told[1]);
    let mail = mails.wait().await;
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("uma@example.com", "Reset your Portcullis password"));
    assert!(
        mail.text.contains(" UTC, from 127.0.0.1 (Unknown browser)") && mail.text.contains("do nothing"),
        "{}",
        mail.text
    );

    let path = link(&server, &mail);
    server.confide("twelve-green-otters-nap");
    let form = browser.visit(&path).await.form(&path).with("password", "twelve-green-otters-nap");
    let saved = browser.submit(&form).await;
    assert_eq!((saved.status(), saved.heading().as_str()), (200, "Sign in"));
    assert!(saved.path.starts_with("/login?saved=1&"), "{} can be loaded again", saved.path);
    assert!(saved.text().contains("Your password was saved."), "{}", saved.text());
    assert_eq!(saved.form("/login").value("email"), "uma@example.com");
    assert_eq!(browser.sign_in("uma@example.com", "twelve-green-otters-nap").await.path, "/account");
    let changed = mails.next().await.expect("a mail");
    assert_eq!(
        (changed.to.as_str(), changed.subject.as_str()),
        ("uma@example.com", "Your Portcullis password was changed")
    );
    assert!(mails.next().await.is_none(), "nobody@example.com got a mail");
    let again = browser.visit(&path).await;
    assert_eq!((again.status(), again.heading().as_str()), (410, "This link no longer works"));
    assert!(again.text().contains("href=\"/password/forgot\">Send a new link<"), "{}", again.text());
}

async fn ux_47_whoever_was_on_the_way_to_an_app_gets_there_with_a_new_password(server: TestServer) {
    let mails = Mails::of(&server);
    server.operator().await.add_user("uma@example.com").await;
    let (app, browser) = (RelyingParty::spa(&server, "shop").await, Browser::new(&server));
    let page = app.ask(&browser, &[]).await.page().text();
    let forgot = page.split("href=\"").find(|rest| rest.starts_with("/password/forgot?request=")).expect("a way");
    let form = browser.visit(forgot.split('"').next().expect("an address")).await.form("/password/forgot");
    browser.submit(&form.with("email", "uma@example.com")).await;
    let path = link(&server, &mails.wait().await);
    let action = path.split("&request=").next().expect("a path").to_owned();
    for _ in 0..2 {
        assert_eq!(Browser::new(&server).visit(&path).await.status(), 200, "looking spends nothing");
    }
    // Somewhere else, as on the telephone.
    let browser = Browser::new(&server);
    server.confide("twelve-green-otters-nap");
    let form = browser.visit(&path).await.form(&action);
    let page = browser.submit(&form.clone().with("password", "twelve-green-otters-nap")).await;
    assert!(page.text().contains("to continue to <strong>shop</strong>"), "{}", page.text());
    let form = page.form("/login");
    assert_eq!(form.value("email"), "uma@example.com");
    let arrival = submit(&browser, &form.with("password", "twelve-green-otters-nap")).await;
    app.keep_code(&arrival.fields());
    let used = Browser::new(&server).visit(&path).await;
    assert_eq!((used.status(), used.heading().as_str()), (410, "This link no longer works"));
    assert!(used.text().contains("href=\"/password/forgot?request=") && used.text().contains(">Send a new link</a>"));
    let plain = Browser::new(&server).visit("/password/forgot?request=%3Cscript%3E").await;
    assert!(!plain.text().contains("<script>"), "{}", plain.text());
}

async fn without_mail_the_way_leads_to_an_administrator(server: TestServer) {
    let page = Browser::new(&server).visit("/password/forgot").await;
    assert!(page.text().contains("Ask an administrator"), "{}", page.text());
}

async fn whoever_is_invited_gets_a_mail(server: TestServer) {
    let mails = Mails::of(&server);
    let ada = Browser::of_administrator(&server).await;
    let form = ada.visit("/portal/users/new").await.form("/portal/users/new");
    let page = ada.submit(&form.with("email", "uma@example.com").with("name", "Uma")).await;
    assert_eq!(page.status(), 200, "{}", page.text());
    let mail = mails.wait().await;
    assert_eq!(mail.to, "uma@example.com");
    assert!(mail.subject.contains(" invited you to ") && mail.subject.ends_with(" on Portcullis"), "{}", mail.subject);
    assert!(page.text().contains("was mailed to uma@example.com"), "{}", page.text());
    let path = link(&server, &mail);
    assert_eq!(Browser::new(&server).visit(&path).await.status(), 200);
}

async fn whoever_forgot_an_invitation_gets_another_link_and_the_first_works_on(server: TestServer) {
    let mails = Mails::of(&server);
    let ada = Browser::of_administrator(&server).await;
    let form = ada.visit("/portal/users/new").await.form("/portal/users/new");
    ada.submit(&form.with("email", "uma@example.com").with("name", "Uma")).await;
    let first = link(&server, &mails.wait().await);
    let stranger = Browser::new(&server);
    let forgot = async || {
        let form = stranger.visit("/password/forgot").await.form("/password/forgot");
        assert_eq!(stranger.submit(&form.with("email", "uma@example.com")).await.status(), 200);
    };
    let mut links = vec![first];
    for _ in 0..2 {
        forgot().await;
        let mail = mails.wait().await;
        assert_eq!((mail.to.as_str(), mail.what.as_ref()), ("uma@example.com", "invitation"));
        links.push(link(&server, &mail));
    }
    for path in &links {
        assert_eq!(Browser::new(&server).visit(path).await.status(), 200);
    }
    // None of them outlives the invitation.
    server.clock().advance(7 * 86_400);
    for path in &links {
        assert_eq!(Browser::new(&server).visit(path).await.status(), 410);
    }
}

async fn ux_33_administrators_hear_of_secrets_that_end_at_each_stage_once(server: TestServer) {
    let mails = Mails::of(&server);
    let operator = server.operator().await;
    let daemon = server.daemon("nightly-import").await;
    let end = SecretEnd::At(UnixTime(crate::support::NOW.0 + 40 * 86_400));
    operator.add_secret(&daemon, end).await;
    let provider = server.provider();
    let mut told = 0;
    for day in 0..41 {
        for _ in 0..2 {
            provider.send_expiry_notices().await.expect("notices");
        }
        while let Some(mail) = mails.next().await {
            assert_eq!(
                (mail.to.as_str(), mail.what.as_ref()),
                (crate::support::server::ADMIN_EMAIL, "expiry"),
                "day {day}"
            );
            assert!(mail.text.contains("nightly-import") && mail.text.contains("/portal/clients/"), "{}", mail.text);
            told += 1;
        }
        provider.look_ahead().await.expect("a look");
        let metrics = provider.metrics_page().await;
        for (within, days) in [("1d", 1), ("7d", 7), ("30d", 30)] {
            let ending = i64::from((1..=days).contains(&(40 - day)));
            let line = format!("portcullis_client_secrets_expiring{{within=\"{within}\"}} {ending}");
            assert!(metrics.lines().any(|found| found == line), "day {day}: {line}");
        }
        server.clock().advance(86_400);
    }
    assert_eq!(told, 3);
}

async fn mails_that_are_kept_are_shown_to_administrators_of_the_account_alone(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    assert_eq!(admin.visit("/dev/mail").await.status(), 404, "there is no such page without the flag");
    server.provider().keep_mails();
    assert!(admin.visit("/dev/mail").await.text().contains("No mail yet"));
    let uma = server.user("uma@example.com").await;
    let browser = Browser::new(&server);
    let form = browser.visit("/password/forgot").await.form("/password/forgot");
    browser.submit(&form.with("email", "uma@example.com")).await;
    // It is made beside the answer, which tells nobody whether there is one.
    server.provider().mail_put().await;
    let page = admin.visit("/dev/mail").await.text();
    let mut links = page.split("href=\"").filter_map(|rest| rest.split('"').next());
    let link = links.find(|link| link.contains("/password/new?link="));
    let link = link.expect("a link that can be followed").strip_prefix(server.public_url()).expect("to this server");
    server.confide(link.rsplit('=').next().expect("a token"));
    assert!(page.contains("To uma@example.com") && page.contains("Reset your Portcullis password"), "{page}");
    assert_eq!(browser.visit(link).await.status(), 200);
    uma.sign_in("uma@example.com", crate::support::USER_PASSWORD).await;
    let denied = uma.visit("/dev/mail").await;
    assert!(denied.status() == 403 && !denied.text().contains("password/new"), "{}", denied.text());
}

async fn whoever_forgot_a_password_on_the_way_somewhere_gets_there(server: TestServer) {
    let mails = Mails::of(&server);
    server.operator().await.add_user("uma@example.com").await;
    let browser = Browser::new(&server);
    let request = browser.visit("/account/devices").await.form("/login").value("request").to_owned();
    let forgot = format!("/password/forgot?request={request}&email=uma%40example.com");
    let form = browser.visit(&forgot).await.form("/password/forgot");
    assert_eq!((form.value("email"), form.value("request")), ("uma@example.com", request.as_str()));
    browser.submit(&form).await;
    let path = link(&server, &mails.wait().await);
    assert!(path.ends_with(&format!("&request={request}")), "{path}");
    let password = "twelve-green-otters-nap";
    server.confide(password);
    let action = path.split("&request=").next().expect("a path").to_owned();
    let form = browser.visit(&path).await.form(&action).with("password", password);
    let form = browser.submit(&form).await.form("/login");
    assert_eq!((form.value("email"), form.value("request")), ("uma@example.com", request.as_str()));
    assert_eq!(browser.submit(&form.with("password", password)).await.path, "/account/devices");

    let made_up = browser.visit("/password/forgot?request=made-up").await.form("/password/forgot");
    assert_eq!(made_up.value("request"), "", "nothing that somebody made up is carried on");
}

async fn an_administrator_has_a_test_mail_sent_once_a_minute(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let path = "/portal/system/test-mail";
    assert!(!admin.visit("/portal/system").await.text().contains(path), "no mail is sent from here");
    let mails = Mails::of(&server);
    let form = admin.visit("/portal/system").await.form(path);
    assert_eq!(admin.post(&form.clone().with("csrf", "forged")).await.status, 403);
    let told = admin.submit(&form).await.text();
    assert!(told.contains("A test mail to ada@example.com is on its way."), "{told}");
    let mail = mails.wait().await;
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("ada@example.com", "Test"));
    let told = admin.submit(&form).await.text();
    assert!(told.contains("less than a minute ago"), "{told}");
    server.clock().advance(60);
    admin.submit(&form).await;
    mails.wait().await;
}
