//! Backups (REL-26, REL-27, ST-09), as an operator makes them.

use crate::folder::{Folder, Said};
use crate::server::Server;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

/// Makes a copy in `backups`; its path.
fn copy(folder: &Folder) -> PathBuf {
    PathBuf::from(folder.run(&["backup", "create", "backups", "-q"]).ok().trim())
}

fn restore(folder: &Folder, file: &std::path::Path, more: &[&str]) -> Said {
    let text = |name: &std::ffi::OsStr| name.to_str().expect("UTF-8").to_owned();
    let (path, name) = (text(file.as_os_str()), text(file.file_name().expect("a name")));
    folder.run(&[&["backup", "restore", path.as_str(), "--confirm", &name], more].concat())
}

#[test]
fn rel_26_a_copy_made_while_clients_are_added_is_whole_and_comes_back_on_an_empty_machine() {
    let folder = Folder::set_up();
    let (_, secret) = folder.client("billing");
    let server = Server::start(&folder);
    let file = std::thread::scope(|scope| {
        let busy = scope.spawn(|| (0..10).for_each(|at| drop(folder.client(&format!("client-{at}")))));
        let file = copy(&folder);
        busy.join().unwrap();
        file
    });
    let file = folder.path().join(file);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "ST-09");
    let contents = folder.run(&["backup", "verify", file.to_str().unwrap(), "--json"]).json();
    let rows = &contents["Backup"]["Rows"];
    assert_eq!((&rows["Users"], &contents["Backup"]["Known"]), (&1.into(), &true.into()), "{contents}");
    assert!(rows["Clients"].as_i64().unwrap() >= 1, "{contents}");
    server.stop();

    let other = Folder::empty();
    std::fs::create_dir_all(other.path().join("portcullis-data/keys")).unwrap();
    let key = "portcullis-data/keys/master.key";
    std::fs::copy(folder.path().join(key), other.path().join(key)).unwrap();
    let said = restore(&other, &file, &[]);
    assert!(said.err.contains("Restored") && said.err.contains("alive again"), "{said:?}");
    said.ok();
    let server = Server::start(&other);
    server.run(&["token", "billing"], &[("PORTCULLIS_CLIENT_SECRET", &secret)]).ok();
    let metrics = server.get_internal("/metrics");
    assert!(metrics.contains("portcullis_ready 1"), "{metrics}");
}

#[test]
fn what_was_there_before_a_restore_is_kept_and_what_came_after_the_copy_is_gone() {
    let folder = Folder::set_up();
    folder.client("early");
    let file = folder.path().join(copy(&folder));
    folder.client("late");
    let told = folder.run(&["backup", "restore", file.to_str().unwrap()]).failed(2);
    assert!(told.contains("--confirm"), "{told}");
    let told = folder.run(&["backup", "restore", file.to_str().unwrap(), "--confirm", "other.db"]).failed(2);
    assert!(told.contains("nothing was changed"), "{told}");
    folder.run(&["client", "show", "late"]).ok();

    let answer = restore(&folder, &file, &["--revoke-all", "--json"]);
    assert!(!answer.err.contains("alive again"), "{answer:?}");
    let answer = answer.json();
    assert_eq!(answer["revokedAll"], true, "{answer}");
    folder.run(&["client", "show", "early"]).ok();
    folder.run(&["client", "show", "late"]).failed(4);
    assert!(std::path::Path::new(&folder.path().join(answer["before"].as_str().unwrap())).exists(), "{answer}");
}

#[test]
fn a_restore_on_an_empty_machine_makes_folders_for_their_owner_alone() {
    let folder = Folder::set_up();
    let file = folder.path().join(copy(&folder));
    let other = Folder::empty();
    restore(&other, &file, &[]).ok();
    let made = std::fs::metadata(other.path().join("portcullis-data")).unwrap();
    assert_eq!(made.permissions().mode() & 0o777, 0o700, "ST-09");
}

#[test]
fn a_restore_is_refused_while_a_server_runs_and_of_what_is_damaged_newer_or_under_another_key() {
    let folder = Folder::set_up();
    let file = folder.path().join(copy(&folder));
    let server = Server::start(&folder);
    let told = restore(&folder, &file, &[]).failed(5);
    assert!(told.contains("a server runs on"), "{told}");
    server.stop();

    let told = folder.run(&["backup", "verify", "nothing.db"]).failed(4);
    assert!(told.contains("there is no file"), "{told}");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.chunks_mut(4_096).skip(1).for_each(|page| page[0] = 0xa5); // no kind of page that there is
    let damaged = folder.path().join("damaged.db");
    std::fs::write(&damaged, bytes).unwrap();
    assert!(folder.run(&["backup", "verify", "damaged.db"]).failed(8).contains("no whole backup"));
    restore(&folder, &damaged, &[]).failed(8);

    let newer = folder.path().join("newer.db");
    std::fs::copy(&file, &newer).unwrap();
    crate::doctor::change_file(
        &newer,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'of tomorrow', TRUE, x'00', 0)",
    );
    let told = restore(&folder, &newer, &[]).failed(5);
    assert!(told.contains("made by a newer version") && told.contains("Nothing was changed"), "{told}");

    // REL-27: the right file under the wrong key, and no key at all.
    let (key, aside) = (folder.path().join("portcullis-data/keys/master.key"), folder.path().join("aside.key"));
    std::fs::rename(&key, &aside).unwrap();
    let told = folder.run(&["serve"]).failed(3);
    assert!(told.contains("is missing"), "{told}");
    let other = Folder::set_up();
    std::fs::copy(other.path().join("portcullis-data/keys/master.key"), &key).unwrap();
    let told = restore(&folder, &file, &[]).failed(3);
    assert!(told.contains("fingerprint") && told.contains("Nothing was changed"), "{told}");
    let told = folder.run(&["serve"]).failed(3);
    assert!(told.contains("master key is not the one"), "{told}");
    std::fs::rename(&aside, &key).unwrap();
    restore(&folder, &file, &[]).ok();
    folder.run(&["user", "list"]).ok();
}

#[test]
fn copies_are_listed_kept_and_written_to_a_pipe() {
    let folder = Folder::set_up();
    std::fs::create_dir(folder.path().join("backups")).unwrap();
    let file = copy(&folder);
    // Other stores put their copies there as well.
    let (other, at) = (Folder::set_up(), |day: u8| format!("backups/portcullis-2026-01-0{day}T03-00-00Z.db"));
    let others = other.path().join(copy(&other));
    for day in 1..=5 {
        let from = if day == 1 || day == 5 { others.clone() } else { folder.path().join(&file) };
        std::fs::copy(from, folder.path().join(at(day))).unwrap();
    }
    folder.write(&at(6), "cut off");
    folder.write("backups/notes.txt", "mine");
    let listed = folder.run(&["backup", "list", "backups", "-q"]).ok();
    assert_eq!((listed.lines().count(), listed.lines().next()), (7, file.to_str()), "{listed}");
    std::fs::remove_file(folder.path().join(&file)).unwrap();
    let said = folder.run(&["backup", "create", "backups", "--keep", "2"]);
    assert!(said.err.contains(&at(2)) && said.err.contains(&at(3)) && !said.err.contains(&at(1)), "{said:?}");
    let listed = folder.run(&["backup", "list", "backups", "-q"]).ok();
    let days: Vec<u8> = (1..=6).filter(|day| listed.contains(&at(*day))).collect();
    assert_eq!((listed.lines().count(), days), (5, vec![1, 4, 5, 6]), "{listed}");
    assert!(folder.path().join("backups/notes.txt").exists());

    let mut piped = folder.command(&["backup", "create", "-"]);
    let output = piped.output().unwrap();
    assert!(output.status.success() && output.stdout.starts_with(b"SQLite format 3\0"), "{output:?}");
    std::fs::write(folder.path().join("piped.db"), &output.stdout).unwrap();
    folder.run(&["backup", "verify", "piped.db"]).ok();
    let rest: Vec<_> = std::fs::read_dir(folder.path().join("portcullis-data")).unwrap().flatten().collect();
    assert!(!rest.iter().any(|entry| entry.file_name().to_string_lossy().ends_with(".partial")), "{rest:?}");
}

#[test]
fn a_restore_and_other_commands_keep_apart() {
    let folder = Folder::set_up();
    let file = folder.path().join(copy(&folder));
    let data = folder.path().join("portcullis-data");
    let lock = std::fs::File::open(data.join("portcullis.serving")).expect("commands leave it there");
    lock.lock_shared().unwrap();
    let told = restore(&folder, &file, &[]).failed(5);
    assert!(told.contains("a command is at work"), "{told}");
    folder.run(&["client", "list"]).ok();
    lock.unlock().unwrap();
    lock.lock().unwrap();
    for args in [&["client", "list"][..], &["backup", "create", "backups"], &["migrate"], &["init", "--setup-link"]] {
        let told = folder.run(args).failed(5);
        assert!(told.contains("is being restored"), "{args:?}: {told}");
    }
    lock.unlock().unwrap();

    // The power failed between taking the old one away and putting the copy there.
    std::fs::copy(&file, data.join("portcullis.db.restoring")).unwrap();
    std::fs::rename(data.join("portcullis.db"), data.join("portcullis.db.before-restore-1795500000")).unwrap();
    let free =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap().to_string();
    for left in [".restoring", ".before-restore-1795500000"] {
        for args in [&["serve", "--listen", &free][..], &["init", "--setup-link"], &["client", "list"]] {
            let told = folder.run(args).failed(7);
            assert!(told.contains(left) && told.contains("a restore was cut off"), "{args:?}: {told}");
        }
        let _ = std::fs::remove_file(data.join("portcullis.db.restoring"));
    }
    assert!(!data.join("portcullis.db").exists());
    restore(&folder, &file, &["--as", "Omar"]).ok();
    folder.run(&["client", "list"]).ok();
    // Copies are named by the second.
    folder.run(&["backup", "create", "later"]).ok();
    let audit = folder.run(&["audit", "list", "--json"]).json();
    let rows = audit["events"].as_array().unwrap();
    let rows: Vec<String> = rows.iter().take(2).map(ToString::to_string).collect();
    assert!(rows[0].contains("backup.created") && rows[1].contains("backup.restored"), "{rows:?}");
    assert!(rows[1].contains("Omar"), "{rows:?}");
}

#[test]
fn postgresql_is_left_to_its_own_tools() {
    let folder = Folder::set_up();
    let env = [
        ("PORTCULLIS_DATABASE__URL", "postgres://nobody@127.0.0.1:1/none"),
        ("PORTCULLIS_MASTER_KEY_FILE", "portcullis-data/keys/master.key"),
    ];
    let told = folder.run_with(&["backup", "create", "backups"], &env).failed(5);
    assert!(told.contains("pg_dump") && told.contains("pg_restore"), "{told}");
}
