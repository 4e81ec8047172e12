//! Roles of the account, and who holds them.

use crate::support::{Browser, TestServer};
use portcullis::oauth::BuiltInRole;

on_both_engines!(
    a_role_is_added_changed_and_removed,
    a_role_is_given_and_taken_away,
    built_in_roles_stand_as_they_are,
    the_last_administrator_keeps_the_role,
);

const NEW: &str = "/portal/roles/new";

/// Adds a role; its page.
async fn add_role(admin: &Browser, name: &str) -> String {
    let form = admin.visit(NEW).await.form("/portal/roles").with("name", name).with("description", "For pumps.");
    let page = admin.submit(&form).await;
    assert!(page.status() == 200 && page.heading() == name, "{}", page.text());
    page.path.split('?').next().expect("a path").to_owned()
}

async fn a_role_is_added_changed_and_removed(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let role = add_role(&admin, "Pump Operator").await;
    assert_eq!(add_role(&admin, "Pump Operator").await, role, "the same form twice adds one");
    let other = admin.visit(NEW).await.form("/portal/roles").with("name", "pump OPERATOR").with("description", "x");
    let page = admin.submit(&other).await;
    assert!(page.status() == 422 && page.text().contains("another role with this name"), "{}", page.text());
    assert_eq!(page.form("/portal/roles").value("name"), "pump OPERATOR", "what was typed stays");

    let edit = format!("{role}/edit");
    let (first, second) = (admin.visit(&edit).await.form(&edit), admin.visit(&edit).await.form(&edit));
    assert_eq!(admin.submit(&first.with("name", "Pump Keeper")).await.heading(), "Pump Keeper");
    assert_eq!(admin.submit(&second.with("name", "Pump Owner")).await.status(), 409, "it was changed in between");

    let remove = format!("{role}/remove");
    let page = admin.visit(&remove).await;
    assert!(page.text().contains("0 users and 0 clients lose it"), "{}", page.text());
    let page = admin.submit(&page.form(&remove)).await;
    assert!(page.path.starts_with("/portal/roles?done=removed") && !page.text().contains("Pump"), "{}", page.text());
    assert_eq!(admin.visit(&role).await.status(), 404);
}

async fn a_role_is_given_and_taken_away(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    server.user("uma@example.com").await;
    let role = add_role(&admin, "Pump Operator").await;
    let id = role.rsplit('/').next().expect("an id").to_owned();
    let identities = format!("{role}/identities");
    let form_of = |page: &crate::support::Page, kind: &str| {
        let forms = crate::support::html::forms(&page.text()).into_iter();
        let mut of_kind = forms.filter(|form| form.action == identities && form.value("kind") == kind);
        of_kind.next().expect("a form")
    };
    for (query, kind) in [("nightly", "client"), ("uma@", "user")] {
        let page = admin.visit(&format!("{role}?q={query}")).await;
        let page = admin.submit(&form_of(&page, kind).with("held", "true")).await;
        assert!(page.text().contains("The role was given."), "{}", page.text());
        let page = admin.visit(&format!("{role}?q={query}")).await.text();
        assert!(page.contains("Nobody who does not hold it already"), "{page}");
    }
    let claims = server.resource_server().verify(&daemon.token().await).await.expect("a good token").claims;
    assert!(claims["roles"].as_array().expect("roles").contains(&id.clone().into()), "{claims}");
    let page = admin.visit(&format!("{role}/remove")).await.text();
    assert!(page.contains("1 user and 1 client lose it"), "{page}");

    let page = admin.visit(&role).await;
    admin.submit(&form_of(&page, "client").with("held", "false")).await;
    let claims = server.resource_server().verify(&daemon.token().await).await.expect("a good token").claims;
    assert!(!claims["roles"].as_array().expect("roles").contains(&id.into()), "{claims}");
}

async fn built_in_roles_stand_as_they_are(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    for role in server.operator().await.roles().await {
        let page = admin.visit(&format!("/portal/roles/{}", role.id)).await;
        assert_eq!((page.status(), page.heading()), (200, role.name.clone()));
        assert!(!page.text().contains("Edit Role") && !page.text().contains("Remove Role"), "{}", role.name);
        for what in ["edit", "remove"] {
            assert_eq!(admin.visit(&format!("/portal/roles/{}/{what}", role.id)).await.status(), 422);
        }
        let everybody = role.built_in == Some(BuiltInRole::Member);
        assert_eq!(page.text().contains("Every user and every client has this role"), everybody);
    }
}

async fn the_last_administrator_keeps_the_role(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let roles = server.operator().await.roles().await;
    let role = roles.iter().find(|role| role.built_in == Some(BuiltInRole::Administrator)).expect("the role");
    let page = admin.visit(&format!("/portal/roles/{}", role.id)).await;
    let form = page.form(&format!("/portal/roles/{}/identities", role.id)).with("held", "false");
    let page = admin.submit(&form).await;
    assert!(page.status() == 422 && page.text().contains("the last Account Administrator"), "{}", page.text());
}
