//! Guessing is slowed down; whoever is guessed at is not locked out.

use crate::support::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use crate::support::{Browser, TestServer, USER_PASSWORD};

on_both_engines!(
    lg_17_the_eleventh_guess_has_to_wait,
    lg_17_so_it_has_wherever_a_password_is_asked_for,
    lg_18_forwarding_headers_do_not_help_a_guesser,
    lg_19_a_live_session_goes_on,
    lg_19_a_known_device_is_not_slowed_down_by_strangers,
    lg_19_a_device_that_knew_an_older_password_is_a_strangers,
    lg_20_one_account_has_one_counter_however_it_is_written,
    lg_22_counters_are_the_same_on_every_node_and_after_a_restart,
    lg_23_a_hundred_guesses_at_once_are_counted,
    a_sign_in_forgets_the_failures_before_it,
);

const WRONG: &str = "not-the-right-password";

async fn guess(server: &TestServer, email: &str) -> u16 {
    Browser::new(server).sign_in(email, WRONG).await.status()
}

async fn lg_17_the_eleventh_guess_has_to_wait(server: TestServer) {
    for _ in 0..10 {
        assert_eq!(guess(&server, ADMIN_EMAIL).await, 422);
    }
    let page = Browser::new(&server).sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await;
    assert_eq!(page.status(), 429, "also with the right password: else it could still be guessed");
    let wait: i64 = page.answer.header("retry-after").parse().expect("seconds");
    assert!((1..=900).contains(&wait), "{wait}");
    server.clock().advance(wait);
    assert_eq!(Browser::new(&server).sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.path, "/portal");
}

async fn lg_17_so_it_has_wherever_a_password_is_asked_for(server: TestServer) {
    let browser = Browser::of_administrator(&server).await;
    let own = browser.visit("/account/password").await.form("/account/password");
    let own = own.with("current_password", WRONG).with("password", "another horse battery staple");
    let confirm = browser.visit("/login/confirm").await.form("/login/confirm").with("password", WRONG);
    for _ in 0..10 {
        assert_eq!(browser.submit(&own).await.status(), 422);
    }
    for form in [own, confirm] {
        let page = browser.submit(&form).await;
        assert_eq!(page.status(), 429);
        let wait: i64 = page.answer.header("retry-after").parse().expect("seconds");
        assert!((1..=900).contains(&wait), "{wait}");
    }
}

async fn lg_18_forwarding_headers_do_not_help_a_guesser(server: TestServer) {
    let mut last = 0;
    for at in 0..11 {
        let browser = Browser::new(&server);
        let form = browser.visit("/login").await.form("/login").with("email", ADMIN_EMAIL).with("password", WRONG);
        let address = format!("203.0.113.{at}");
        let request = browser.form(&form).header("x-forwarded-for", &address).header("x-real-ip", &address);
        last = browser.ask(request.header("forwarded", format!("for={address}"))).await.status;
    }
    assert_eq!(last, 429);
}

async fn lg_19_a_live_session_goes_on(server: TestServer) {
    let browser = Browser::of_administrator(&server).await;
    for _ in 0..12 {
        guess(&server, ADMIN_EMAIL).await;
    }
    assert!(browser.is_signed_in().await);
    assert_eq!(browser.visit("/portal/clients").await.status(), 200);
}

async fn lg_19_a_known_device_is_not_slowed_down_by_strangers(server: TestServer) {
    let browser = Browser::of_administrator(&server).await;
    let form = browser.visit("/logout").await.form("/logout").with("decision", "sign-out");
    assert_eq!(browser.submit(&form).await.path, "/logged-out");
    for _ in 0..12 {
        guess(&server, ADMIN_EMAIL).await;
    }
    assert_eq!(guess(&server, ADMIN_EMAIL).await, 429, "strangers have to wait");
    assert_eq!(browser.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.path, "/portal");
}

async fn lg_19_a_device_that_knew_an_older_password_is_a_strangers(server: TestServer) {
    let old = Browser::of_administrator(&server).await;
    server.clock().advance(60);
    let owner = Browser::of_administrator(&server).await;
    let form = owner.visit("/account/password").await.form("/account/password");
    let form = form.with("current_password", ADMIN_PASSWORD).with("password", "another horse battery staple");
    assert_eq!(owner.submit(&form).await.status(), 200);
    for _ in 0..12 {
        guess(&server, ADMIN_EMAIL).await;
    }
    assert_eq!(old.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.status(), 429);
}

async fn lg_20_one_account_has_one_counter_however_it_is_written(server: TestServer) {
    for email in [ADMIN_EMAIL, "ADA@example.com", "Ada@Example.Com", " ada@example.com", "ada@EXAMPLE.com "] {
        for _ in 0..2 {
            guess(&server, email).await;
        }
    }
    assert_eq!(guess(&server, "aDa@eXample.com").await, 429);
}

async fn lg_22_counters_are_the_same_on_every_node_and_after_a_restart(server: TestServer) {
    let second = server.second_node().await;
    for _ in 0..5 {
        guess(&server, ADMIN_EMAIL).await;
        Browser::new(&server).at(&second).sign_in(ADMIN_EMAIL, WRONG).await;
    }
    assert_eq!(guess(&server, ADMIN_EMAIL).await, 429);
    assert_eq!(Browser::new(&server).at(&second).sign_in(ADMIN_EMAIL, WRONG).await.status(), 429);
    server.restart().await;
    assert_eq!(guess(&server, ADMIN_EMAIL).await, 429);
}

async fn lg_23_a_hundred_guesses_at_once_are_counted(server: TestServer) {
    let guesses = (0..40).map(|_| {
        let server = server.clone();
        tokio::spawn(async move { guess(&server, ADMIN_EMAIL).await })
    });
    let mut checked = 0;
    for guess in guesses.collect::<Vec<_>>() {
        match guess.await.expect("an answer") {
            422 => checked += 1,
            429 | 503 => {}
            other => panic!("{other}"),
        }
    }
    assert!(checked <= 10, "{checked} guesses were checked");
}

async fn a_sign_in_forgets_the_failures_before_it(server: TestServer) {
    let uma = server.user("uma@example.com").await;
    for _ in 0..2 {
        for _ in 0..9 {
            assert_eq!(guess(&server, "uma@example.com").await, 422);
        }
        assert_eq!(uma.sign_in("uma@example.com", USER_PASSWORD).await.path, "/account");
        uma.cookies().clear();
    }
}
