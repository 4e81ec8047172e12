//! Text of all kinds goes in and comes out the same.

use crate::support::Database;
use crate::support::samples::{add_ada, add_client, add_tenant, client, found};
use portcullis::oauth::{Client, ClientId};

on_both_engines!(text_of_any_script_comes_back, signs_of_sql_are_text, a_zero_byte_is_an_answer_and_no_failure);

async fn text_of_any_script_comes_back(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let texts = [
        "👩‍👩‍👧‍👦 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🇪🇺".to_owned(),
        "مدير الحساب".to_owned(),
        "מנהל חשבון \u{202b}RTL\u{202c}".to_owned(),
        "e\u{301} is not \u{e9}".to_owned(),
        "line\nbreak\ttab \u{7f}\u{1}".to_owned(),
        String::new(),
        "long ".repeat(20_000),
    ];
    for (at, text) in texts.into_iter().enumerate() {
        let stored = Client {
            name: text.clone(),
            tags: vec![text.clone()],
            created_by: text,
            ..client(&tenant, &at.to_string())
        };
        add_client(&database, &stored).await;
        assert_eq!(found(&database, &stored.id).await, Some(stored));
    }
}

async fn signs_of_sql_are_text(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    for (at, text) in ["'; DROP TABLE clients; --", r#"" OR ""=""#, r"\'", "$1", "?1", ":a"].into_iter().enumerate() {
        let stored = Client { name: text.to_owned(), ..client(&tenant, &at.to_string()) };
        add_client(&database, &stored).await;
        assert_eq!(found(&database, &stored.id).await, Some(stored));
        assert_eq!(found(&database, &ClientId::new(text)).await, None);
    }
}

/// PostgreSQL has no such character, so what a stranger sends must not get as far as its refusal.
async fn a_zero_byte_is_an_answer_and_no_failure(database: Database) {
    let ada = add_ada(&database).await;
    let user = database.read().await.unwrap().find_user(&ada).await.unwrap().unwrap();
    add_client(&database, &client(&user.tenant_id, "app")).await;
    assert_eq!(found(&database, &ClientId::new("app\0")).await, None);
    assert_eq!(found(&database, &ClientId::new("\0")).await, None);
    let mut reader = database.read().await.unwrap();
    assert_eq!(reader.find_users_by_email("ada@example.com\0").await.unwrap(), []);
    let named = Client { name: "a\0b".to_owned(), ..client(&user.tenant_id, "zero") };
    add_client(&database, &named).await;
    assert_eq!(found(&database, &named.id).await.unwrap().name, "a\u{fffd}b");
}
