//! The document of the API, for programs and for people.

use crate::support::http::send;
use crate::support::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use crate::support::{Browser, TestServer};
use reqwest::Method;
use std::collections::BTreeSet;

on_both_engines!(
    the_document_is_kept_by_its_tag_and_read_from_everywhere,
    every_operation_and_every_body_has_a_page,
    strangers_sign_in_before_the_pages_unless_these_are_for_everybody,
);

async fn the_document_is_kept_by_its_tag_and_read_from_everywhere(server: TestServer) {
    let answer = server.http().get("/api/openapi.json").await;
    let document = answer.json();
    assert_eq!((answer.status, &document["openapi"]), (200, &serde_json::json!("3.1.0")));
    assert_eq!(document["servers"][0]["url"], server.public_url());
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let tag = answer.header("etag");
    let again = server.http().request(Method::GET, "/api/openapi.json").header("if-none-match", tag);
    let again = send(again).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
}

/// Where the links of a page lead that are about the API.
fn links(page: &str) -> BTreeSet<String> {
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter(|link| link.starts_with("/api/")).map(ToOwned::to_owned).collect()
}

async fn every_operation_and_every_body_has_a_page(server: TestServer) {
    let document = server.http().get("/api/openapi.json").await.json();
    let paths = document["paths"].as_object().expect("paths").values();
    let operations = paths.flat_map(|path| path.as_object().expect("operations").values());
    let ids: BTreeSet<String> =
        operations.filter_map(|operation| Some(format!("/api/docs/{}", operation["operationId"].as_str()?))).collect();
    let reader = Browser::of_administrator(&server).await;
    let first = reader.visit("/api/docs").await;
    assert_eq!(first.status(), 200);
    let listed = links(&first.text());
    assert!(ids.len() > 50 && ids.is_subset(&listed), "not listed: {:?}", ids.difference(&listed));
    let (mut seen, mut todo) = (BTreeSet::from(["/api/docs".to_owned()]), listed);
    while let Some(link) = todo.pop_first() {
        if !seen.insert(link.clone()) {
            continue;
        }
        let page = reader.visit(&link).await;
        assert_eq!((page.status(), page.path.as_str()), (200, link.as_str()));
        if link != "/api/openapi.json" {
            assert!(page.answer.header("content-type").starts_with("text/html"), "{link}");
            todo.extend(links(&page.text()));
        }
    }
    assert!(seen.iter().any(|link| link.starts_with("/api/docs/shapes/")));
    for nothing in ["/api/docs/nothing", "/api/docs/shapes/nothing", "/api/docs/x/y"] {
        assert_eq!(reader.visit(nothing).await.status(), 404, "{nothing}");
    }
}

async fn strangers_sign_in_before_the_pages_unless_these_are_for_everybody(server: TestServer) {
    let pages = ["/api/docs", "/api/docs/getRole", "/api/docs/shapes/Role"];
    let stranger = Browser::new(&server);
    for page in pages {
        assert_eq!(stranger.visit(page).await.heading(), "Sign in", "{page}");
    }
    // Whoever signs in is where they wanted to go.
    let form = stranger.visit(pages[1]).await.form("/login");
    let page = stranger.submit(&form.with("email", ADMIN_EMAIL).with("password", ADMIN_PASSWORD)).await;
    assert_eq!((page.path.as_str(), page.heading().as_str()), (pages[1], "getRole"));
    assert_eq!(server.http().get("/api/openapi.json").await.status, 200, "programs do not sign in");

    std::fs::write(server.place().folder().join("portcullis.toml"), "[api]\npublic_docs = true\n").expect("a file");
    server.restart().await;
    let stranger = Browser::new(&server);
    for page in pages {
        assert_eq!(stranger.visit(page).await.path, page);
    }
}
