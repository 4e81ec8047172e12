//! `portcullis audit …`

use crate::folder::Folder;

#[test]
fn the_log_is_exported_and_verified() {
    let folder = Folder::set_up();
    folder.client("nightly-import");
    let exported = folder.run(&["audit", "export"]).ok();
    let lines: Vec<serde_json::Value> =
        exported.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert!(lines.len() >= 3, "{exported}");
    assert!(lines.iter().any(|line| line["Action"] == "client.created" && line["Detail"].is_object()));
    folder.write("audit.jsonl", &exported);
    let told = folder.run(&["audit", "verify", "audit.jsonl", "--store"]).ok();
    assert!(told.starts_with("Unbroken since ") && told.ends_with(&format!(" {} entries\n", lines.len())), "{told}");
    assert!(folder.run(&["audit", "verify"]).ok().starts_with("Unbroken"));
    let json = folder.run(&["audit", "verify", "--json"]).json();
    assert_eq!((&json["unbroken"], &json["faults"]), (&true.into(), &serde_json::json!([])));

    folder.write("changed.jsonl", &exported.replace("nightly-import", "nightly-export"));
    let told = folder.run(&["audit", "verify", "changed.jsonl"]).failed(8);
    assert!(told.contains("is not what was sealed"), "{told}");
    let without_one: Vec<&str> =
        exported.lines().enumerate().filter(|(at, _)| *at != 1).map(|(_, line)| line).collect();
    folder.write("gap.jsonl", &without_one.join("\n"));
    assert!(folder.run(&["audit", "verify", "gap.jsonl"]).failed(8).contains("missing"));
    assert_eq!(folder.run(&["audit", "verify", "gap.jsonl", "--partial"]).exit, 0);
    folder.run(&["audit", "verify", "no-such-file"]).failed(4);

    let csv = folder.run(&["audit", "export", "--format", "csv", "--since", "1d"]).ok();
    assert!(csv.starts_with("Seq,Id,TenantId,") && csv.contains(",client.created,"), "{csv}");
}

#[test]
fn what_happened_within_a_second_is_told_in_its_order() {
    let folder = Folder::set_up();
    folder.client("nightly-import");
    for change in ["disable", "enable", "disable", "enable"] {
        folder.run(&["client", change, "nightly-import"]).ok();
    }
    let exported = folder.run(&["audit", "export"]).ok();
    let told: Vec<String> = exported
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line of JSON"))
        .map(|entry| entry["Action"].as_str().unwrap_or_default().to_owned())
        .filter(|action| action.ends_with("abled"))
        .collect();
    assert_eq!(told, ["client.disabled", "client.enabled", "client.disabled", "client.enabled"]);
}
