//! The forms and lists for clients, word by word as the documentation has them.

use crate::support::html::Form;
use crate::support::{Browser, Page, TestServer};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::ClientType;

on_both_engines!(
    the_three_forms_have_their_fields_in_order_and_say_which_are_optional,
    a_redirect_url_that_will_not_do_is_refused_with_its_line_and_the_reason,
    a_mistake_keeps_what_was_typed_and_leads_to_its_field,
    the_window_at_the_end_has_the_client_id_and_a_hybrid_client_is_told_what_is_missing,
    the_whole_state_of_a_list_is_in_its_address,
    an_empty_list_says_what_it_was_narrowed_to,
    information_has_the_anchors_that_documents_lead_to,
);

const NEW: &str = "/portal/clients/new";

async fn form(admin: &Browser, kind: &str) -> (Page, Form) {
    let page = admin.visit(&format!("{NEW}?type={kind}")).await;
    let form = page.form(NEW);
    (page, form)
}

async fn the_three_forms_have_their_fields_in_order_and_say_which_are_optional(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let optional = " <span class=\"optional\">(Optional)</span>";
    for (kind, fields) in [
        ("client-credentials", &[("Name", false), ("Account Member", false), ("Token Lifetime", true)][..]),
        (
            "authorization-code",
            &[
                ("Name", false),
                ("Allowed Redirect URL(s)", false),
                ("Allowed Logout Redirect URL(s)", true),
                ("Allowed CORS Origin(s)", true),
                ("Token Lifetime", true),
            ],
        ),
        (
            "hybrid",
            &[
                ("Name", false),
                ("Allow Refresh Token", true),
                ("Allowed Redirect URL(s)", false),
                ("Allowed Logout Redirect URL(s)", true),
                ("Token Lifetime", true),
            ],
        ),
    ] {
        let html = form(&admin, kind).await.0.text();
        let mut rest = html.split_once("<h1>Add Client</h1>").expect("a heading").1;
        for (label, is_optional) in fields {
            let (_, after) =
                rest.split_once(&format!(">{label}")).unwrap_or_else(|| panic!("{kind}: {label} in {rest}"));
            assert_eq!(after.starts_with(optional), *is_optional, "{kind}: {label}");
            rest = after;
        }
        let button = if kind == "client-credentials" { "Continue" } else { "Add" };
        assert!(rest.contains(&format!(">{button}</button>")), "{kind}");
        assert_eq!(html.contains("Allowed CORS"), kind == "authorization-code");
    }
}

async fn a_redirect_url_that_will_not_do_is_refused_with_its_line_and_the_reason(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    for (url, reason) in [
        ("http://shop.example.com/cb", "http is only allowed for localhost"),
        ("/cb", "is not a full URL"),
        ("https://a.example/*", "wildcards are not supported"),
        ("https://a.example/#x", "redirect URLs cannot contain a fragment"),
        ("javascript:alert(1)", "javascript: is not allowed"),
    ] {
        let typed = format!("https://good.example/cb\n{url}");
        let (_, form) = form(&admin, "authorization-code").await;
        let page = admin.submit(&form.with("name", "app").with("redirect_urls", &typed).with("step", "add")).await;
        assert_eq!(page.status(), 422, "{url}");
        assert!(page.text().contains("Line 2: ") && page.text().contains(reason), "{url}: {}", page.text());
        assert_eq!(page.form(NEW).value("redirect_urls"), typed);
    }
    let good = "http://localhost:5173/cb\ncom.example.app:/cb";
    let (_, form) = form(&admin, "authorization-code").await;
    let page = admin.submit(&form.with("name", "app").with("redirect_urls", good).with("step", "add")).await;
    assert!(page.text().contains("Client Successfully Created"), "{}", page.text());
}

async fn a_mistake_keeps_what_was_typed_and_leads_to_its_field(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let (_, form) = form(&admin, "hybrid").await;
    let form = form.with("name", "charts").with("allow_refresh_token", "true").with("token_lifetime", "59");
    let page = admin.submit(&form.with("step", "add")).await;
    let html = page.text();
    assert!(html.contains("<title>Error: Add Client - Clients - Portcullis</title>"), "{html}");
    assert!(html.contains("There is a problem"), "{html}");
    for field in ["token_lifetime", "redirect_urls"] {
        assert!(html.contains(&format!("href=\"#{field}\"")), "{field}: {html}");
        assert!(html.contains(&format!("id=\"{field}-error\"")), "{field}: {html}");
    }
    let again = page.form(NEW);
    assert_eq!((again.value("name"), again.value("allow_refresh_token")), ("charts", "true"));
}

async fn the_window_at_the_end_has_the_client_id_and_a_hybrid_client_is_told_what_is_missing(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let (_, form) = form(&admin, "hybrid").await;
    let form = form.with("name", "charts").with("redirect_urls", "https://app.example/cb").with("step", "add");
    let page = admin.submit(&form).await.text();
    let id = crate::support::html::value_of(&page, "client_id");
    assert!(page.contains("Client Successfully Created") && page.contains("One step left."), "{page}");
    assert!(page.contains(&format!("/portal/clients/{id}/secrets/new")), "{page}");
    for path in ["/portal/clients?type=hybrid", &format!("/portal/clients/{id}"), "/portal"] {
        let page = admin.visit(path).await.text();
        assert!(page.contains("No usable secret") && page.contains("charts"), "{path}: {page}");
    }
}

async fn an_empty_list_says_what_it_was_narrowed_to(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    for (query, says) in [
        ("type=hybrid&status=expiring", "There are no Hybrid clients with the status “Expiring soon”."),
        ("type=all&q=zzz", "Nothing matches “zzz” among clients."),
        ("type=all", "No client yet"),
        ("type=hybrid", "No Hybrid client yet"),
    ] {
        let page = admin.visit(&format!("/portal/clients?{query}")).await.text();
        assert!(page.contains(says), "{query}: {page}");
    }
}

async fn the_whole_state_of_a_list_is_in_its_address(server: TestServer) {
    let operator = server.operator().await;
    for name in ["shop", "charts", "wiki"] {
        let settings = ClientSettings {
            redirect_urls: Some(vec![format!("https://{name}.example/cb")]),
            ..ClientSettings::default()
        };
        operator.register(ClientType::AuthorizationCode, name, settings).await;
    }
    let admin = Browser::of_administrator(&server).await;
    let address = "/portal/clients?type=authorization-code&q=example%2Fcb&status=enabled&sort=name&dir=desc";
    let names = |html: &str| -> Vec<String> {
        html.split("class=\"row-link\"")
            .skip(1)
            .filter_map(|row| row.split(['>', '<']).nth(1))
            .map(Into::into)
            .collect()
    };
    let first = admin.visit(address).await.text();
    assert_eq!(names(&first), ["wiki", "shop", "charts"]);
    assert_eq!(
        names(&Browser::of_administrator(&server).await.visit(address).await.text()),
        ["wiki", "shop", "charts"]
    );
    let row = first.split("class=\"row-link\" href=\"/portal/clients/").nth(1).expect("a row");
    let row = row.split('"').next().expect("an address");
    let chosen = admin.visit(&format!("/portal/clients/{}", row.replace("&#38;", "&"))).await.text();
    assert_eq!(names(&chosen), ["wiki", "shop", "charts"], "the list stays as it was beside the client");
    assert!(chosen.contains("aria-current=\"true\"") && chosen.contains("sort=name"));
}

async fn information_has_the_anchors_that_documents_lead_to(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    for (kind, word) in [
        ("client-credentials", "client-credentials"),
        ("authorization-code", "authorization-code"),
        ("hybrid", "hybrid-client"),
    ] {
        let page = admin.visit(&format!("/portal/clients?type={kind}")).await.text();
        let introduction = if kind == "hybrid" { word.to_owned() } else { format!("{word}-client") };
        for anchor in [introduction, format!("{word}-pi-core"), format!("{word}-bp")] {
            assert!(page.contains(&format!("id=\"{anchor}\"")), "{kind}: {anchor}");
        }
    }
}
