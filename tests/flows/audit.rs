//! The audit log as a chain: what is changed or gone is found, what is swept is not missed.

use crate::scene::Scene;
use crate::support::places::opened;
use crate::support::raw::run;
use crate::support::{Location, NOW};
use portcullis::flows::admin::{Administrator, AuditFilter, NewRole};
use portcullis::flows::audit_chain::{ChainFault, ReadExport};
use portcullis::oauth::TenantId;
use std::sync::Arc;

on_both_empty!(
    st_10_a_chain_is_whole_until_an_entry_is_changed,
    st_10_an_entry_that_is_removed_is_missed_wherever_it_was,
    st_10_a_chain_cannot_be_made_anew_without_the_master_key,
    st_10_a_running_server_notices_that_a_chain_was_begun_anew,
    st_10_the_servers_own_entries_are_for_the_only_tenant,
    swept_entries_are_not_missed,
    nodes_that_seal_at_once_make_one_chain,
    an_export_is_checked_by_itself_and_against_the_store,
);

/// A scene in whose log are as many entries.
async fn with_entries(location: &Location, count: usize) -> (Scene, Administrator) {
    let scene = Scene::set(opened(location).await).await;
    let by = Administrator::operator(TenantId::new("acme"), None);
    add_roles(&scene, &by, 0..count).await;
    (scene, by)
}

async fn add_roles(scene: &Scene, by: &Administrator, numbers: std::ops::Range<usize>) {
    for number in numbers {
        let new = NewRole { name: format!("Role {number}"), ..NewRole::default() };
        scene.provider.create_role(by, new).await.unwrap();
    }
}

/// What is wrong.
async fn faults(scene: &Scene) -> Vec<ChainFault> {
    let check = scene.provider.check_audit().await.unwrap();
    check.faults().map(|(_, fault)| fault.clone()).collect()
}

async fn st_10_a_chain_is_whole_until_an_entry_is_changed(location: Location) {
    let (scene, by) = with_entries(&location, 5).await;
    let check = scene.provider.check_audit().await.unwrap();
    assert_eq!((check.entries(), check.since(), check.faults().count()), (5, Some(NOW), 0));
    assert_eq!(scene.provider.seal_audit().await.unwrap(), 0, "they are sealed already");
    add_roles(&scene, &by, 5..7).await;
    assert_eq!(scene.provider.seal_audit().await.unwrap(), 2);
    assert_eq!(faults(&scene).await, []);
    run(&location, "UPDATE audit_events SET actor_name = 'somebody else' WHERE seq = 3").await;
    assert_eq!(faults(&scene).await, [ChainFault::Changed(3)]);
    run(&location, "UPDATE audit_events SET actor_name = 'local operator' WHERE seq = 3").await;
    assert_eq!(faults(&scene).await, [], "as it was");
    run(&location, "UPDATE audit_events SET hash = NULL, seq = NULL WHERE seq = 7").await;
    assert!(!faults(&scene).await.is_empty(), "it cannot be sealed a second time unnoticed");
}

async fn st_10_an_entry_that_is_removed_is_missed_wherever_it_was(location: Location) {
    let (scene, _) = with_entries(&location, 6).await;
    assert_eq!(faults(&scene).await, []);
    for (removed, fault) in [
        ("seq = 6", ChainFault::Missing(6, 6)),
        ("seq = 1", ChainFault::Missing(1, 1)),
        ("seq IN (3, 4)", ChainFault::Missing(3, 4)),
    ] {
        run(&location, &format!("DELETE FROM audit_events WHERE {removed}")).await;
        assert!(faults(&scene).await.contains(&fault), "{removed}");
    }
    scene.provider.sweep_audit(NOW.plus(1)).await.unwrap();
    assert!(faults(&scene).await.contains(&ChainFault::Missing(1, 1)), "sweeping does not hide a hole");
}

async fn st_10_a_chain_cannot_be_made_anew_without_the_master_key(location: Location) {
    let (scene, by) = with_entries(&location, 4).await;
    assert_eq!(faults(&scene).await, []);
    // The last entry is taken off, and the end of the chain moved to the one before.
    let end = "(SELECT hash FROM audit_events WHERE seq = 3)";
    run(&location, &format!("UPDATE audit_chains SET head_seq = 3, head_hash = {end}")).await;
    run(&location, "DELETE FROM audit_events WHERE seq = 4").await;
    let found = [ChainFault::BegunAnew(4), ChainFault::Forged];
    assert_eq!(faults(&scene).await, found);
    add_roles(&scene, &by, 10..12).await;
    assert_eq!(faults(&scene).await, found, "what comes after does not make it good");
    let restarted = Scene::on(scene.database.clone(), portcullis::flows::TokenLifetimes::default()).await;
    assert_eq!(faults(&restarted).await, [ChainFault::Forged], "one that saw nothing of it");
}

async fn st_10_a_running_server_notices_that_a_chain_was_begun_anew(location: Location) {
    let (scene, by) = with_entries(&location, 4).await;
    assert_eq!(faults(&scene).await, []);
    run(&location, "DELETE FROM audit_events").await;
    run(&location, "DELETE FROM audit_chains").await;
    for entries in [0..0, 10..11, 11..14, 14..20] {
        add_roles(&scene, &by, entries).await;
        assert_eq!(faults(&scene).await, [ChainFault::BegunAnew(4)]);
        assert!(scene.provider.last_audit_check().expect("a check").of_tenant(&by).faults().count() == 1);
    }
}

async fn st_10_the_servers_own_entries_are_for_the_only_tenant(location: Location) {
    let (scene, by) = with_entries(&location, 2).await;
    run(&location, "UPDATE audit_events SET tenant_id = NULL, action = 'key.revoked' WHERE action = 'role.created'")
        .await;
    add_roles(&scene, &by, 2..3).await;
    let shown = async || {
        let listed = scene.provider.list_audit(&by, &AuditFilter::default(), 0, 100).await.unwrap();
        let mut walk = scene.provider.walk_audit(Some(&by), AuditFilter::default()).await.unwrap();
        let mut exported = 0;
        while let Some(entries) = walk.next().await.unwrap() {
            exported += entries.iter().filter(|entry| entry.action == "key.revoked").count();
        }
        let own = listed.iter().find(|row| row.action == "key.revoked");
        if let Some(own) = own {
            assert!(scene.provider.audit_row(&by, &own.id).await.is_ok());
        }
        (listed.iter().filter(|row| row.action == "key.revoked").count(), exported)
    };
    let checked = async || {
        let check = scene.provider.check_audit().await.unwrap();
        check.of_tenant(&by).chains.iter().any(|report| report.chain.is_empty())
    };
    assert_eq!(shown().await, (0, 0), "there is another tenant");
    assert!(!checked().await, "what the check found of the server's chain is for nobody either");
    let mut walk = scene.provider.walk_audit(None, AuditFilter::default()).await.unwrap();
    let all = walk.next().await.unwrap().expect("entries");
    let own = all.into_iter().find(|entry| entry.tenant_id.is_none()).expect("whoever may see all chains sees it");
    assert!(scene.provider.audit_row(&by, &own.id).await.is_err());
    let about =
        AuditFilter { target_kind: Some(own.target_kind), target_id: Some(own.target_id), ..AuditFilter::default() };
    assert_eq!(scene.provider.list_audit(&by, &about, 0, 100).await.unwrap(), []);
    run(&location, "DELETE FROM tenants WHERE id <> 'acme'").await;
    assert_eq!(shown().await, (2, 2));
    assert!(checked().await);
    assert_eq!(scene.provider.list_audit(&by, &about, 0, 100).await.unwrap().len(), 1);
}

async fn swept_entries_are_not_missed(location: Location) {
    let (scene, by) = with_entries(&location, 3).await;
    scene.wait(1_000);
    add_roles(&scene, &by, 3..6).await;
    scene.provider.sweep_audit(NOW.plus(500)).await.unwrap();
    assert_eq!(faults(&scene).await, []);
    let before = scene.provider.list_audit(&by, &AuditFilter::default(), 0, 100).await.unwrap().len();
    assert_eq!(before, 6, "what is not sealed is not swept");
    scene.provider.sweep_audit(NOW.plus(500)).await.unwrap();
    let check = scene.provider.check_audit().await.unwrap();
    assert_eq!((check.entries(), check.since(), check.faults().count()), (3, Some(NOW.plus(1_000)), 0));
    assert_eq!(check.chains[0].swept, 3);
    add_roles(&scene, &by, 6..7).await;
    assert_eq!(faults(&scene).await, []);
}

async fn nodes_that_seal_at_once_make_one_chain(location: Location) {
    let (scene, _) = with_entries(&location, 40).await;
    let other = Scene::on(scene.database.clone(), portcullis::flows::TokenLifetimes::default()).await;
    let seal = |scene: &Scene| {
        let provider = Arc::clone(&scene.provider);
        tokio::spawn(async move { provider.seal_audit().await.unwrap() })
    };
    let (one, two) = (seal(&scene), seal(&other));
    assert_eq!(one.await.unwrap() + two.await.unwrap(), 40);
    assert_eq!(faults(&scene).await, []);
}

/// The lines of an export.
async fn export(scene: &Scene, filter: AuditFilter) -> Vec<String> {
    let mut walk = scene.provider.walk_audit(None, filter).await.unwrap();
    let mut lines = Vec::new();
    while let Some(entries) = walk.next().await.unwrap() {
        lines.extend(entries.iter().map(portcullis::flows::audit_chain::ExportedEntry::json_line));
    }
    lines
}

fn read(lines: &[String]) -> ReadExport {
    let mut export = ReadExport::default();
    for line in lines {
        export.take(line);
    }
    export
}

async fn an_export_is_checked_by_itself_and_against_the_store(location: Location) {
    let (scene, by) = with_entries(&location, 3).await;
    scene.wait(100);
    add_roles(&scene, &by, 3..6).await;
    let whole = export(&scene, AuditFilter::default()).await;
    let report = read(&whole).report(true);
    assert_eq!((report.entries, report.span, report.faults), (6, Some((NOW, NOW.plus(100))), vec![]));
    assert_eq!(scene.provider.compare_export(&read(&whole)).await.unwrap(), []);

    let late = export(&scene, AuditFilter { since: Some(NOW.plus(50)), ..AuditFilter::default() }).await;
    assert_eq!(late, whole[3..], "a part is what it is in the whole");
    assert_eq!(read(&late).report(true).faults, []);

    let told = |lines: &[String], whole| {
        let faults = read(lines).report(whole).faults;
        faults.into_iter().map(|(_, fault)| fault).collect::<Vec<_>>()
    };
    let mut changed = whole.clone();
    changed[2] = changed[2].replace("local operator", "nobody");
    assert_eq!(told(&changed, true), [ChainFault::Changed(3)]);
    let mut gap = whole.clone();
    gap.remove(2);
    assert_eq!(told(&gap, true), [ChainFault::Missing(3, 3)]);
    assert_eq!(told(&gap, false), []);
    let mut cut = whole.clone();
    cut[1].truncate(40);
    assert_eq!(told(&cut, true), [ChainFault::Unreadable(2), ChainFault::Missing(2, 2)]);
    let filter = AuditFilter { text: Some("role 4".to_owned()), ..AuditFilter::default() };
    assert_eq!(export(&scene, filter).await, whole[4..5]);

    // The whole store is made anew: an export from before is what shows it.
    run(&location, "DELETE FROM audit_events; DELETE FROM audit_chains").await;
    add_roles(&scene, &by, 20..26).await;
    assert_eq!(faults(&scene).await, []);
    assert_eq!(scene.provider.compare_export(&read(&whole)).await.unwrap().len(), 6);
}
