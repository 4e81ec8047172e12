//! Clients, whole.

use crate::support::samples::{add_client, add_role, add_secret, add_tenant, client, found, secret, try_adding};
use crate::support::{Database, NOW, StorageError, UnixTime};
use portcullis::oauth::{
    AuthMethodPolicy, BuiltInRole, Client, ClientId, ClientType, ConsentPolicy, PkcePolicy, RoleId, SigningAlgorithm,
    TenantId, UrlLists,
};

on_both_engines!(
    whoever_walks_along_ids_meets_what_is_renamed_on_the_way,
    a_client_of_every_type_comes_back_as_it_was_stored,
    every_word_of_every_policy_comes_back,
    a_change_stores_everything_and_counts_the_version_up,
    a_change_made_on_an_old_version_changes_nothing,
    a_taken_id_is_a_conflict_in_whatever_tenant,
    a_removed_client_takes_all_that_hangs_on_it,
    clients_are_found_by_their_name_in_any_case,
    clients_are_counted_for_each_tenant,
);

fn urls(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| format!("https://{word}.example/callback")).collect()
}

/// A client that has everything a client can have.
fn full(tenant: &TenantId, id: &str, client_type: ClientType, roles: &[RoleId]) -> Client {
    Client {
        client_type,
        enabled: false,
        token_lifetime: 60,
        role_ids: roles.to_vec(),
        urls: UrlLists {
            redirect: urls(&["zulu", "alpha", "mike"]),
            logout: urls(&["yankee", "bravo"]),
            cors: vec!["https://z.example".to_owned(), "https://a.example".to_owned()],
        },
        allow_offline_access: true,
        allow_access_tokens_via_browser: true,
        client_uri: Some("https://about.example/".to_owned()),
        logo_uri: Some("https://about.example/logo.png".to_owned()),
        pkce: PkcePolicy::Required,
        consent: ConsentPolicy::Always,
        auth_method: AuthMethodPolicy::Basic,
        access_token_algorithm: SigningAlgorithm::EdDsa,
        tags: vec!["zebra".to_owned(), "ant".to_owned()],
        created_at: UnixTime(NOW.0 - 5),
        version: 7,
        ..client(tenant, id)
    }
}

async fn a_client_of_every_type_comes_back_as_it_was_stored(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let roles = [add_role(&database, &tenant, "r1", None).await, add_role(&database, &tenant, "r2", None).await];
    for client_type in ClientType::ALL {
        let stored = full(&tenant, client_type.as_str(), client_type, &roles);
        add_client(&database, &stored).await;
        assert_eq!(found(&database, &stored.id).await, Some(stored));
    }
    assert_eq!(found(&database, &ClientId::new("nobody")).await, None);
}

async fn every_word_of_every_policy_comes_back(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let mut stored = client(&tenant, "all");
    add_client(&database, &stored).await;
    let most = PkcePolicy::ALL.len().max(ConsentPolicy::ALL.len()).max(AuthMethodPolicy::ALL.len());
    for at in 0..most {
        stored.pkce = PkcePolicy::ALL[at % PkcePolicy::ALL.len()];
        stored.consent = ConsentPolicy::ALL[at % ConsentPolicy::ALL.len()];
        stored.auth_method = AuthMethodPolicy::ALL[at % AuthMethodPolicy::ALL.len()];
        stored.access_token_algorithm = SigningAlgorithm::ALL[at % SigningAlgorithm::ALL.len()];
        assert!(written!(database, (stored), tx => tx.update_client(&stored, NOW).await).await.unwrap());
        stored.version += 1;
        assert_eq!(found(&database, &stored.id).await.as_ref(), Some(&stored));
    }
}

async fn a_change_stores_everything_and_counts_the_version_up(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let role = add_role(&database, &tenant, "r1", Some(BuiltInRole::Member)).await;
    let old = full(&tenant, "app", ClientType::Hybrid, &[role]);
    add_client(&database, &old).await;
    let changed =
        Client { version: old.version, created_at: old.created_at, name: "New".to_owned(), ..client(&tenant, "app") };
    let changed = Client { client_type: ClientType::Hybrid, ..changed };
    assert!(written!(database, (changed), tx => tx.update_client(&changed, NOW).await).await.unwrap());
    let expected = Client { version: old.version + 1, ..changed };
    assert_eq!(found(&database, &old.id).await, Some(expected));
}

async fn a_change_made_on_an_old_version_changes_nothing(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let first = Client { tags: vec!["first".to_owned()], ..client(&tenant, "app") };
    add_client(&database, &first).await;
    let second = Client { name: "Second".to_owned(), tags: vec!["second".to_owned()], ..first.clone() };
    assert!(written!(database, (second), tx => tx.update_client(&second, NOW).await).await.unwrap());
    let late = Client { name: "Late".to_owned(), tags: vec!["late".to_owned()], ..first };
    assert!(!written!(database, (late), tx => tx.update_client(&late, NOW).await).await.unwrap());
    let kept = Client { version: 2, ..second };
    assert_eq!(found(&database, &kept.id).await, Some(kept));
}

async fn a_taken_id_is_a_conflict_in_whatever_tenant(database: Database) {
    let (acme, other) = (add_tenant(&database, "acme").await, add_tenant(&database, "other").await);
    let first = client(&acme, "app");
    add_client(&database, &first).await;
    for tenant in [&acme, &other] {
        let again = Client { name: "Again".to_owned(), ..client(tenant, "app") };
        let refused = try_adding(&database, &again).await;
        assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
    }
    assert_eq!(found(&database, &first.id).await, Some(first));
}

async fn a_removed_client_takes_all_that_hangs_on_it(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let role = add_role(&database, &tenant, "r1", None).await;
    let gone = full(&tenant, "gone", ClientType::Hybrid, &[role]);
    add_client(&database, &gone).await;
    add_secret(&database, &gone.id, &secret(1, 1)).await;
    let id = gone.id.clone();
    let first = database.read().await.unwrap().incarnation_of_client(&id).await.unwrap();
    assert!(written!(database, (id), tx => tx.delete_client(&id).await).await.unwrap());
    assert!(!written!(database, (id), tx => tx.delete_client(&id).await).await.unwrap());
    assert_eq!(found(&database, &id).await, None);
    assert_eq!(database.read().await.unwrap().secrets_of(&id).await.unwrap(), []);

    let incarnation = async || database.read().await.unwrap().incarnation_of_client(&id).await.unwrap();
    assert_eq!(incarnation().await, 0, "nobody");

    // A new client under the old id, and the old secret's hash, begin from nothing.
    let bare = client(&tenant, "gone");
    add_client(&database, &bare).await;
    add_secret(&database, &id, &secret(1, 1)).await;
    assert_eq!(found(&database, &id).await, Some(bare));
    assert!(0 < first && first < incarnation().await, "told from the one before");
    assert_eq!(database.read().await.unwrap().secrets_of(&id).await.unwrap().len(), 1);
}

async fn clients_are_found_by_their_name_in_any_case(database: Database) {
    let (acme, other) = (add_tenant(&database, "acme").await, add_tenant(&database, "other").await);
    for (tenant, id, name) in
        [(&acme, "b", "Größe"), (&acme, "a", "GRÖßE"), (&acme, "c", "Größer"), (&other, "d", "größe")]
    {
        add_client(&database, &Client { name: name.to_owned(), ..client(tenant, id) }).await;
    }
    let ids = database.read().await.unwrap().find_clients_by_name(&acme, " gröẞe ").await.unwrap();
    assert_eq!(ids, [ClientId::new("a"), ClientId::new("b")]);
}

async fn clients_are_counted_for_each_tenant(database: Database) {
    let (acme, other) = (add_tenant(&database, "acme").await, add_tenant(&database, "other").await);
    for (tenant, id) in [(&acme, "a"), (&acme, "b"), (&other, "c")] {
        add_client(&database, &client(tenant, id)).await;
    }
    let mut reader = database.read().await.unwrap();
    assert_eq!(reader.count_all_clients(&acme).await.unwrap(), 2);
    assert_eq!(reader.count_all_clients(&TenantId::new("none")).await.unwrap(), 0);
}

async fn whoever_walks_along_ids_meets_what_is_renamed_on_the_way(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    for id in ["a", "b", "c", "d"] {
        add_client(&database, &client(&tenant, id)).await;
    }
    let page = async |after: &str| {
        let mut reader = database.read().await.unwrap();
        reader.clients_after(&tenant, ClientType::ClientCredentials, after, 2).await.unwrap()
    };
    let mut met = page("").await;
    // By name the last one would now be before the first page.
    let renamed = Client { name: "0".to_owned(), ..client(&tenant, "d") };
    assert!(written!(database, (renamed), tx => tx.update_client(&renamed, NOW).await).await.unwrap());
    met.extend(page("b").await);
    assert!(page("d").await.is_empty());
    assert_eq!(met.iter().map(|client| client.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
}
