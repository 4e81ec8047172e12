//! The forms and lists for clients, word by word as the documentation has them.

use crate::support::html::{Form, value_of};
use crate::support::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use crate::support::{Browser, Page, TestServer};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::ClientType;

on_both_engines!(
    ux_11_the_three_forms_have_their_fields_in_order_and_say_which_are_optional,
    ux_15_a_redirect_url_that_will_not_do_is_refused_with_its_line_and_the_reason,
    ux_14_a_mistake_keeps_what_was_typed_and_leads_to_its_field,
    ux_17_18_the_window_at_the_end_has_the_client_id_and_a_hybrid_client_is_told_what_is_missing,
    ux_20_21_the_whole_state_of_a_list_is_in_its_address,
    an_empty_list_says_what_it_was_narrowed_to,
    information_has_the_anchors_that_documents_lead_to,
    urls_are_looked_at_line_by_line_and_what_is_not_kept_as_typed_is_said,
    a_form_that_comes_after_the_session_leads_back_to_where_it_stood,
);

const NEW: &str = "/portal/clients/new";

async fn form(admin: &Browser, kind: &str) -> (Page, Form) {
    let page = admin.visit(&format!("{NEW}?type={kind}")).await;
    let form = page.form(NEW);
    (page, form)
}

/// What the labels of the form say, in order. What may be left out ends in `(Optional)`.
fn labels(page: &Page) -> Vec<String> {
    let html = page.text();
    let form = html.split_once(&format!("<form method=\"post\" action=\"{NEW}\"")).expect("a form").1;
    let form = form.split("</form>").next().unwrap_or_default();
    let begins = form.match_indices('<').map(|(at, _)| &form[at..]);
    let said = begins.filter_map(|rest| {
        let end = ["label", "legend"].into_iter().find(|name| rest.starts_with(&format!("<{name}")))?;
        rest.split(&format!("</{end}>")).next()
    });
    let plain = |said: &str| said.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
    said.map(plain).collect()
}

async fn ux_11_the_three_forms_have_their_fields_in_order_and_say_which_are_optional(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    for (kind, button, fields) in [
        (
            "client-credentials",
            "Continue",
            &[
                "Name",
                "Roles",
                "Account Member",
                "Account Contributor",
                "Account Data Steward",
                "Account Viewer",
                "Account Administrator",
                "Token Lifetime (Optional)",
            ][..],
        ),
        (
            "authorization-code",
            "Add",
            &[
                "Name",
                "Allowed Redirect URL(s)",
                "Allowed Logout Redirect URL(s) (Optional)",
                "Allowed CORS Origin(s) (Optional)",
                "Token Lifetime (Optional)",
            ],
        ),
        (
            "hybrid",
            "Add",
            &[
                "Name",
                "Allow Refresh Token (Optional)",
                "Allowed Redirect URL(s)",
                "Allowed Logout Redirect URL(s) (Optional)",
                "Token Lifetime (Optional)",
            ],
        ),
    ] {
        let page = form(&admin, kind).await.0;
        assert_eq!(
            (page.heading().as_str(), labels(&page)),
            ("Add Client", fields.iter().map(ToString::to_string).collect())
        );
        assert!(page.text().contains(&format!(">{button}</button>")), "{kind}");
    }
    let first = form(&admin, "client-credentials").await.1.with("name", "nightly-import").with("step", "secret");
    let second = admin.submit(&first).await;
    assert_eq!(second.heading(), "Add Secret");
    assert_eq!(labels(&second), ["Description", "Expires on", "Never Expires"]);
    assert!(second.text().contains(">Add</button>"));
}

async fn ux_15_a_redirect_url_that_will_not_do_is_refused_with_its_line_and_the_reason(server: TestServer) {
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

async fn ux_14_a_mistake_keeps_what_was_typed_and_leads_to_its_field(server: TestServer) {
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

async fn ux_17_18_the_window_at_the_end_has_the_client_id_and_a_hybrid_client_is_told_what_is_missing(
    server: TestServer,
) {
    let admin = Browser::of_administrator(&server).await;
    for (kind, told) in
        [("authorization-code", "No secret: your app proves itself with PKCE."), ("hybrid", "One step left.")]
    {
        let (_, form) = form(&admin, kind).await;
        let form = form.with("name", "charts").with("redirect_urls", "https://app.example/cb").with("step", "add");
        let form = form.with("allow_same_name", "true");
        let page = admin.submit(&form).await;
        let id = value_of(&page.text(), "client_id");
        assert_eq!(page.heading(), "Client Successfully Created");
        assert!(page.text().contains(told) && page.text().contains("data-copy=\"client_id\""), "{}", page.text());
        // UX-19: sent again, it shows the same window, and adds nothing.
        let again = admin.submit(&form).await;
        assert_eq!((again.heading(), value_of(&again.text(), "client_id")), (page.heading(), id.clone()));
        let list = format!("/portal/clients?type={kind}");
        assert!(admin.visit(&list).await.text().contains("1 client<"), "{kind}");
        let quick = format!("/portal/clients/{id}?tab=quick-start");
        assert_eq!(page.text().contains(&quick), kind != "hybrid", "there is something to begin with");
        if kind == "hybrid" {
            assert!(page.text().contains(&format!("/portal/clients/{id}/secrets/new")), "{}", page.text());
            for path in [list, format!("/portal/clients/{id}"), "/portal".to_owned()] {
                let page = admin.visit(&path).await.text();
                assert!(page.contains("No usable secret") && page.contains("charts"), "{path}: {page}");
            }
        }
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

async fn ux_20_21_the_whole_state_of_a_list_is_in_its_address(server: TestServer) {
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
    let tab =
        chosen.split("href=\"").find(|rest| rest.contains("tab=activity")).and_then(|rest| rest.split('"').next());
    let tab = tab.expect("a tab").replace("&#38;", "&");
    let shown = admin.visit(&tab).await.text();
    assert_eq!(names(&shown), ["wiki", "shop", "charts"], "and in another tab");
    assert!(shown.contains("No tokens in this period."), "{shown}");
    // UX-21: whoever knows a redirect URL finds its client.
    let found = admin.visit("/portal/clients?type=all&q=https%3A%2F%2Fshop.example%2Fcb").await.text();
    assert_eq!(names(&found), ["shop"]);
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

async fn urls_are_looked_at_line_by_line_and_what_is_not_kept_as_typed_is_said(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let path = "/portal/clients/new";
    let form = admin.visit("/portal/clients/new?type=authorization-code").await.form(path).with("name", "shop");
    let form = form.with("step", "add");
    let typed = "https://Shop.example/cb\nhttps://shop.example/cb/\nhttp://shop.example/";
    let refused = admin.submit(&form.clone().with("redirect_urls", typed)).await;
    let told = refused.text();
    for part in [
        "3 URLs, 1 cannot be taken",
        "Saved as https://shop.example/cb (host in lower case).",
        "Lines 1 and 2 differ only by a trailing slash. Both are kept: they are different URLs.",
        "Line 3: http is only allowed for localhost. Use https://shop.example/.",
    ] {
        assert!(refused.status() == 422 && told.contains(part), "{part}: {told}");
    }
    // A script asks for the list alone, before anything is sent.
    let mut alone = form.clone().with("redirect_urls", typed);
    "/portal/clients/new/urls".clone_into(&mut alone.action);
    alone.fields.retain(|(name, _)| matches!(name.as_str(), "csrf" | "redirect_urls"));
    let list = admin.post(&alone).await;
    assert!(list.status == 200 && list.text().contains("<ul class=\"url-list\">"), "{}", list.text());
    assert!(!list.text().contains("<html"), "{}", list.text());
    assert_eq!(admin.post(&alone.clone().with("csrf", "forged")).await.status, 403);
    alone.fields.retain(|(name, _)| name == "csrf");
    assert_eq!(admin.post(&alone).await.status, 404);

    let (good, _) = typed.rsplit_once('\n').expect("several lines");
    let added = admin.submit(&form.with("redirect_urls", good)).await.text();
    assert!(added.contains("Client Successfully Created") && added.contains("host in lower case"), "{added}");
    assert!(added.contains("differ only by a trailing slash"), "{added}");
    let list = admin.visit("/portal/clients?type=authorization-code").await.text();
    let id = list.split("/portal/clients/").find_map(|rest| rest.get(..36).filter(|id| id.matches('-').count() == 4));
    let path = format!("/portal/clients/{}/edit", id.expect("a client"));
    let saved = admin.submit(&admin.visit(&path).await.form(&path).with("redirect_urls", &good.to_lowercase())).await;
    let told = saved.text();
    assert!(told.contains("was saved.") && told.contains("differ only by a trailing slash"), "{told}");
}

async fn a_form_that_comes_after_the_session_leads_back_to_where_it_stood(server: TestServer) {
    let (admin, stood) = (Browser::of_administrator(&server).await, format!("{NEW}?type=hybrid"));
    let (_, form) = form(&admin, "hybrid").await;
    let referer = format!("{}{stood}", server.public_url());
    let forged = admin.form(&form.clone().with("csrf", "forged")).header("referer", &referer);
    let too_old = admin.ask(forged).await;
    assert_eq!(too_old.status, 403);
    assert!(too_old.text().contains(&format!("href=\"{stood}\">Open the form anew")), "{}", too_old.text());
    admin.cookies().remove("portcullis-session");
    for (from, to) in
        [(referer.as_str(), stood.as_str()), ("https://evil.example/portal/keys", "/portal"), ("", "/portal")]
    {
        let stranger = admin.form(&form).header("referer", from);
        let sent = admin.ask(stranger).await;
        let login = admin.visit(sent.header("location")).await;
        assert!(
            login.text().contains("Your session has ended. Nothing was changed. Sign in to go on."),
            "{}",
            login.text()
        );
        let credentials = login.form("/login").with("email", ADMIN_EMAIL).with("password", ADMIN_PASSWORD);
        assert_eq!(admin.submit(&credentials).await.path, to, "{from}");
        admin.cookies().remove("portcullis-session");
    }
}
