//! Signing keys, by hand.

use crate::support::{Browser, Page, TestServer};

on_both_engines!(keys_are_rotated_activated_and_revoked, a_key_is_revoked_only_by_its_own_id);

/// Ids of keys that a page offers to do this with.
fn keys_to(page: &Page, act: &str) -> Vec<String> {
    let text = page.text();
    let end = format!("/{act}\"");
    let links = text.split("href=\"/portal/keys/").skip(1).filter_map(|rest| {
        let address = &rest[..=rest.find('"')?];
        address.strip_suffix(&end).map(ToOwned::to_owned)
    });
    links.collect()
}

async fn keys_are_rotated_activated_and_revoked(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    let page = admin.visit("/portal/keys").await;
    assert!(keys_to(&page, "activate").is_empty() && page.text().contains("every 90 days"), "{}", page.text());
    let page = admin.submit(&page.form("/portal/keys/rotate")).await;
    let next = keys_to(&page, "activate");
    assert_eq!(next.len(), 3, "{}", page.text());
    assert!(page.text().contains("The next keys are published."));

    for id in &next {
        let activate = format!("/portal/keys/{id}/activate");
        let page = admin.submit(&admin.visit(&activate).await.form(&activate)).await;
        assert!(page.text().contains("The key signs now."), "{}", page.text());
        assert_eq!(admin.visit(&activate).await.status(), 422, "it is active already");
    }
    let token = daemon.token().await;
    server.resource_server().verify(&token).await.expect("a good token");
    for id in &next {
        let revoke = format!("/portal/keys/{id}/revoke");
        let form = admin.visit(&revoke).await.form(&revoke).with("confirm_kid", &format!(" {id} "));
        let page = admin.submit(&form).await;
        assert!(page.text().contains("The key is revoked.") && !page.text().contains(id.as_str()), "{}", page.text());
    }
    assert!(server.resource_server().verify(&token).await.is_err(), "what the key had signed is refused");
    server.resource_server().verify(&daemon.token().await).await.expect("another key signs");
    let log = admin.visit("/portal/audit?kind=key").await.text();
    assert!(log.contains("Key revoked") && log.contains("Key announced"), "{log}");
}

async fn a_key_is_revoked_only_by_its_own_id(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let id = keys_to(&admin.visit("/portal/keys").await, "revoke").remove(0);
    let revoke = format!("/portal/keys/{id}/revoke");
    for typed in ["", "something else"] {
        let form = admin.visit(&revoke).await.form(&revoke).with("confirm_kid", typed);
        let page = admin.submit(&form).await;
        assert!(page.status() == 422 && page.text().contains("Nothing was revoked."), "{}", page.text());
    }
    assert!(keys_to(&admin.visit("/portal/keys").await, "revoke").contains(&id));
    assert_eq!(admin.visit("/portal/keys/no-such-key/revoke").await.status(), 404);
}
