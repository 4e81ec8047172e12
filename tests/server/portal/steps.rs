//! Steps that a reader of the documentation takes, and the words met where one goes wrong. Names begin with the number of
//! the statement that they hold the portal to (UX-10 and so on).

use crate::support::daemon::TOKEN;
use crate::support::html::value_of;
use crate::support::http::send;
use crate::support::{Browser, TestServer, USER_PASSWORD};
use portcullis::oauth::admin_fields::SecretEnd;

on_both_engines!(
    ux_10_from_every_page_the_menu_leads_to_the_clients,
    ux_16_an_origin_is_kept_without_its_slash_and_may_call,
    ux_22_whoever_is_no_administrator_is_told_which_role_and_gets_a_text_to_send,
    ux_31_whoever_removes_a_secret_hears_of_its_use_and_of_the_last_one,
    what_was_typed_is_refused_in_the_words_of_the_documentation,
);

const NEW: &str = "/portal/clients/new";

async fn ux_10_from_every_page_the_menu_leads_to_the_clients(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    for path in ["/portal", "/portal/users", "/portal/keys", "/portal/settings", NEW, "/portal/clients?type=hybrid"] {
        let page = admin.visit(path).await.text();
        assert!(page.contains("popovertarget=\"menu\" aria-label=\"Menu\""), "{path}: {page}");
        let security =
            page.split_once(">Security</h2>").expect("a heading").1.split("</ul>").next().unwrap_or_default();
        assert!(security.contains("href=\"/portal/clients\"") && security.contains("<span>Clients</span>"), "{path}");
    }
    let page = admin.visit("/portal/clients").await.text();
    let types = page.split_once("<label for=\"type\">Client Type</label>").expect("a list").1;
    let types = types.split("</select>").next().unwrap_or_default();
    assert!(types.contains("value=\"client-credentials\" selected>Client-Credentials<"), "{types}");
    let toolbar = page.split_once("<form class=\"toolbar\"").expect("a toolbar").1.split("</form>").next();
    assert!(toolbar.unwrap_or_default().contains("Add Client</button>"));
}

async fn ux_16_an_origin_is_kept_without_its_slash_and_may_call(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let form = admin.visit(&format!("{NEW}?type=authorization-code")).await.form(NEW).with("name", "shop");
    let form = form.with("redirect_urls", "https://shop.example/cb").with("cors_origins", "https://app.example.com/");
    let id = value_of(&admin.submit(&form.with("step", "add")).await.text(), "client_id");
    let pane = admin.visit(&format!("/portal/clients/{id}")).await.text();
    assert!(pane.contains("<code>https://app.example.com</code>"), "{pane}");
    for (origin, reads) in
        [("https://app.example.com", true), ("https://shop.example", true), ("https://evil.example", false)]
    {
        let fields = [("grant_type", "authorization_code"), ("client_id", id.as_str()), ("code", "x")];
        let answer = send(server.http().form(TOKEN, &fields).header("origin", origin)).await;
        assert_eq!(answer.header("access-control-allow-origin") == origin, reads, "{origin}");
    }
}

async fn ux_22_whoever_is_no_administrator_is_told_which_role_and_gets_a_text_to_send(server: TestServer) {
    server.daemon("a-telling-name").await;
    let uma = server.user("uma@example.com").await;
    uma.sign_in("uma@example.com", USER_PASSWORD).await;
    let page = uma.visit("/portal/clients").await;
    assert_eq!((page.status(), page.heading().as_str()), (403, "You may not open this page"));
    let html = page.text();
    assert!(html.contains("You need the Account Administrator role to add and manage clients."), "{html}");
    assert!(
        html.contains("Please give me the Account Administrator role") && html.contains("(uma@example.com)"),
        "{html}"
    );
    assert!(html.contains("data-copy=\"request-text\"") && !html.contains("a-telling-name"), "{html}");
}

async fn ux_31_whoever_removes_a_secret_hears_of_its_use_and_of_the_last_one(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    let question = async || {
        server.node().note_secret_uses().await;
        admin.visit(&format!("/portal/clients/{}/secrets/1/remove", daemon.id)).await.text()
    };
    let (last, grave) =
        ("This is the last usable secret: nightly-import will not be able to get tokens.", "facts grave");
    let page = question().await;
    assert!(page.contains(last) && page.contains("<dd>never</dd>") && !page.contains(grave), "{page}");
    daemon.token().await;
    server.clock().advance(300);
    server.operator().await.add_secret(&daemon, SecretEnd::Never).await;
    let page = question().await;
    assert!(page.contains("<dd>5 minutes ago from 127.0.0.1</dd>") && page.contains(grave), "{page}");
    assert!(!page.contains(last) && page.contains("Access tokens already issued work until they expire"), "{page}");
    server.clock().advance(600);
    let admin = Browser::of_administrator(&server).await;
    for _ in 0..96 {
        server.clock().advance(900);
        admin.visit("/portal").await;
    }
    let admin = Browser::of_administrator(&server).await;
    let page = admin.visit(&format!("/portal/clients/{}/secrets/1/remove", daemon.id)).await.text();
    assert!(page.contains("yesterday") && !page.contains(grave), "{page}");
}

async fn what_was_typed_is_refused_in_the_words_of_the_documentation(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let many = |count: i32| (1..=count).map(|n| format!("https://a.example/{n}")).collect::<Vec<_>>().join("\n");
    server.daemon("billing").await;
    for (kind, field, typed, told) in [
        ("hybrid", "name", String::new(), "Enter a name, like \"nightly-import\"."),
        ("hybrid", "name", "x".repeat(101), "Name must be 100 characters or fewer."),
        (
            "hybrid",
            "name",
            "billing".to_owned(),
            "Another client is called \"billing\". Choose a different name so you can tell them apart, or add it anyway.",
        ),
        ("hybrid", "redirect_urls", String::new(), "Enter at least one redirect URL."),
        (
            "hybrid",
            "redirect_urls",
            "https://a.example/\n/callback".to_owned(),
            "Line 2: \"/callback\" is not a full URL. Start with https://, or http://localhost for development.",
        ),
        (
            "hybrid",
            "redirect_urls",
            "http://shop.example.com/callback".to_owned(),
            "Line 1: http is only allowed for localhost. Use https://shop.example.com/callback.",
        ),
        (
            "hybrid",
            "redirect_urls",
            "https://a.example/#/callback".to_owned(),
            "Line 1: remove \"#/callback\", redirect URLs cannot contain a fragment.",
        ),
        (
            "hybrid",
            "redirect_urls",
            "https://a.example/*".to_owned(),
            "Line 1: wildcards are not supported. Add each URL in full.",
        ),
        ("hybrid", "redirect_urls", "https://a.example/\nhttps://a.example/".to_owned(), "Line 2 repeats line 1."),
        ("hybrid", "redirect_urls", many(12), "You can add up to 10 redirect URLs. Remove 2."),
        (
            "authorization-code",
            "cors_origins",
            "*".to_owned(),
            "Enter each origin. \"*\" would let any website use this client.",
        ),
    ] {
        let form = admin.visit(&format!("{NEW}?type={kind}")).await.form(NEW).with("name", "charts");
        let form = form.with("redirect_urls", "https://a.example/cb").with(field, &typed).with("step", "add");
        let page = admin.submit(&form).await;
        let told = told.replace('"', "&#34;");
        assert_eq!(page.status(), 422, "{told}");
        assert!(page.text().contains(&told), "{told}: {}", page.text());
    }
    let daemon = server.daemon("nightly-import").await;
    let path = format!("/portal/clients/{}/secrets/new", daemon.id);
    let form = admin.visit(&path).await.form(&path).with("step", "add").with("description", &"x".repeat(201));
    let page = admin.submit(&form).await.text();
    assert!(page.contains("Description must be 200 characters or fewer."), "{page}");
}
