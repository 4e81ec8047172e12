//! Users.

use crate::support::samples::{add_ada, add_role, add_tenant, add_user, hash, session, user};
use crate::support::{Database, NOW, StorageError};
use portcullis::oauth::{BuiltInRole, TenantId, UserId};
use portcullis::redacted::Redacted;
use portcullis::storage::{LinkPurpose, NewUser, User, WebSession};

on_both_engines!(
    a_user_comes_back_as_it_was_stored,
    st_07_an_address_is_one_in_any_case_and_unique_in_its_tenant,
    st_07_forms_of_one_letter_are_one_address_in_every_list_and_search,
    a_password_is_replaced,
    a_password_is_replaced_once_by_those_who_know_it,
    a_switch_begins_a_generation_and_a_change_of_the_name_does_not,
    a_password_is_hashed_anew_only_if_it_is_still_the_same,
    a_disabled_user_and_a_sign_in_are_kept,
    a_change_stores_everything_and_counts_the_version_up,
    a_change_made_on_an_old_version_changes_nothing,
    a_change_to_a_taken_address_is_a_conflict,
    a_removed_user_takes_sessions_links_and_roles,
    users_are_listed_by_text_and_page,
);

async fn get(database: &Database, id: &UserId) -> Option<User> {
    database.read().await.unwrap().find_user(id).await.unwrap()
}

fn hash_of(user: &User) -> Option<&str> {
    user.password_hash.as_ref().map(|hash| hash.expose().as_str())
}

async fn a_user_comes_back_as_it_was_stored(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let claims = r#"{"given_name":"Ada"}"#.to_owned();
    for (id, password) in [("with", Some("$argon2id$one")), ("without", None)] {
        let new = NewUser {
            claims: claims.clone(),
            password_hash: password.map(|hash| Redacted::new(hash.to_owned())),
            ..user(&tenant, id, &format!("{id}@Example.com"))
        };
        add_user(&database, &new).await.unwrap();
        let stored = get(&database, &new.id).await.unwrap();
        assert_eq!(hash_of(&stored), password);
        let expected = User {
            id: new.id,
            tenant_id: tenant.clone(),
            email: new.email,
            name: new.name,
            claims: claims.clone(),
            password_hash: stored.password_hash.clone(),
            password_changed_at: password.map(|_| NOW),
            enabled: true,
            created_at: NOW,
            updated_at: NOW,
            last_sign_in_at: None,
            version: 1,
            generation: i64::from(password.is_some()),
        };
        assert_eq!(stored, expected);
    }
    assert_eq!(get(&database, &UserId::new("nobody")).await, None);
}

async fn st_07_an_address_is_one_in_any_case_and_unique_in_its_tenant(database: Database) {
    let (tenant, other) = (add_tenant(&database, "acme").await, add_tenant(&database, "other").await);
    add_user(&database, &user(&tenant, "ada", "Ada.Ölmez@Example.com")).await.unwrap();
    let refused = add_user(&database, &user(&tenant, "again", "ada.ÖLMEZ@example.COM")).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
    add_user(&database, &user(&other, "other-ada", "ADA.ölmez@example.com")).await.unwrap();
    let mut reader = database.read().await.unwrap();
    let found = reader.find_users_by_email(" ada.ölmez@EXAMPLE.com").await.unwrap();
    let ids: Vec<_> = found.iter().map(|user| user.id.as_str()).collect();
    assert_eq!(ids, ["ada", "other-ada"]);
    assert_eq!(found[0].email, "Ada.Ölmez@Example.com");
    assert_eq!(reader.find_users_by_email("ada%").await.unwrap(), []);
}

async fn st_07_forms_of_one_letter_are_one_address_in_every_list_and_search(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let zoe = NewUser { name: "Zoe\u{308} Gro\u{df}".to_owned(), ..user(&tenant, "zoe", "Zoe\u{308}@example.com") };
    add_user(&database, &zoe).await.unwrap();
    for spelling in ["zo\u{eb}@example.com", "ZO\u{cb}@EXAMPLE.COM", "\u{ff3a}oe\u{308}@example.com"] {
        let refused = add_user(&database, &user(&tenant, "again", spelling)).await;
        assert!(matches!(refused, Err(StorageError::Conflict(_))), "{spelling}: {refused:?}");
        let found = database.read().await.unwrap().find_users_by_email(spelling).await.unwrap();
        assert_eq!(found.len(), 1, "{spelling}");
        assert_eq!(found[0].email, zoe.email, "as it was typed");
    }
    for part in ["ZO\u{cb}", "gross", "GRO\u{df}", "e\u{308} g"] {
        assert_eq!(list(&database, &tenant, Some(part), 0, 10).await, "zoe", "{part}");
    }
    add_user(&database, &user(&tenant, "other", "zoe@example.com")).await.unwrap();
}

async fn a_password_is_replaced(database: Database) {
    let ada = add_ada(&database).await;
    let later = NOW.plus(60);
    assert!(written!(database, (ada), tx => tx.set_password(&ada, "$new", later).await).await.unwrap());
    let user = get(&database, &ada).await.unwrap();
    assert_eq!(hash_of(&user), Some("$new"));
    assert_eq!((user.password_changed_at, user.updated_at, user.version), (Some(later), later, 2));
    assert_eq!(user.generation, 1);
    let nobody = UserId::new("nobody");
    assert!(!written!(database, (nobody), tx => tx.set_password(&nobody, "$new", later).await).await.unwrap());
}

async fn a_password_is_replaced_once_by_those_who_know_it(database: Database) {
    let ada = add_ada(&database).await;
    let told = crate::racing::all(16, |number| {
        let (database, ada, hash) = (database.clone(), ada.clone(), format!("$new{number}"));
        async move { written!(database, (ada, hash), tx => tx.replace_password(&ada, 0, &hash, NOW).await).await.unwrap() }
    });
    assert_eq!(told.await.into_iter().filter(|replaced| *replaced).count(), 1);
    assert_eq!(get(&database, &ada).await.unwrap().generation, 1);
    written!(database, (ada), tx => tx.set_user_enabled(&ada, false, NOW).await).await.unwrap();
    let late = written!(database, (ada), tx => tx.replace_password(&ada, 2, "$late", NOW).await);
    assert!(!late.await.unwrap(), "a disabled user changes nothing");
}

async fn a_switch_begins_a_generation_and_a_change_of_the_name_does_not(database: Database) {
    let ada = add_ada(&database).await;
    let switch = async |enabled| {
        written!(database, (ada), tx => tx.set_user_enabled(&ada, enabled, NOW).await).await.unwrap();
        get(&database, &ada).await.unwrap().generation
    };
    assert_eq!([switch(true).await, switch(false).await, switch(false).await, switch(true).await], [0, 1, 1, 2]);
    for (name, enabled, generation) in [("Ada L.", true, 2), ("Ada L.", false, 3), ("Ada K.", false, 3)] {
        let stored = get(&database, &ada).await.unwrap();
        let changed = User { name: name.to_owned(), enabled, ..stored };
        assert!(written!(database, (changed), tx => tx.update_user(&changed, NOW).await).await.unwrap());
        assert_eq!(get(&database, &ada).await.unwrap().generation, generation, "{name} {enabled}");
    }
}

async fn a_password_is_hashed_anew_only_if_it_is_still_the_same(database: Database) {
    let ada = add_ada(&database).await;
    written!(database, (ada), tx => tx.set_password(&ada, "$one", NOW).await).await.unwrap();
    assert!(written!(database, (ada), tx => tx.rehash_password(&ada, "$one", "$two").await).await.unwrap());
    assert!(!written!(database, (ada), tx => tx.rehash_password(&ada, "$one", "$late").await).await.unwrap());
    assert_eq!(hash_of(&get(&database, &ada).await.unwrap()), Some("$two"));
}

async fn a_disabled_user_and_a_sign_in_are_kept(database: Database) {
    let ada = add_ada(&database).await;
    let later = NOW.plus(60);
    assert!(written!(database, (ada), tx => tx.note_sign_in(&ada, 0, later).await).await.unwrap());
    assert!(!written!(database, (ada), tx => tx.note_sign_in(&ada, 1, NOW).await).await.unwrap());
    assert!(written!(database, (ada), tx => tx.set_user_enabled(&ada, false, later).await).await.unwrap());
    let user = get(&database, &ada).await.unwrap();
    assert_eq!((user.enabled, user.last_sign_in_at, user.updated_at, user.version), (false, Some(later), later, 2));
    assert!(!written!(database, (ada), tx => tx.note_sign_in(&ada, 1, NOW).await).await.unwrap(), "disabled");
}

async fn a_change_stores_everything_and_counts_the_version_up(database: Database) {
    let old = get(&database, &add_ada(&database).await).await.unwrap();
    let changed = User {
        email: "Countess@example.com".to_owned(),
        name: "Größte Gräfin".to_owned(),
        claims: r#"{"locale":"de"}"#.to_owned(),
        enabled: false,
        ..old.clone()
    };
    let later = NOW.plus(60);
    assert!(written!(database, (changed), tx => tx.update_user(&changed, later).await).await.unwrap());
    let expected = User { updated_at: later, version: 2, generation: 1, ..changed };
    let mut reader = database.read().await.unwrap();
    assert_eq!(reader.find_users_by_email("COUNTESS@example.com").await.unwrap(), std::slice::from_ref(&expected));
    assert_eq!(reader.find_users_by_email(&old.email).await.unwrap(), []);
    assert_eq!(reader.list_users(&old.tenant_id, Some("GRÄFIN"), 0, 10).await.unwrap(), [expected]);
}

async fn a_change_made_on_an_old_version_changes_nothing(database: Database) {
    let ada = get(&database, &add_ada(&database).await).await.unwrap();
    let (first, late) =
        (User { name: "First".to_owned(), ..ada.clone() }, User { name: "Late".to_owned(), ..ada.clone() });
    assert!(written!(database, (first), tx => tx.update_user(&first, NOW).await).await.unwrap());
    assert!(!written!(database, (late), tx => tx.update_user(&late, NOW).await).await.unwrap());
    assert_eq!(get(&database, &ada.id).await, Some(User { version: 2, ..first }));
}

async fn a_change_to_a_taken_address_is_a_conflict(database: Database) {
    let ada = get(&database, &add_ada(&database).await).await.unwrap();
    add_user(&database, &user(&ada.tenant_id, "bob", "bob@example.com")).await.unwrap();
    let taken = User { email: "BOB@example.com".to_owned(), ..ada.clone() };
    let refused = written!(database, (taken), tx => tx.update_user(&taken, NOW).await).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
    assert_eq!(get(&database, &ada.id).await, Some(ada));
}

async fn a_removed_user_takes_sessions_links_and_roles(database: Database) {
    let ada = add_ada(&database).await;
    let tenant = get(&database, &ada).await.unwrap().tenant_id;
    let role = add_role(&database, &tenant, "r1", Some(BuiltInRole::Administrator)).await;
    let adas = WebSession { user_id: Some(ada.clone()), ..session(1) };
    let (link, end) = (hash(1), NOW.plus(60));
    let all = written!(database, (ada, adas, role), tx => {
        tx.set_user_roles(&ada, &[role]).await?;
        tx.insert_session(&adas).await?;
        tx.insert_link(&link, &ada, LinkPurpose::Reset, NOW, end).await
    });
    all.await.unwrap();
    assert!(written!(database, (ada), tx => tx.delete_user(&ada).await).await.unwrap());
    assert!(!written!(database, (ada), tx => tx.delete_user(&ada).await).await.unwrap());
    let mut reader = database.read().await.unwrap();
    assert_eq!(reader.find_user(&ada).await.unwrap(), None);
    assert_eq!(reader.find_session(&adas.id_hash, NOW).await.unwrap(), None);
    assert_eq!(reader.find_link(&link, NOW).await.unwrap(), None);
    assert_eq!(reader.roles_of_user(&ada).await.unwrap(), []);
    assert!(!reader.has_administrator().await.unwrap());
}

async fn list(database: &Database, tenant: &TenantId, filter: Option<&str>, skip: i64, count: i64) -> String {
    let users = database.read().await.unwrap().list_users(tenant, filter, skip, count).await.unwrap();
    users.iter().map(|user| user.id.as_str()).collect::<Vec<_>>().join(" ")
}

async fn users_are_listed_by_text_and_page(database: Database) {
    let (tenant, other) = (add_tenant(&database, "acme").await, add_tenant(&database, "other").await);
    let users =
        [("c", "cyd@example.com", "Ärmel %"), ("a", "Ada@example.com", "Zoë"), ("b", "bob_x@example.com", "Bob ÄRMEL")];
    for (id, email, name) in users {
        add_user(&database, &NewUser { name: name.to_owned(), ..user(&tenant, id, email) }).await.unwrap();
    }
    add_user(&database, &user(&other, "z", "ada@example.com")).await.unwrap();
    let cases = [
        (None, 0, 10, "a b c"),
        (None, 1, 1, "b"),
        (None, -1, 1, "a"),
        (None, 0, -1, ""),
        (Some("ADA"), 0, 10, "a"),
        (Some("ärmel"), 0, 10, "b c"),
        (Some("ÄRMEL"), 0, 10, "b c"),
        (Some("_"), 0, 10, "b"),
        (Some("%"), 0, 10, "c"),
        (Some("!"), 0, 10, ""),
    ];
    for (filter, skip, count, expected) in cases {
        assert_eq!(list(&database, &tenant, filter, skip, count).await, expected, "{filter:?} {skip} {count}");
        let counted = database.read().await.unwrap().count_users(&tenant, filter).await.unwrap();
        if (skip, count) == (0, 10) {
            assert_eq!(usize::try_from(counted).unwrap(), expected.split_whitespace().count(), "{filter:?}");
        }
    }
}
