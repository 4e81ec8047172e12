//! Exit codes, and sentences that say what to do.

use crate::folder::Folder;

#[test]
fn ux_55_exit_codes_are_those_that_help_tells() {
    let (empty, full) = (Folder::empty(), Folder::set_up());
    full.client("billing");
    full.write("broken.toml", "publc_url = 'https://id.example.com'\n");
    for (folder, args, exit, told) in [
        (&full, &["client", "list"][..], 0, ""),
        (&full, &["clint", "list"], 2, "a similar subcommand exists: 'client'"),
        (&full, &["client", "list", "--fliter", "x"], 2, "'--filter"),
        (&full, &["client", "list", "--status", "gone"], 2, "expiring"),
        (&full, &["client", "create", ""], 2, "name: Enter a name, like \"nightly-import\"."),
        (&full, &["client", "create", ""], 2, "\n  more: portcullis client create --help"),
        (&full, &["client", "create", "a", "--expires", "soon"], 2, "--expires: \"soon\" is no end"),
        (&full, &["client", "create", "a", "--redirect-url", "https://a/"], 2, "--type authorization-code or hybrid"),
        (&full, &["client", "edit", "billing"], 2, "portcullis client edit --help"),
        (&full, &["--config", "broken.toml", "client", "list"], 3, "did you mean public_url?"),
        (&full, &["--public-url", "http://id.example.com", "serve"], 3, "server.insecure_http"),
        (&full, &["client", "show", "biling"], 4, "did you mean: billing"),
        (&full, &["client", "create", "a", "--role", "Viwer"], 4, "--role 'Account Viewer'"),
        (&full, &["secret", "revoke", "billing", "7"], 4, "portcullis secret list billing"),
        (&full, &["user", "setup-link", "alx@example.com"], 4, "did you mean: alex@example.com"),
        (&full, &["--tenant", "other", "client", "list"], 4, "example-com"),
        (&full, &["help", "errors", "PC-0001"], 4, "portcullis help errors"),
        (&full, &["client", "create", "Billing"], 5, "add it anyway: the same command with --yes"),
        (&full, &["init", "--setup-link"], 5, "portcullis user setup-link EMAIL"),
        (&empty, &["client", "list"], 7, "portcullis init"),
        (&empty, &["migrate", "--check"], 7, "portcullis serve"),
        (&full, &["--config", "broken.toml", "config", "check"], 8, "did you mean public_url?"),
    ] {
        let said = folder.run(args);
        assert_eq!(said.exit, exit, "{args:?}: {}", said.err);
        assert!(said.err.contains(told), "{args:?}: {}", said.err);
        assert!(exit == 0 || said.err.starts_with("error: "), "{args:?}: {}", said.err);
        assert!(exit == 0 || said.out.is_empty(), "{args:?}: {}", said.out);
    }
    assert!(!empty.path().join("portcullis-data").exists(), "looking made a store");
    let codes = full.run(&["help", "exit-codes"]).ok();
    for code in 0..=8 {
        assert!(codes.lines().any(|line| line.starts_with(&format!("  {code}  "))), "{code} is not in {codes}");
    }
}

#[test]
fn a_name_that_two_clients_have_is_refused_with_their_ids() {
    let folder = Folder::set_up();
    let (first, _) = folder.client("billing");
    let second = folder.run(&["client", "create", "billing", "--yes", "--json"]).json();
    let told = folder.run(&["client", "show", "billing"]).failed(5);
    assert!(told.contains(&first) && told.contains(second["Client"]["Id"].as_str().unwrap()), "{told}");
    folder.run(&["client", "show", &first]).ok();
}

#[test]
fn a_database_that_does_not_answer_is_told_as_such() {
    let folder = Folder::set_up();
    folder.write("key", "");
    let url = [("PORTCULLIS_DATABASE__URL", "postgres://a@127.0.0.1:1/a"), ("PORTCULLIS_MASTER_KEY_FILE", "key")];
    let told = folder.run_with(&["client", "list"], &url).failed(7);
    assert!(told.contains("refused") && !told.contains("timed out"), "{told}");
    let told = folder.run_with(&["client", "list"], &[("PORTCULLIS_DATABASE__URL", "sqlite:gone.db")]).failed(7);
    assert!(told.contains("there is no store at gone.db yet"), "{told}");
}

#[test]
fn a_command_leaves_the_schema_to_the_server_and_to_migrate() {
    let folder = Folder::set_up();
    let file = folder.path().join("portcullis-data/portcullis.db");
    crate::doctor::change_file(
        &file,
        "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)",
    );
    for args in [&["client", "list"][..], &["export"], &["user", "setup-link", "alex@example.com"]] {
        let told = folder.run(args).failed(7);
        assert!(told.contains("is pending") && told.contains("portcullis migrate"), "{told}");
    }
    assert_eq!(folder.run(&["migrate", "--check"]).exit, 8, "nothing was run");
    folder.run(&["backup", "create", "backups"]).ok();

    let empty = Folder::empty();
    std::fs::create_dir(empty.path().join("portcullis-data")).unwrap();
    empty.write("portcullis-data/portcullis.db", "");
    let told = empty.run(&["client", "list"]).failed(7);
    assert!(told.contains("not set up") && told.contains("portcullis init"), "{told}");
    assert_eq!(empty.run(&["migrate", "--check"]).out.lines().next(), Some("0001_foundation"), "no table was made");
    assert!(!empty.path().join("portcullis-data/keys").exists(), "nor a key");
}

#[test]
fn a_lost_master_key_is_never_made_anew() {
    let folder = Folder::set_up();
    let key = folder.path().join("portcullis-data/keys/master.key");
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    for args in [&["client", "list"][..], &["init", "--setup-link"]] {
        let told = folder.run(args).failed(3);
        assert!(told.contains("master.key") && told.contains("Put the file back"), "{told}");
        assert!(!key.exists());
    }
    std::fs::write(&key, kept).unwrap();
    let mut private = std::fs::metadata(&key).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut private, 0o600);
    std::fs::set_permissions(&key, private).unwrap();
    folder.run(&["client", "list"]).ok();
}

#[test]
fn completions_are_made_for_every_shell() {
    let folder = Folder::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(folder.run(&["completions", shell]).ok().contains("setup-link"), "{shell}");
    }
}

#[test]
fn ux_52_help_knows_commands_topics_and_codes() {
    let folder = Folder::empty();
    for (topic, told) in [
        (&["help"][..], "Usage: portcullis"),
        (&["help", "client", "create"], "--redirect-url"),
        (&["client", "create", "--help"], "--redirect-url"),
        (&["help", "environment"], "PORTCULLIS_DATABASE__URL[_FILE]"),
        (&["help", "config"], "portcullis config init"),
        (&["help", "errors"], "PC-2203"),
        (&["help", "errors", "PC-2203"], "Add a secret and use it instead."),
        (&["--version"], "portcullis 0."),
        (&["version", "--json"], "\"release\""),
    ] {
        let said = folder.run(topic).ok();
        assert!(said.contains(told), "{topic:?}: {said}");
    }
    assert!(folder.run(&["help", "clint"]).failed(2).contains("portcullis help client"));
}

#[test]
fn what_changes_nothing_says_so_and_words_are_taken_in_any_case() {
    let folder = Folder::set_up();
    folder.client("job");
    folder.run(&["user", "add", "uma@example.com", "-q"]).ok();
    let viewer = ["role", "grant", "Viewer", "--client", "job", "--user", "uma@example.com"];
    let none = ["role", "revoke", "Viewer", "--client", "job", "--user", "uma@example.com"];
    let rows: &[&[&str]] = &[
        &["client", "disable", "job"],
        &["secret", "disable", "job", "1"],
        &["user", "disable", "uma@example.com"],
        &["client", "enable", "job"],
        &["user", "enable", "uma@example.com"],
        &viewer,
        &none,
    ];
    for args in rows {
        let first = folder.run(args);
        assert!(first.exit == 0 && !first.err.contains("nothing was changed"), "{args:?}: {first:?}");
        let again = folder.run(args);
        assert!(again.exit == 0 && again.err.contains("nothing was changed"), "{args:?}: {again:?}");
    }
    folder.run(&["keys", "rotate", "--alg", "rs256"]).ok();
    let web = ["client", "create", "web", "--type", "Hybrid", "--pkce", "OPTIONAL", "--no-secret", "--json"];
    let web = folder.run(&[&web[..], &["--redirect-url", "https://a.example.com/cb"]].concat()).json();
    assert_eq!(
        (&web["PkcePolicy"], web["RedirectUris"].as_array().map(Vec::len)),
        (&"optional".into(), Some(1)),
        "{web}"
    );
    let told = folder.run(&["secret", "revoke", "job", "x"]).failed(2);
    assert!(told.contains("a secret's number is a whole number"), "{told}");
    let full = std::fs::File::options().write(true).open("/dev/full").expect("a full disk");
    let lost = folder.command(&["secret", "add", "job", "--output", "value"]).stdout(full).output().unwrap();
    let told = String::from_utf8(lost.stderr).unwrap();
    assert!(lost.status.code() == Some(1) && told.contains("portcullis secret revoke job 2"), "{told}");
    folder.run(&["man", "man1"]).ok();
    let page = std::fs::read_to_string(folder.path().join("man1/portcullis-client-create.1")).unwrap();
    assert!(page.contains(".SH \"EXIT STATUS\"") && page.contains(".B 8\n"), "{page}");
}
