//! Adding a client and its secret, as the documentation describes it.

use crate::support::html::{Form, value_of};
use crate::support::raw::dump;
use crate::support::{Browser, Daemon, Page, TestServer};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::ClientType;

on_both_engines!(
    ux_25_a_client_is_added_and_its_secret_is_in_exactly_one_answer,
    pt_07_ux_19_sending_the_form_again_shows_no_secret_and_adds_nothing,
    nothing_is_stored_before_the_last_add,
    ux_12_account_member_cannot_be_left_out,
    ux_13_token_lifetime_is_a_whole_number_from_60_to_3600,
    pt_06_fields_that_are_not_on_the_form_are_ignored,
    pt_08_markup_in_names_is_escaped_everywhere,
    st_06_text_of_all_kinds_is_kept_as_it_is,
    ux_24_disabling_counts_at_once_and_enabling_restores,
    ux_28_a_secret_ends_next_year_unless_another_day_to_come_is_chosen,
);

const NEW: &str = "/portal/clients/new";

async fn add_client_form(admin: &Browser) -> Form {
    admin.visit(&format!("{NEW}?type=client-credentials")).await.form(NEW)
}

/// The second window's form, for a client of this name.
async fn add_secret_form(admin: &Browser, name: &str) -> Form {
    let page = admin.submit(&add_client_form(admin).await.with("name", name).with("step", "secret")).await;
    assert_eq!(page.status(), 200, "{}", page.text());
    page.form(NEW).with("description", "import job").with("step", "add")
}

/// The daemon that gets what the last window shows.
fn copied(server: &TestServer, page: &Page) -> Daemon {
    let (id, secret) = (value_of(&page.text(), "client_id"), value_of(&page.text(), "client_secret"));
    assert!(page.text().contains("Client Successfully Created"), "{}", page.text());
    server.confide(&secret);
    Daemon::new(&server.http(), &id, &secret)
}

async fn ux_25_a_client_is_added_and_its_secret_is_in_exactly_one_answer(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let page = admin.submit(&add_secret_form(&admin, "nightly-import").await).await;
    assert_eq!(page.answer.header("cache-control"), "no-store");
    let daemon = copied(&server, &page);
    server.resource_server().verify(&daemon.token().await).await.expect("a good token");
    let client = format!("/portal/clients/{}", daemon.id);
    for path in [
        NEW,
        "/portal",
        "/portal/clients",
        "/portal/audit",
        &client,
        &format!("{client}?tab=secrets"),
        &format!("{client}/secrets/1/edit"),
    ] {
        admin.visit(path).await;
    }
    assert_eq!(admin.answers_with(&daemon.secret), 1);
    assert!(page.text().contains(&format!("href=\"{client}?tab=quick-start\"")), "the way on");
    assert!(page.text().contains(&format!("data-shown=\"{client}/secrets/1/shown\"")), "where Back leads");
    let gone = admin.visit(&format!("{client}/secrets/1/shown")).await;
    assert_eq!((gone.status(), gone.heading().as_str()), (200, "This secret was shown once"));
    let closed = admin.visit(&format!("{client}?done=added")).await.text();
    assert!(closed.contains("Client ‘nightly-import’ was added."), "{closed}");
    let hint = &daemon.secret[daemon.secret.len() - 4..];
    assert!(admin.answers_with(hint) > 1, "its last four characters tell it from others");
}

async fn pt_07_ux_19_sending_the_form_again_shows_no_secret_and_adds_nothing(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let form = add_secret_form(&admin, "nightly-import").await;
    let daemon = copied(&server, &admin.submit(&form).await);
    let before = dump(&server.place().location).await;
    for _ in 0..2 {
        let again = admin.submit(&form).await;
        assert_eq!(value_of(&again.text(), "client_secret"), "");
        assert!(!again.text().contains(&daemon.secret));
    }
    assert_eq!(dump(&server.place().location).await, before);
    daemon.token().await;
    // The same for a secret that is added to a client.
    let path = format!("/portal/clients/{}/secrets/new", daemon.id);
    let form = admin.visit(&path).await.form(&path).with("description", "second").with("step", "add");
    let second = value_of(&admin.submit(&form).await.text(), "client_secret");
    server.confide(&second);
    daemon.with_secret(&second).token().await;
    assert!(!admin.submit(&form).await.text().contains("pc_cs_"));
    assert_eq!(admin.answers_with(&second), 1);
}

async fn nothing_is_stored_before_the_last_add(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let before = dump(&server.place().location).await;
    let form = add_secret_form(&admin, "nightly-import").await;
    let back = admin.submit(&form.clone().with("step", "back")).await;
    assert_eq!(back.form(NEW).value("name"), "nightly-import", "what was typed is still there");
    assert_eq!(dump(&server.place().location).await, before);
}

async fn ux_12_account_member_cannot_be_left_out(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let form = add_secret_form(&admin, "nightly-import").await.without("roles");
    let daemon = copied(&server, &admin.submit(&form).await);
    let claims = server.resource_server().verify(&daemon.token().await).await.expect("a good token").claims;
    assert_eq!(claims["role_type"][0], "7ad2b9ef-5386-4ead-ac9f-ad99c5c5b977");
    let roles = format!("/portal/clients/{}/roles", daemon.id);
    admin.submit(&admin.visit(&roles).await.form(&roles).without("roles")).await;
    let claims = server.resource_server().verify(&daemon.token().await).await.expect("a good token").claims;
    assert_eq!(claims["role_type"][0], "7ad2b9ef-5386-4ead-ac9f-ad99c5c5b977");
    let forged =
        add_client_form(&admin).await.with("name", "other").with("roles", "no-such-role").with("step", "secret");
    assert_eq!(admin.submit(&forged).await.status(), 422);
}

async fn ux_13_token_lifetime_is_a_whole_number_from_60_to_3600(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    for (typed, sentence) in [
        ("59", "Token Lifetime must be between 60 and 3600 seconds."),
        ("3601", "Token Lifetime must be between 60 and 3600 seconds."),
        ("-60", "Token Lifetime must be between 60 and 3600 seconds."),
        ("99999999999999999999", "Token Lifetime must be between 60 and 3600 seconds."),
        ("1h", "Enter Token Lifetime as a whole number of seconds."),
        ("60.5", "Enter Token Lifetime as a whole number of seconds."),
    ] {
        let form = add_client_form(&admin).await.with("name", "timed").with("token_lifetime", typed);
        let page = admin.submit(&form.with("step", "secret")).await;
        assert_eq!(page.status(), 422, "{typed}");
        assert!(page.text().contains(sentence), "{typed}: {}", page.text());
        let form = page.form(NEW);
        assert_eq!((form.value("name"), form.value("token_lifetime")), ("timed", typed), "what was typed stays");
    }
    for (typed, expected) in [("", 3600), ("60", 60), ("3600", 3600)] {
        let form = add_client_form(&admin).await.with("name", &format!("t{typed}")).with("token_lifetime", typed);
        let page = admin.submit(&form.with("step", "secret")).await;
        let daemon = copied(&server, &admin.submit(&page.form(NEW).with("step", "add")).await);
        assert_eq!(daemon.token_post(&[]).await.json()["expires_in"], expected, "{typed}");
    }
}

async fn pt_06_fields_that_are_not_on_the_form_are_ignored(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let form = add_secret_form(&admin, "nightly-import").await;
    let form = form.with("id", "chosen").with("client_id", "chosen").with("secret", "chosen").with("enabled", "false");
    let form = form.with("tenant_id", "other").with("is_admin", "true").with("redirect_urls", "https://evil.example/");
    let daemon = copied(&server, &admin.submit(&form).await);
    assert!(daemon.id != "chosen" && daemon.secret.starts_with("pc_cs_"));
    let client = server.operator().await.client(&daemon).await;
    assert!(client.enabled && client.urls.redirect.is_empty());
    daemon.token().await;
}

async fn pt_08_markup_in_names_is_escaped_everywhere(server: TestServer) {
    let (admin, operator) = (Browser::of_administrator(&server).await, server.operator().await);
    let marked = "<script>Zq7()</script>\"'><img src=x onerror=Zq7()>{{7*7}}";
    let daemon = operator.register(ClientType::ClientCredentials, marked, ClientSettings::default()).await;
    let client = format!("/portal/clients/{}", daemon.id);
    let mut shown = 0;
    for path in [
        "/portal",
        "/portal/clients",
        "/portal/audit",
        &client,
        &format!("{client}/edit"),
        &format!("{client}/roles"),
        &format!("{client}/disable"),
        &format!("{client}/remove"),
        &format!("{client}/secrets/new"),
        &format!("{client}/secrets/1/edit"),
        &format!("{client}/secrets/1/remove"),
        "/portal/clients?q=%3Cscript%3EZq7()",
    ] {
        let page = admin.visit(path).await.text();
        assert!(
            !page.contains("<script>Zq7") && !page.contains("<img src=x") && !page.contains("\"'>"),
            "{path}: {page}"
        );
        shown += usize::from(page.contains("Zq7()"));
    }
    assert!(shown >= 9, "only {shown} pages showed it at all");
}

async fn st_06_text_of_all_kinds_is_kept_as_it_is(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    for name in ["Zähler Süd", "\u{1f980} crab", "\u{5e9}\u{5dc}\u{5d5}\u{5dd}", "a'b\"c\\d", "100% _x_", "\u{0301}e"]
    {
        let daemon = copied(&server, &admin.submit(&add_secret_form(&admin, name).await).await);
        assert_eq!(server.operator().await.client(&daemon).await.name, name);
        let edit = format!("/portal/clients/{}/edit", daemon.id);
        assert_eq!(admin.visit(&edit).await.form(&edit).value("name"), name);
    }
    for (name, expected) in [("a\0b", 400), ("a\nb", 422), ("a\u{7f}b", 422), ("   ", 422), (&"x".repeat(101), 422)] {
        let form = add_client_form(&admin).await.with("name", name).with("step", "secret");
        assert_eq!(admin.submit(&form).await.status(), expected, "{name:?}");
    }
}

async fn ux_24_disabling_counts_at_once_and_enabling_restores(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    daemon.token().await;
    for (action, works) in [("disable", false), ("enable", true)] {
        let path = format!("/portal/clients/{}/{action}", daemon.id);
        let page = admin.submit(&admin.visit(&path).await.form(&path)).await;
        assert_eq!(page.status(), 200, "{}", page.text());
        assert_eq!(daemon.gets_a_token().await, works);
    }
    let path = format!("/portal/clients/{}/secrets/1/disable", daemon.id);
    admin.submit(&admin.visit(&path).await.form(&path)).await;
    assert!(!daemon.gets_a_token().await);
}

async fn ux_28_a_secret_ends_next_year_unless_another_day_to_come_is_chosen(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let form = add_secret_form(&admin, "nightly-import").await;
    assert_eq!(form.value("expires_on"), "2028-01-15", "the same day next year");
    for (day, sentence) in [
        ("2027-01-15", "Expiry date must be in the future."),
        ("2027-01-14", "Expiry date must be in the future."),
        ("soon", "Enter the expiry date as year, month and day, like 2027-11-24."),
    ] {
        let page = admin.submit(&form.clone().with("expires_on", day)).await;
        assert_eq!(page.status(), 422, "{day}");
        assert!(page.text().contains(sentence), "{}", page.text());
        assert_eq!(page.form(NEW).value("expires_on"), day, "what was typed stays");
    }
    let daemon = copied(&server, &admin.submit(&form.with("expires_on", "2027-01-16")).await);
    daemon.token().await;
    server.clock().advance(86_400);
    daemon.token().await;
    server.clock().advance(86_400);
    assert_eq!(daemon.token_post(&[]).await.member("error_code"), "PC-2203", "it worked until the end of that day");
}
