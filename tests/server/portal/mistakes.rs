//! What forms and lists say when what was asked for will not do.

use crate::support::html::Form;
use crate::support::{Browser, Page, TestServer, USER_PASSWORD};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::ClientType;

on_both_engines!(
    every_field_of_edit_client_that_will_not_do_is_told_at_once,
    both_fields_of_a_secret_are_told_at_once,
    my_account_tells_all_mistakes_in_the_words_of_its_labels,
    a_page_past_the_end_of_a_list_is_the_last_one,
    only_a_token_ticks_the_first_step,
    a_name_may_be_left_out_where_the_form_says_so,
    the_log_speaks_of_roles_by_name_and_of_sign_ins_in_words,
    the_api_is_in_the_portal_for_whoever_may_open_it,
    code_in_the_documents_can_be_copied,
);

/// What the summary above the form says, line by line.
fn summary(page: &Page) -> Vec<String> {
    let html = page.text();
    let list = html.split_once("id=\"problems-title\"").expect("a summary").1.split("</ul>").next().unwrap_or_default();
    let lines = list.split("<li>").skip(1).map(|line| {
        let text = line.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect::<String>();
        let text = if line.starts_with('<') { text } else { line.split('<').next().unwrap_or_default().to_owned() };
        text.replace("&#34;", "\"").replace("&quot;", "\"")
    });
    lines.collect()
}

async fn refused(browser: &Browser, form: &Form) -> Vec<String> {
    let page = browser.submit(form).await;
    assert_eq!(page.status(), 422, "{}", page.text());
    summary(&page)
}

async fn every_field_of_edit_client_that_will_not_do_is_told_at_once(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let settings =
        ClientSettings { redirect_urls: Some(vec!["https://app.example/cb".to_owned()]), ..ClientSettings::default() };
    let app = server.operator().await.register(ClientType::AuthorizationCode, "app", settings).await;
    let edit = format!("/portal/clients/{}/edit", app.id);
    let form = admin.visit(&edit).await.form(&edit).with("name", " ").with("token_lifetime", "soon");
    let form = form.with("redirect_urls", "/cb\nhttps://app.example/cb\nmyapp://cb").with("cors_origins", "*");
    assert_eq!(
        refused(&admin, &form).await,
        [
            "Enter a name, like \"nightly-import\".",
            "Enter Token Lifetime as a whole number of seconds.",
            "Allowed Redirect URL(s): line 1: \"/cb\" is not a full URL. Start with https://, or http://localhost for \
             development.",
            "Allowed Redirect URL(s): line 3: myapp: has no dot. Use the name of a domain of yours turned around, like \
             com.example.app:/cb.",
            "Allowed CORS Origin(s): line 1: Enter each origin. \"*\" would let any website use this client.",
        ]
    );
    let page = admin.submit(&form).await.text();
    assert!(page.contains("Already allowed: https://app.example (from your redirect URLs)."), "{page}");
}

async fn both_fields_of_a_secret_are_told_at_once(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    let add = format!("/portal/clients/{}/secrets/new", daemon.id);
    let form = admin.visit(&add).await.form(&add).with("description", &"x".repeat(201)).with("expires_on", "");
    assert_eq!(
        refused(&admin, &form).await,
        [
            "Description must be 200 characters or fewer.",
            "Enter the expiry date as year, month and day, like 2027-11-24.",
        ]
    );
}

async fn my_account_tells_all_mistakes_in_the_words_of_its_labels(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let form = admin.visit("/account").await.form("/account").with("name", "").with("website", "shop.example");
    let form = form.with("birthdate", "soon").with("phone_number", "020 555");
    let told = refused(&admin, &form).await;
    let begins = ["Enter a name", "Website must be", "Birth date must be", "Phone number must be"];
    assert_eq!(told.len(), begins.len(), "{told:?}");
    for (said, begin) in told.iter().zip(begins) {
        assert!(said.starts_with(begin), "{said}");
    }
    assert_eq!(admin.submit(&form).await.form("/account").value("website"), "shop.example");
}

async fn a_page_past_the_end_of_a_list_is_the_last_one(server: TestServer) {
    server.daemon("nightly-import").await;
    let admin = Browser::of_administrator(&server).await;
    let clients = admin.visit("/portal/clients?type=all&page=9999").await.text();
    assert!(clients.contains("nightly-import") && clients.contains("1-1 of 1"), "{clients}");
    assert!(!clients.contains("No client yet"), "{clients}");
    let users = admin.visit("/portal/users?page=77").await.text();
    assert!(users.contains("1-1 of 1"), "{users}");
}

async fn only_a_token_ticks_the_first_step(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    let done = async || {
        let home = admin.visit("/portal").await.text();
        let line = home.split("<li").find(|line| line.contains("Add a client and get a token"));
        line.expect("the step").contains("Done")
    };
    assert!(!done().await, "there is a client, and no token");
    daemon.token().await;
    server.provider().flush_secret_uses(true).await.expect("kept");
    assert!(done().await);
}

async fn a_name_may_be_left_out_where_the_form_says_so(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let page = admin.visit("/portal/users/new").await;
    assert!(page.text().contains("Name <span class=\"optional\">(Optional)</span>"), "{}", page.text());
    let link = admin.submit(&page.form("/portal/users/new").with("email", "uma@example.com")).await.text();
    let shown = link.split_once("data-shown-at=\"").and_then(|(_, rest)| rest.split('"').next()).expect("where it was");
    let later = admin.visit(shown).await.text();
    assert!(later.contains("The link was shown once."), "{later}");
    assert!(!later.contains("pc_ol_"), "it was shown again");
    assert!(admin.visit("/portal/users").await.text().contains(">uma</a>"));
}

async fn the_log_speaks_of_roles_by_name_and_of_sign_ins_in_words(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    let path = format!("/portal/clients/{}/roles", daemon.id);
    let page = admin.visit(&path).await.text();
    let viewer = page.split("<input").find(|input| input.contains("Account Viewer")).expect("a box");
    let id = viewer.split_once("value=\"").and_then(|(_, rest)| rest.split('"').next()).expect("an id").to_owned();
    admin.submit(&admin.visit(&path).await.form(&path).with("roles", &id)).await;
    let log = admin.visit("/portal/audit").await.text();
    assert!(log.contains("Account Viewer") && log.contains(">Signed in</a>"), "{log}");
    assert!(!log.contains(&id) && !log.contains("Login succeeded"), "{log}");
}

async fn the_api_is_in_the_portal_for_whoever_may_open_it(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    for path in ["/api/docs", "/api/docs/getRole", "/api/docs/shapes/Role"] {
        let page = admin.visit(path).await.text();
        assert!(page.contains("<nav id=\"menu\"") && page.contains("aria-label=\"Breadcrumb\""), "{path}");
    }
    server.operator().await.add_user("uma@example.com").await;
    let uma = Browser::new(&server);
    uma.sign_in("uma@example.com", USER_PASSWORD).await;
    let page = uma.visit("/api/docs").await;
    assert_eq!(page.status(), 200);
    assert!(!page.text().contains("<nav id=\"menu\""), "{}", page.text());
}

async fn code_in_the_documents_can_be_copied(server: TestServer) {
    let page = Browser::new(&server).visit("/docs/how-to/send-mail").await.text();
    let blocks = page.matches("<pre ").count();
    assert!(blocks > 0, "{page}");
    assert_eq!(page.matches("class=\"button copy-button\" data-copy=\"code-").count(), blocks);
}
