//! The audit log.

use crate::support::samples::add_tenant;
use crate::support::{Database, NOW, StorageError};
use portcullis::oauth::audit::{Actor, AuditEvent, Origin};
use portcullis::oauth::{TenantId, UserId};
use portcullis::storage::{AuditFilter, AuditRow};

on_both_engines!(
    a_row_tells_who_did_what_to_what,
    a_tenant_sees_its_own_rows_and_the_servers_while_it_is_alone,
    rows_are_filtered_by_target_and_time_the_latest_first,
    a_row_goes_with_the_change_that_failed,
    rows_are_found_by_words_in_any_case,
    a_row_is_sealed_once_and_swept_by_its_place,
);

fn event(tenant: Option<&TenantId>, kind: &'static str, target: &str) -> AuditEvent {
    AuditEvent {
        tenant_id: tenant.cloned(),
        action: "client.created",
        target_kind: kind,
        target_id: target.to_owned(),
        target_name: format!("The {target}"),
        detail: r#"{"after":{}}"#.to_owned(),
    }
}

async fn add(database: &Database, id: &str, event: &AuditEvent, seconds: i64) {
    let (id, by, at) = (id.to_owned(), Origin::system(), NOW.plus(seconds));
    written!(database, (id, event, by), tx => tx.insert_audit(&id, &event, &by, at).await).await.unwrap();
}

async fn list(database: &Database, tenant: &TenantId, filter: &AuditFilter, skip: i64, count: i64) -> Vec<AuditRow> {
    database.read().await.unwrap().list_audit(tenant, filter, skip, count).await.unwrap()
}

async fn ids(database: &Database, tenant: &TenantId, filter: &AuditFilter, skip: i64, count: i64) -> String {
    let rows = list(database, tenant, filter, skip, count).await;
    rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>().join(" ")
}

async fn a_row_tells_who_did_what_to_what(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let by = Origin {
        actor: Actor::User { id: UserId::new("ada"), name: "Ada Admin".to_owned() },
        address: "2001:db8::1".to_owned(),
        reference: "7K2Q-9M4D".to_owned(),
    };
    let event = event(Some(&tenant), "client", "app");
    written!(database, (event, by), tx => tx.insert_audit("01", &event, &by, NOW).await).await.unwrap();
    let expected = AuditRow {
        id: "01".to_owned(),
        at: NOW.0,
        actor_kind: "user".to_owned(),
        actor_id: "ada".to_owned(),
        actor_name: "Ada Admin".to_owned(),
        action: "client.created".to_owned(),
        target_kind: "client".to_owned(),
        target_id: "app".to_owned(),
        target_name: "The app".to_owned(),
        detail: r#"{"after":{}}"#.to_owned(),
        address: "2001:db8::1".to_owned(),
        reference: "7K2Q-9M4D".to_owned(),
        tenant_id: Some("acme".to_owned()),
        seq: None,
        hash: None,
    };
    assert_eq!(list(&database, &tenant, &AuditFilter::default(), 0, 10).await, [expected]);
}

async fn a_tenant_sees_its_own_rows_and_the_servers_while_it_is_alone(database: Database) {
    let acme = add_tenant(&database, "acme").await;
    add(&database, "1", &event(Some(&acme), "client", "app"), 1).await;
    add(&database, "3", &event(None, "key", "k1"), 3).await;
    let all = AuditFilter::default();
    assert_eq!(ids(&database, &acme, &all, 0, 10).await, "3 1");
    assert!(database.read().await.unwrap().find_audit(&acme, "3").await.unwrap().is_some());
    let other = add_tenant(&database, "other").await;
    add(&database, "2", &event(Some(&other), "client", "app"), 2).await;
    let about_app = AuditFilter {
        target_kind: Some("client".to_owned()),
        target_id: Some("app".to_owned()),
        ..AuditFilter::default()
    };
    for (tenant, own) in [(&acme, "1"), (&other, "2")] {
        assert_eq!(ids(&database, tenant, &all, 0, 10).await, own);
        assert_eq!(ids(&database, tenant, &about_app, 0, 10).await, own);
        assert!(database.read().await.unwrap().find_audit(tenant, "3").await.unwrap().is_none());
    }
}

async fn rows_are_filtered_by_target_and_time_the_latest_first(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let rows = [("1", "client", "a", 1), ("2", "client", "b", 2), ("4", "user", "a", 3), ("3", "client", "a", 3)];
    for (id, kind, target, seconds) in rows {
        add(&database, id, &event(Some(&tenant), kind, target), seconds).await;
    }
    let cases = [
        (None, None, None, 0, 10, "4 3 2 1"),
        (None, None, None, 1, 2, "3 2"),
        (None, None, None, -1, 1, "4"),
        (None, None, None, 0, -1, ""),
        (Some("client"), None, None, 0, 10, "3 2 1"),
        (Some("client"), Some("a"), None, 0, 10, "3 1"),
        (Some("client"), Some("a"), None, 1, 10, "1"),
        (Some("client"), Some("a"), Some(2), 0, 10, "3"),
        (None, Some("a"), None, 0, 10, "4 3 1"),
        (None, None, Some(2), 0, 10, "4 3 2"),
    ];
    for (kind, target, since, skip, count, expected) in cases {
        let filter = AuditFilter {
            target_kind: kind.map(str::to_owned),
            target_id: target.map(str::to_owned),
            since: since.map(|seconds| NOW.plus(seconds)),
            ..AuditFilter::default()
        };
        assert_eq!(ids(&database, &tenant, &filter, skip, count).await, expected, "{filter:?} {skip} {count}");
    }
}

async fn a_row_goes_with_the_change_that_failed(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let (event, by) = (event(Some(&tenant), "client", "app"), Origin::system());
    let refused = written!(database, (event, by), tx => {
        tx.insert_audit("1", &event, &by, NOW).await?;
        Err::<(), _>(StorageError::Other("changed our mind".to_owned()))
    });
    assert!(refused.await.is_err());
    assert_eq!(ids(&database, &tenant, &AuditFilter::default(), 0, 10).await, "");
}

async fn rows_are_found_by_words_in_any_case(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    add(&database, "1", &event(Some(&tenant), "client", "App_1"), 1).await;
    add(&database, "2", &event(Some(&tenant), "client", "other"), 2).await;
    let cases = [("the APP", "1"), ("client.c", "2 1"), ("app_", "1"), ("app%", ""), ("SYSTEM", "2 1"), ("nobody", "")];
    for (text, expected) in cases {
        let filter = AuditFilter { text: Some(text.to_owned()), ..AuditFilter::default() };
        assert_eq!(ids(&database, &tenant, &filter, 0, 10).await, expected, "{text}");
    }
    let until = AuditFilter { until: Some(NOW.plus(2)), ..AuditFilter::default() };
    assert_eq!(ids(&database, &tenant, &until, 0, 10).await, "1");
    let found = database.read().await.unwrap().find_audit(&tenant, "1").await.unwrap();
    assert_eq!(found.map(|row| row.target_id).as_deref(), Some("App_1"));
    let elsewhere = TenantId::new("other");
    assert_eq!(database.read().await.unwrap().find_audit(&elsewhere, "1").await.unwrap(), None);
}

async fn a_row_is_sealed_once_and_swept_by_its_place(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    for id in ["1", "2", "3"] {
        add(&database, id, &event(Some(&tenant), "client", id), 0).await;
    }
    let seal = async |id: &'static str, seq| {
        written!(database, (), tx => tx.seal_audit(id, seq, &[7; 32]).await).await.unwrap()
    };
    assert_eq!([seal("1", 1).await, seal("2", 2).await, seal("1", 3).await], [true, true, false]);
    let mut reader = database.read().await.unwrap();
    assert_eq!(reader.unsealed_audit(10).await.unwrap().len(), 1);
    assert_eq!(reader.audit_links("acme", 1, 10).await.unwrap()[0].id, "2");
    assert_eq!(reader.audit_links("", 0, 10).await.unwrap(), []);
    assert_eq!(reader.first_audit_link("acme", NOW.0).await.unwrap(), Some(1));
    drop(reader);
    assert_eq!(written!(database, (), tx => tx.sweep_audit("acme", 1).await).await.unwrap(), 1);
    assert_eq!(ids(&database, &tenant, &AuditFilter::default(), 0, 10).await, "3 2", "what is not sealed stays");
}
