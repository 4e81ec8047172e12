//! The sign-in page.

use crate::support::http::send;
use crate::support::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use crate::support::{Browser, Page, TestServer};
use reqwest::Method;

on_both_engines!(
    the_right_password_leads_to_the_portal,
    whoever_is_no_administrator_comes_to_their_own_pages,
    a_visitor_comes_back_to_where_they_wanted_to_go,
    a_form_older_than_the_session_leads_on,
    what_is_no_sealed_request_breaks_nothing,
    lg_01_a_form_from_another_site_signs_nobody_in,
    lg_04_21_ux_43_unknown_wrong_and_disabled_look_the_same_and_cost_the_same,
    lg_06_very_long_passwords_are_refused,
    lg_07_a_password_that_is_nearly_right_is_wrong,
    lg_08_strange_names_are_refused,
    lg_09_no_address_in_the_request_leads_away,
    lg_11_12_ux_42_fields_are_made_for_password_managers,
    lg_14_nobody_signs_in_by_get,
    an_empty_field_is_named,
    whoever_must_prove_to_be_still_there_need_not_type_the_address,
);

async fn an_empty_field_is_named(server: TestServer) {
    for (email, password, says) in [
        ("", ADMIN_PASSWORD, "<a href=\"#email\">Enter your e-mail address.</a>"),
        (ADMIN_EMAIL, "", "<a href=\"#password\">Enter your password.</a>"),
    ] {
        let page = Browser::new(&server).sign_in(email, password).await;
        assert_eq!(page.status(), 422);
        assert!(page.text().contains(says), "{}", page.text());
    }
}

async fn the_right_password_leads_to_the_portal(server: TestServer) {
    for email in [ADMIN_EMAIL, "ADA@example.com", " ada@example.com "] {
        let page = Browser::new(&server).sign_in(email, ADMIN_PASSWORD).await;
        assert_eq!((page.path.as_str(), page.status()), ("/portal", 200), "{email}");
    }
}

async fn whoever_is_no_administrator_comes_to_their_own_pages(server: TestServer) {
    let uma = server.user("uma@example.com").await;
    assert_eq!(uma.sign_in("uma@example.com", crate::support::USER_PASSWORD).await.path, "/account");
}

async fn a_visitor_comes_back_to_where_they_wanted_to_go(server: TestServer) {
    let browser = Browser::new(&server);
    let page = browser.visit("/portal/clients?status=disabled").await;
    assert!(page.path.starts_with("/login?request="), "{}", page.path);
    let form = page.form("/login").with("email", ADMIN_EMAIL).with("password", ADMIN_PASSWORD);
    assert_eq!(browser.submit(&form).await.path, "/portal/clients?status=disabled");
}

async fn a_form_older_than_the_session_leads_on(server: TestServer) {
    let browser = Browser::new(&server);
    let filled = |page: &Page| page.form("/login").with("email", ADMIN_EMAIL).with("password", ADMIN_PASSWORD);
    let (plain, waiting) = (browser.visit("/login").await, browser.visit("/portal/clients?status=disabled").await);
    assert_eq!(browser.submit(&filled(&browser.visit("/login").await)).await.path, "/portal");
    assert_eq!(browser.submit(&filled(&plain)).await.path, "/portal");
    assert_eq!(browser.submit(&filled(&waiting)).await.path, "/portal/clients?status=disabled");
    let elsewhere = Browser::new(&server).submit(&filled(&waiting)).await;
    assert!(elsewhere.path.starts_with("/login?request="), "a browser that has lost its cookies gets a new form");
    assert_eq!(elsewhere.form("/login").value("password"), "");
}

async fn what_is_no_sealed_request_breaks_nothing(server: TestServer) {
    for typed in ["%0A", "%0D%0Ax-evil:+1", "%FF", "%00", "%26switch%3D1", "%E2%82%AC"] {
        for (page, status) in [("/login", 200), ("/login/confirm", 200), ("/login/select", 400), ("/consent", 400)] {
            let page = Browser::new(&server).visit(&format!("{page}?request={typed}")).await;
            assert_eq!((page.status(), page.answer.header("x-evil")), (status, ""), "{} {typed}", page.path);
        }
    }
}

async fn lg_01_a_form_from_another_site_signs_nobody_in(server: TestServer) {
    let browser = Browser::new(&server);
    let form = browser.visit("/login").await.form("/login").with("email", ADMIN_EMAIL).with("password", ADMIN_PASSWORD);
    let stranger = Browser::new(&server);
    stranger.visit("/login").await;
    let evil = |request: reqwest::RequestBuilder| request.header("origin", "https://evil.example");
    let plain = |browser: &Browser| browser.request(Method::POST, "/login").form(&form.fields);
    let forged = [
        ("no cookies", plain(&Browser::new(&server))),
        ("another browser's token", stranger.form(&form)),
        ("no token", browser.form(&form.clone().without("csrf"))),
        ("another origin", evil(plain(&browser))),
        ("no origin worth the name", plain(&browser).header("origin", "null")),
        ("another site", plain(&browser).header("sec-fetch-site", "cross-site")),
    ];
    for (what, request) in forged {
        let answer = send(request).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (403, ""), "{what}");
    }
    assert!(!browser.is_signed_in().await);
    assert_eq!(browser.submit(&form).await.path, "/portal", "the form itself was good");
}

/// What a page says, without what differs each time and without what was typed.
fn said(page: &Page, email: &str) -> (u16, String) {
    let reference = page.answer.header("x-request-id");
    let token = page.form("/login").value("csrf").to_owned();
    let text = page.text().replace(&token, "").replace(reference, "").replace(&email.replace('@', "&#64;"), "");
    (page.status(), text.replace(&email.replace('@', "%40"), "").replace(email, ""))
}

/// How many passwords the server has hashed.
async fn hashes(server: &TestServer) -> u64 {
    let page = server.provider().metrics_page().await;
    let count = page.lines().find_map(|line| line.strip_prefix("portcullis_password_hashes_total "));
    count.and_then(|count| count.parse().ok()).expect("a number")
}

async fn lg_04_21_ux_43_unknown_wrong_and_disabled_look_the_same_and_cost_the_same(server: TestServer) {
    let password = crate::support::USER_PASSWORD;
    server.user("disabled@example.com").await;
    server.operator().await.enable_user("disabled@example.com", false).await;
    let wrong = Browser::new(&server).sign_in(ADMIN_EMAIL, "not-the-right-password").await;
    assert_eq!(wrong.status(), 422);
    let mut hashed = hashes(&server).await;
    for (email, password) in [
        ("nobody@example.com", "not-the-right-password"),
        ("nobody@example.com", ADMIN_PASSWORD),
        ("disabled@example.com", password),
        ("disabled@example.com", "not-the-right-password"),
    ] {
        let browser = Browser::new(&server);
        let page = browser.sign_in(email, password).await;
        assert_eq!(said(&page, email), said(&wrong, ADMIN_EMAIL), "{email}");
        assert_eq!(hashes(&server).await, hashed + 1, "argon2 is run for {email} as well");
        hashed += 1;
        assert_eq!(browser.answers_with(password), 0, "LG-13");
        assert_eq!(browser.session(), None);
    }
}

async fn lg_06_very_long_passwords_are_refused(server: TestServer) {
    for (length, expected) in [(1_025, 422), (5_000, 422), (200_000, 413), (2_000_000, 413)] {
        let page = Browser::new(&server).sign_in(ADMIN_EMAIL, &"x".repeat(length)).await;
        assert_eq!(page.status(), expected, "{length}");
    }
}

async fn lg_07_a_password_that_is_nearly_right_is_wrong(server: TestServer) {
    let right = ADMIN_PASSWORD;
    let near = [
        format!("{right}x"),
        format!("{right} "),
        format!(" {right}"),
        right[..right.len() - 1].to_owned(),
        right.to_uppercase(),
        String::new(),
    ];
    for password in near {
        assert_eq!(Browser::new(&server).sign_in(ADMIN_EMAIL, &password).await.status(), 422, "{password}");
    }
    assert_eq!(Browser::new(&server).sign_in(ADMIN_EMAIL, &format!("{right}\0")).await.status(), 400);
}

async fn lg_08_strange_names_are_refused(server: TestServer) {
    for email in
        ["' OR 1=1 --", "*)(uid=*", "{{7*7}}", "\u{202e}moc.elpmaxe@ada", "ada@example.com\r\nx: y", "\u{1b}[31m"]
    {
        let page = Browser::new(&server).sign_in(email, ADMIN_PASSWORD).await;
        assert_eq!(page.status(), 422, "{email:?}");
    }
    let logs = server.logs();
    assert!(!logs.contains('\u{1b}') && !logs.contains("\nx: y"), "LG-27: a log line stays a line");
}

async fn lg_09_no_address_in_the_request_leads_away(server: TestServer) {
    let evil = "https://evil.example/";
    for name in ["return_to", "next", "returnUrl", "redirect_uri", "request", "continue"] {
        let browser = Browser::new(&server);
        let page = browser.visit(&format!("/login?{name}={evil}")).await;
        let form = page.form("/login").with("email", ADMIN_EMAIL).with("password", ADMIN_PASSWORD);
        assert_eq!(browser.submit(&form.with(name, evil)).await.path, "/portal", "{name}");
    }
    // A sealed request that was altered is as good as none.
    let browser = Browser::new(&server);
    let sealed = browser.visit("/portal/users").await.form("/login").value("request").to_owned();
    assert!(sealed.len() > 20);
    let last = if sealed.ends_with('A') { "B" } else { "A" };
    let form = browser.visit("/login").await.form("/login").with("email", ADMIN_EMAIL).with("password", ADMIN_PASSWORD);
    let altered = form.with("request", &format!("{}{last}", &sealed[..sealed.len() - 1]));
    assert_eq!(browser.submit(&altered).await.path, "/portal");
}

async fn lg_11_12_ux_42_fields_are_made_for_password_managers(server: TestServer) {
    let page = Browser::new(&server).visit("/login").await.text();
    for part in [
        r#"type="password" id="password" name="password""#,
        r#"autocomplete="current-password""#,
        r#"autocomplete="username""#,
        r#"id="email" name="email""#,
        r#"id="submit""#,
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("onpaste"));
}

async fn lg_14_nobody_signs_in_by_get(server: TestServer) {
    let browser = Browser::new(&server);
    browser.visit(&format!("/login?email={ADMIN_EMAIL}&password=does-not-matter")).await;
    assert_eq!(browser.session(), None);
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        assert_eq!(browser.ask(browser.request(method, "/login")).await.status, 405);
    }
}

async fn whoever_must_prove_to_be_still_there_need_not_type_the_address(server: TestServer) {
    let spa = crate::sign_on::party::RelyingParty::spa(&server, "spa").await;
    let (admin, stranger) = (Browser::of_administrator(&server).await, Browser::new(&server));
    let again = admin.visit(&spa.path(&[("prompt", "login")])).await;
    assert_eq!((again.heading().as_str(), again.form("/login").value("email")), ("Confirm it’s you", ADMIN_EMAIL));
    let new = stranger.visit(&spa.path(&[("prompt", "login")])).await;
    assert_eq!((new.heading().as_str(), new.form("/login").value("email")), ("Sign in", ""));
}
