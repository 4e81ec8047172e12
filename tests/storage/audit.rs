//! The audit log.

use crate::support::samples::add_tenant;
use crate::support::{Database, NOW, StorageError};
use portcullis::oauth::audit::{Actor, AuditEvent, Origin};
use portcullis::oauth::{TenantId, UserId};
use portcullis::storage::{AuditFilter, AuditRow, Leftover};

on_both_engines!(
    a_row_tells_who_did_what_to_what,
    a_tenant_sees_its_own_rows_and_the_servers,
    rows_are_filtered_by_target_and_time_the_latest_first,
    a_row_goes_with_the_change_that_failed,
    rows_are_swept_by_their_time,
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
    };
    assert_eq!(list(&database, &tenant, &AuditFilter::default(), 0, 10).await, [expected]);
}

async fn a_tenant_sees_its_own_rows_and_the_servers(database: Database) {
    let (acme, other) = (add_tenant(&database, "acme").await, add_tenant(&database, "other").await);
    add(&database, "1", &event(Some(&acme), "client", "app"), 1).await;
    add(&database, "2", &event(Some(&other), "client", "app"), 2).await;
    add(&database, "3", &event(None, "key", "k1"), 3).await;
    let about_app = AuditFilter {
        target_kind: Some("client".to_owned()),
        target_id: Some("app".to_owned()),
        ..AuditFilter::default()
    };
    for (tenant, all, app) in [(&acme, "3 1", "1"), (&other, "3 2", "2")] {
        assert_eq!(ids(&database, tenant, &AuditFilter::default(), 0, 10).await, all);
        assert_eq!(ids(&database, tenant, &about_app, 0, 10).await, app);
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

async fn rows_are_swept_by_their_time(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    for (id, seconds) in [("1", 0), ("2", 10), ("3", 20)] {
        add(&database, id, &event(Some(&tenant), "client", "app"), seconds).await;
    }
    let sweep =
        async |before| written!(database, (), tx => tx.sweep(Leftover::AuditEvents, before, 500).await).await.unwrap();
    assert_eq!(sweep(NOW.plus(10)).await, 1);
    assert_eq!(sweep(NOW.plus(10)).await, 0);
    assert_eq!(ids(&database, &tenant, &AuditFilter::default(), 0, 10).await, "3 2");
}
