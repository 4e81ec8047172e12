//! Pages to look at: health, settings, the review, tokens, documents; and the way to each of them.

use crate::support::html::text_of;
use crate::support::http::send;
use crate::support::raw::run;
use crate::support::{Browser, NOW, TestServer, USER_PASSWORD};
use portcullis::oauth::UnixTime;
use portcullis::oauth::admin_fields::SecretEnd;
use reqwest::Method;

on_both_engines!(
    a_pasted_token_is_explained_and_leaves_no_trace,
    what_is_no_token_of_ours_is_told_so,
    settings_are_shown_with_their_origin_and_without_secrets,
    the_review_finds_what_deserves_a_look,
    a_finding_is_lived_with_until_a_day_and_comes_back,
    every_entry_of_the_menu_leads_to_a_page,
    go_to_finds_pages_clients_and_users,
    the_bare_address_leads_everybody_to_their_own_pages,
    home_names_what_ends_first_and_what_is_not_set_up,
    documents_and_error_codes_are_open_to_everybody,
);

const VIEWER: &str = "/portal/token-viewer";
const ACCEPT: &str = "/portal/review/accept";

async fn a_pasted_token_is_explained_and_leaves_no_trace(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    let token = daemon.token().await;
    let signature = token.rsplit('.').next().expect("a signature").to_owned();
    server.confide(&signature);
    let form = admin.visit(VIEWER).await.form(VIEWER);
    let page = admin.submit(&form.with("pasted", &format!("Authorization: Bearer {token}\n"))).await.text();
    for part in ["An access token", "This server signed it", "It has not expired", "It was not taken back", &daemon.id]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains(&signature), "the page does not carry the token on");

    server.clock().advance(3_601);
    let admin = Browser::of_administrator(&server).await;
    let form = admin.visit(VIEWER).await.form(VIEWER);
    let page = admin.submit(&form.with("pasted", &token)).await.text();
    for part in ["An access token", "This server signed it", "It has expired"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains(&signature), "the page does not carry the token on");
}

async fn what_is_no_token_of_ours_is_told_so(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    let form = admin.visit(VIEWER).await.form(VIEWER);
    let view = async |pasted: &str| admin.submit(&form.clone().with("pasted", pasted)).await;
    assert!(view(&daemon.secret).await.text().contains("A client secret"));
    for garbage in ["", "a.b.c", "no token", "e30.e30", &"x".repeat(20_000)] {
        let page = view(garbage).await;
        assert!(page.status() == 422 && page.text().contains("There is a problem"), "{garbage}: {}", page.status());
    }
    let token = daemon.token().await;
    let (signed, _) = token.rsplit_once('.').expect("three parts");
    let forged = view(&format!("{signed}.{}", "A".repeat(342))).await.text();
    assert!(forged.contains("signature does not fit") && !forged.contains("This server signed it"), "{forged}");
    let foreign = view("eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2V2aWwuZXhhbXBsZSIsImV4cCI6MX0.").await.text();
    assert!(foreign.contains("It has expired") && foreign.contains("https://evil.example"), "{foreign}");
}

async fn settings_are_shown_with_their_origin_and_without_secrets(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let page = admin.visit("/portal/settings").await.text();
    for part in ["public_url", "tokens.refresh_idle", "default", "database.url"] {
        assert!(page.contains(part), "{part}");
    }
    let database = url::Url::parse(&server.place().database_url()).expect("a URL");
    assert!(database.password().is_none_or(|password| !page.contains(password)), "the database's password is shown");
    let page = admin.visit("/portal/system").await.text();
    assert!(page.contains("Healthy") && page.contains("answers."), "{page}");
    let report = text_of(&page, "report");
    assert!(report.starts_with("Portcullis ") && report.contains("Settings given: "), "{report}");
    assert!(!report.contains(server.public_url()), "the report names nobody: {report}");
}

async fn the_review_finds_what_deserves_a_look(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    server.daemon("forever").await;
    let page = admin.visit("/portal/review").await.text();
    for part in ["A secret never expires", "forever · first", "There is only one administrator"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("not used for 90 days"));
    run(&server.place().location, "UPDATE clients SET last_used_at = NULL, created_at = 5").await;
    assert!(admin.visit("/portal/review").await.text().contains("A client was not used for 90 days"));
}

async fn a_finding_is_lived_with_until_a_day_and_comes_back(server: TestServer) {
    let (daemon, admin) = (server.daemon("forever").await, Browser::of_administrator(&server).await);
    let badge = |page: &str| {
        let rest = page.split("<span class=\"count\">").nth(1)?;
        rest.split('<').next()?.parse::<u32>().ok()
    };
    let page = admin.visit("/portal/review").await.text();
    assert_eq!(badge(&page), Some(2), "a secret without an end, and one administrator: {page}");
    assert_eq!(badge(&admin.visit("/portal/clients").await.text()), Some(2), "every page tells");
    let accept = page.split("href=\"").find(|rest| rest.starts_with("/portal/review/accept?kind=secret-without-end"));
    let accept = accept.and_then(|rest| rest.split('"').next()).expect("a link").replace("&#38;", "&");

    let form = admin.visit(&accept).await.form(ACCEPT);
    assert_eq!((form.value("id"), form.value("detail")), (daemon.id.as_str(), "first"));
    let wrong = admin.submit(&form.clone().with("expires_on", "2001-01-01").with("description", "")).await;
    assert_eq!(wrong.status(), 422);
    assert!(wrong.text().contains("must be in the future") && wrong.text().contains("Say why"), "{}", wrong.text());
    let day = portcullis::clock::Clock::now(server.clock().as_ref()).plus(10 * 86_400).date();
    let accepted = admin.submit(&form.with("expires_on", &day).with("description", "a legacy device")).await;
    let text = accepted.text();
    assert!(accepted.path == "/portal/review?done=accepted" && badge(&text) == Some(1), "{text}");
    assert!(text.contains("a legacy device") && text.contains(&day) && text.contains("Open again"), "{text}");
    assert!(!text.contains("accept?kind=secret-without-end"), "{text}");
    assert!(admin.visit("/portal/audit?kind=finding").await.text().contains("Finding accepted"));

    let again = admin.submit(&accepted.form("/portal/review/reopen")).await.text();
    assert!(again.contains("accept?kind=secret-without-end") && !again.contains("a legacy device"), "{again}");
    let form = admin.visit(&accept).await.form(ACCEPT).with("expires_on", &day).with("description", "still");
    admin.submit(&form).await;
    server.clock().advance(11 * 86_400);
    let admin = Browser::of_administrator(&server).await;
    let later = admin.visit("/portal/review").await.text();
    assert!(later.contains("accept?kind=secret-without-end") && !later.contains("Open again"), "{later}");
    for nothing in ["?kind=nothing", "?kind=client-unused&id=nobody", ""] {
        assert_eq!(admin.visit(&format!("{ACCEPT}{nothing}")).await.status(), 404, "{nothing}");
    }
}

async fn every_entry_of_the_menu_leads_to_a_page(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let page = admin.visit("/portal").await.text();
    let menu = page.split("<nav id=\"menu\"").nth(1).and_then(|rest| rest.split("</nav>").next()).expect("a menu");
    let links: Vec<_> = menu.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() >= 11, "{links:?}");
    for link in links {
        let page = admin.visit(link).await;
        assert!(page.status() == 200 && page.path == link, "{link}: {}", page.status());
        assert!(page.text().contains("href=\"/docs\" aria-label=\"Documentation\""), "{link} has no help");
        let large = page.text().len() >= 60_000;
        assert!(!large || link == "/api/docs", "{link} has {} bytes", page.text().len());
    }
    assert_eq!(admin.visit("/portal/menu").await.path, "/portal/go");
}

async fn go_to_finds_pages_clients_and_users(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    for (query, href) in [
        ("", "/portal/keys".to_owned()),
        ("sign", "/portal/keys".to_owned()),
        ("NIGHT", format!("/portal/clients/{}", daemon.id)),
        ("ada@", "/portal/users/".to_owned()),
        ("add cl", "/portal/clients/new".to_owned()),
    ] {
        let page = admin.visit(&format!("/portal/go?q={query}")).await.text();
        let found = page.split("data-results").nth(1).expect("results");
        assert!(found.contains(&format!("href=\"{href}")), "{query}: {found}");
    }
    assert!(admin.visit("/portal/go?q=zzz").await.text().contains("Nothing is called"));
}

async fn the_bare_address_leads_everybody_to_their_own_pages(server: TestServer) {
    let (uma, admin) = (server.user("uma@example.com").await, Browser::of_administrator(&server).await);
    uma.sign_in("uma@example.com", USER_PASSWORD).await;
    for (browser, path) in [(Browser::new(&server), "/login"), (uma, "/account"), (admin, "/portal")] {
        assert_eq!(browser.visit("/").await.path, path);
    }
}

async fn home_names_what_ends_first_and_what_is_not_set_up(server: TestServer) {
    let operator = server.operator().await;
    for (name, days) in [("alpha", 20), ("zeta", 2)] {
        let daemon = server.daemon(name).await;
        operator.add_secret(&daemon, SecretEnd::At(UnixTime(NOW.0 + days * 86_400))).await;
    }
    let admin = Browser::of_administrator(&server).await;
    let home = admin.visit("/portal").await.text();
    let place = |text: &str| home.find(text).unwrap_or_else(|| panic!("{text}: {home}"));
    assert!(place("A secret of zeta expires in 2 days") < place("A secret of alpha expires in 20 days"));
    assert!(home.contains("Mail is not set up") && home.contains("/docs/how-to/send-mail"));
    assert_eq!(admin.visit("/docs/how-to/send-mail").await.status(), 200);
    let list = admin.visit("/portal/clients").await.text();
    for (mark, words) in [("bad", "1 expires in 2 days"), ("warning", "1 expires in 20 days")] {
        let (before, _) = list.split_once(words).unwrap_or_else(|| panic!("{words}: {list}"));
        let (_, state) = before.rsplit_once("class=\"state ").expect("a state");
        assert!(state.starts_with(mark), "{words}: {state}");
    }
}

async fn documents_and_error_codes_are_open_to_everybody(server: TestServer) {
    for path in ["/docs", "/docs/tutorials/first-token", "/docs/conventions", "/docs/errors", "/docs/errors/PC-2203"] {
        let answer = send(server.http().request(Method::GET, path)).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text().contains("Sign in"), "{path}");
    }
    for path in ["/docs/no-such", "/docs/how-to/no-such", "/docs/errors/PC-0000", "/docs/..%2f..%2fCargo"] {
        assert_eq!(send(server.http().request(Method::GET, path)).await.status, 404, "{path}");
    }
    let admin = Browser::of_administrator(&server).await;
    assert!(admin.visit("/docs/how-to/validate-tokens").await.text().contains("href=\"/portal/go\""));
}
