//! Settings as a whole: sources laid over each other, and everything that can be wrong with them.

use super::{Config, ConfigErrors, Kind, Origin, Sources, schema, settings, starter};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// Sources that know nothing of this process.
fn sources(env: &[(&str, &str)]) -> Sources {
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Sources { env, ..Sources::default() }
}

/// A folder with these files, where relative paths start.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn with_file(toml: &str, env: &[(&str, &str)]) -> (Result<Config, ConfigErrors>, TempDir) {
    let folder = folder(&[("portcullis.toml", toml)]);
    let loaded = Config::load(&Sources { cwd: folder.path().to_owned(), ..sources(env) });
    (loaded, folder)
}

/// The problems as lines, without the folder's path.
fn problems(loaded: Result<Config, ConfigErrors>, folder: &Path) -> Vec<String> {
    let folder = format!("{}/", folder.display());
    loaded.unwrap_err().0.iter().map(|problem| problem.to_string().replace(&folder, "")).collect()
}

#[test]
fn with_nothing_given_every_default_is_read() {
    let config = Config::load(&Sources::default()).unwrap();
    assert_eq!(config.effective().len(), settings().count());
    assert!(config.effective().iter().all(|one| one.origin == Origin::Default));
    assert_eq!(config.public_url.as_str(), "http://localhost:8484");
    assert_eq!(config.server.listen, "127.0.0.1:8484".parse().unwrap());
    assert_eq!(config.server.internal_listen, "127.0.0.1:8485".parse().ok());
    assert_eq!(config.data_dir, Path::new("./portcullis-data"));
    assert_eq!(config.master_key_file, Path::new("./portcullis-data/keys/master.key"));
    assert!(!config.database.url.is_postgres());
    assert_eq!(config.tokens.max_lifetime, Duration::from_hours(1));
    assert_eq!(config.tokens.refresh_idle, Duration::from_hours(15 * 24));
    assert_eq!((config.secrets.max_lifetime, config.audit.keep), (None, None));
    assert_eq!((config.login.throttle.address, config.login.throttle.pair), (30, 10));
    assert_eq!(config.branding.name, "Portcullis");
    assert_eq!(config.support.contact, None);
    assert_eq!(config.warnings(), Vec::<String>::new());
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let toml = "data_dir = 'a'\n[server]\nlisten = '127.0.0.1:1'\ndrain = 5\n[login.throttle]\naddress = 1_000\n";
    let folder = folder(&[("portcullis.toml", toml)]);
    let config = Config::load(&Sources {
        flags: vec![("server.listen".to_owned(), "127.0.0.1:3".to_owned())],
        cwd: folder.path().to_owned(),
        ..sources(&[("PORTCULLIS_SERVER__LISTEN", "127.0.0.1:2"), ("PORTCULLIS_SERVER__DRAIN", "6s")])
    })
    .unwrap();
    assert_eq!(config.server.listen.port(), 3);
    assert_eq!(config.server.drain, Duration::from_secs(6));
    assert_eq!(config.login.throttle.address, 1000);
    assert_eq!(config.data_dir, folder.path().join("a"));
    let file = folder.path().join("portcullis.toml");
    assert_eq!(config.origin("server.listen"), Origin::Flag("--listen".to_owned()));
    assert_eq!(config.origin("server.drain"), Origin::Environment("PORTCULLIS_SERVER__DRAIN".to_owned()));
    assert_eq!(config.origin("login.throttle.address"), Origin::File(file.clone(), 6));
    assert_eq!(config.origin("server.header_timeout"), Origin::Default);
    assert_eq!(config.file(), Some(&*file));
}

#[test]
fn the_file_is_the_named_one_or_the_first_that_is_there() {
    let folder = folder(&[("a.toml", "data_dir='a'"), ("b.toml", "data_dir='b'"), ("etc.toml", "data_dir='etc'")]);
    let cwd = folder.path().to_owned();
    let data_dir = |sources: Sources| {
        let config = Config::load(&Sources { cwd: cwd.clone(), ..sources }).unwrap();
        config.data_dir.file_name().unwrap().to_string_lossy().into_owned()
    };
    let etc = || Sources { system_file: Some(cwd.join("etc.toml")), ..sources(&[]) };
    assert_eq!(
        data_dir(Sources { config_file: Some("a.toml".into()), ..sources(&[("PORTCULLIS_CONFIG", "b.toml")]) }),
        "a"
    );
    assert_eq!(data_dir(sources(&[("PORTCULLIS_CONFIG", "b.toml")])), "b");
    assert_eq!(data_dir(etc()), "etc");
    std::fs::write(cwd.join("portcullis.toml"), "data_dir='here'").unwrap();
    assert_eq!(data_dir(etc()), "here");

    let missing = Config::load(&Sources { cwd: cwd.clone(), config_file: Some("none.toml".into()), ..sources(&[]) });
    assert!(problems(missing, &cwd)[0].starts_with("--config: the settings file none.toml cannot be read: "));
}

#[test]
fn all_problems_are_told_at_once_each_with_its_place() {
    let toml = "\
publc_url = 'https://id.example.com'
[server]
listen = 8484
insecure_http = 'yes'
trusted_proxies = '10.0.0.0/8'
[sever]
a = 1
[tokens]
code = '1w'
max_lifetime = 3601
";
    let (loaded, folder) = with_file(
        toml,
        &[
            ("PORTCULLIS_SERVER__LISTN", "x"),
            ("PORTCULLIS_LOG", "inof"),
            ("PORTCULLIS_BRANDING__NAME", "a\r\nSet-Cookie: b"),
            ("PORTCULLIS_DATABASE__URL", "mysql://user:hunter2@host/db"),
            ("PORTCULLIS_LOGIN__THROTTLE__PAIR", "-1"),
        ],
    );
    let text = loaded.as_ref().unwrap_err().to_string();
    assert!(text.starts_with("the configuration has 12 problems:\n  "), "{text}");
    assert!(!text.contains("hunter2"), "a secret was told");
    assert_eq!(
        problems(loaded, folder.path()).join(
            "
"
        ),
        r#"portcullis.toml:1 publc_url: there is no such setting; did you mean public_url?
portcullis.toml:3 server.listen: is an integer: write text in quotes
portcullis.toml:4 server.insecure_http: is a string: write true or false, without quotes
portcullis.toml:5 server.trusted_proxies: is a string: write a list such as ["10.0.0.0/8"]
portcullis.toml:6 sever: there is no such setting; did you mean server?
portcullis.toml:9 tokens.code: "1w" is not a duration: write 90s, 5m, 12h, 365d, or a number of seconds
portcullis.toml:10 tokens.max_lifetime: "3601" is out of range: write something from 60s to 3600s
PORTCULLIS_SERVER__LISTN: there is no such setting; did you mean PORTCULLIS_SERVER__LISTEN?
PORTCULLIS_DATABASE__URL: the value is not a database URL: write sqlite:PATH or postgres://USER@HOST/NAME
PORTCULLIS_LOGIN__THROTTLE__PAIR: "-1" is not a whole number: write digits
PORTCULLIS_LOG: "inof" is not a log level: write error, warn, info, debug, trace or off, or levels by module such as info,portcullis::flows=debug
PORTCULLIS_BRANDING__NAME: "a\r\nSet-Cookie: b" holds a line break or another control character: remove it"#
    );
}

#[test]
fn a_secret_may_be_in_a_file_but_not_in_two_places() {
    let url = "postgres://portcullis:hunter2@db.example.com:5433/portcullis?sslmode=require";
    let folder = folder(&[("url", &format!("  {url} \nmore")), ("empty", "\nx")]);
    let cwd = folder.path().to_owned();
    let load = |env: &[(&str, &str)]| Config::load(&Sources { cwd: cwd.clone(), ..sources(env) });
    let key = ("PORTCULLIS_MASTER_KEY_FILE", "key");

    let config = load(&[key, ("PORTCULLIS_DATABASE__URL_FILE", "url")]).unwrap();
    assert!(matches!(&config.database.url, super::DatabaseUrl::Postgres(text) if text.expose() == url));
    let shown = config.effective().iter().find(|one| one.setting.path == "database.url").unwrap();
    assert_eq!(shown.shown, "postgres://[hidden]@db.example.com:5433/portcullis");
    assert!(!format!("{config:?}").contains("hunter2"));

    let both = load(&[key, ("PORTCULLIS_DATABASE__URL", "sqlite:a"), ("PORTCULLIS_DATABASE__URL_FILE", "url")]);
    assert_eq!(
        problems(both, &cwd),
        ["PORTCULLIS_DATABASE__URL_FILE: database.url is given by PORTCULLIS_DATABASE__URL too: remove one of them"]
    );
    let empty = load(&[key, ("PORTCULLIS_DATABASE__URL_FILE", "empty")]);
    assert_eq!(
        problems(empty, &cwd),
        ["PORTCULLIS_DATABASE__URL_FILE: names empty, whose first line is empty: write the secret there"]
    );
    assert_eq!(problems(load(&[key, ("PORTCULLIS_DATABASE__URL_FILE", "gone")]), &cwd).len(), 1);

    std::fs::write(cwd.join("portcullis.toml"), "[database]\nurl = 'sqlite:a'\nurl_file = 'url'").unwrap();
    assert_eq!(
        problems(load(&[]), &cwd),
        ["portcullis.toml:3 database.url_file: database.url is given by portcullis.toml:2 too: remove one of them"]
    );
}

#[test]
fn credentials_of_systemd_are_found_under_their_names() {
    let folder = folder(&[("database-url", "postgres://portcullis@db/portcullis\n"), ("master-key", "x")]);
    let cwd = folder.path().to_owned();
    let directory = cwd.display().to_string();
    let load = |env: &[(&str, &str)]| {
        let mut env = env.to_vec();
        env.push(("CREDENTIALS_DIRECTORY", &directory));
        Config::load(&Sources { cwd: cwd.clone(), ..sources(&env) })
    };
    let config = load(&[]).unwrap();
    assert!(config.database.url.is_postgres());
    assert_eq!(config.origin("database.url"), Origin::Credential(cwd.join("database-url")));
    assert_eq!(config.master_key_file, cwd.join("master-key"));

    let named = cwd.join("master-key").display().to_string();
    let config = load(&[("PORTCULLIS_MASTER_KEY_FILE", &named)]).unwrap();
    assert_eq!(config.origin("master_key_file"), Origin::Environment("PORTCULLIS_MASTER_KEY_FILE".to_owned()));
    assert_eq!(
        problems(load(&[("PORTCULLIS_DATABASE__URL", "sqlite:a")]), &cwd),
        ["database-url: database.url is given by PORTCULLIS_DATABASE__URL too: remove one of them"]
    );
}

#[test]
fn a_misspelt_name_stops_the_start_and_the_right_one_is_told() {
    let (loaded, folder) = with_file("publc_url = 'https://id.example.com'", &[("PORTCULLIS_SERVER__LISTN", "[::]:1")]);
    assert_eq!(
        problems(loaded, folder.path()),
        [
            "portcullis.toml:1 publc_url: there is no such setting; did you mean public_url?",
            "PORTCULLIS_SERVER__LISTN: there is no such setting; did you mean PORTCULLIS_SERVER__LISTEN?"
        ]
    );
    let flag = Sources { flags: vec![("server.lisen".to_owned(), "x".to_owned())], ..Sources::default() };
    assert!(Config::load(&flag).unwrap_err().to_string().contains("--lisen: there is no such setting; did you mean"));
}

#[test]
fn variables_of_apps_and_of_others_are_left_alone() {
    let config = Config::load(&sources(&[
        ("PORTCULLIS_CLIENT_ID", "x"),
        ("PORTCULLIS_CLIENT_SECRET", "x"),
        ("PORTCULLIS_ISSUER", "x"),
        ("HOME", "/root"),
        ("RUST_LOG", "debug"),
        ("STATE_DIRECTORY", "/var/lib/portcullis:/var/lib/other"),
    ]))
    .unwrap();
    assert_eq!(config.log.level.as_str(), "debug");
    assert_eq!(config.data_dir, Path::new("/var/lib/portcullis"));
    assert_eq!(config.master_key_file, Path::new("/var/lib/portcullis/keys/master.key"));
    let own = Config::load(&sources(&[("RUST_LOG", "debug"), ("PORTCULLIS_LOG", "warn")])).unwrap();
    assert_eq!(own.log.level.as_str(), "warn");
    assert!(Config::load(&sources(&[("PORTCULLIS_LOG", "warn"), ("PORTCULLIS_LOG__LEVEL", "info")])).is_err());
}

#[test]
fn settings_that_do_not_fit_together_are_refused() {
    for (env, sentence) in [
        (&[("PORTCULLIS_PUBLIC_URL", "http://id.example.com")][..], "set server.insecure_http = true"),
        (&[("PORTCULLIS_DATABASE__URL", "postgres://a@b/c")], "openssl rand -base64 32"),
        (&[("PORTCULLIS_SERVER__INTERNAL_LISTEN", "127.0.0.1:8484")], "are the same address"),
        (&[("PORTCULLIS_BOOTSTRAP_ADMIN_EMAIL", "a@b")], "go together"),
        (&[("PORTCULLIS_TOKENS__REFRESH_IDLE", "31d")], "tokens.refresh_idle is longer"),
        (&[("PORTCULLIS_LOGIN__SESSION", "25h")], "login.session is longer"),
        (&[("PORTCULLIS_SECRETS__MAX_LIFETIME", "30d")], "secrets.default_lifetime is longer"),
        (&[("PORTCULLIS_KEYS__ROTATE_EVERY", "2d"), ("PORTCULLIS_KEYS__CACHE_TIME", "2d")], "keys.cache_time is not"),
    ] {
        let told = Config::load(&sources(env)).unwrap_err();
        assert_eq!(told.0.len(), 1, "{told}");
        assert!(told.0[0].sentence.contains(sentence), "{told}");
        assert!(env.iter().any(|(name, _)| told.0[0].origin == Origin::Environment((*name).to_owned())), "{told}");
    }
}

#[test]
fn plain_http_for_others_needs_the_setting_and_is_warned_of() {
    let config = Config::load(&sources(&[
        ("PORTCULLIS_PUBLIC_URL", "http://id.example.com"),
        ("PORTCULLIS_SERVER__INSECURE_HTTP", "true"),
        ("PORTCULLIS_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, 0.0.0.0/0"),
        ("PORTCULLIS_SERVER__INTERNAL_LISTEN", "off"),
    ]))
    .unwrap();
    assert_eq!(config.warnings().len(), 2);
    assert_eq!(config.server.internal_listen, None);
}

#[test]
fn a_file_that_is_no_toml_is_told_with_its_line() {
    let (loaded, folder) = with_file("public_url = 'https://id.example.com'\n[server\nlisten = ,\n", &[]);
    let told = problems(loaded, folder.path());
    assert!(told[0].starts_with("portcullis.toml:2: not TOML: "), "{told:?}");
}

#[test]
fn the_starter_file_says_what_is_so_without_it() {
    let (loaded, _folder) = with_file(&starter(None), &[]);
    let config = loaded.unwrap();
    let given: Vec<_> = config.effective().iter().filter(|one| one.origin != Origin::Default).collect();
    assert!(given.iter().all(|one| one.shown == one.setting.default), "{given:?}");
    // The lines behind the marks are settings too.
    let uncommented: String = starter(None)
        .lines()
        .filter_map(|line| {
            let line = line.strip_prefix("# ").unwrap_or(line);
            (line.starts_with('[') || line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')))
                .then(|| format!("{line}\n"))
        })
        .filter(|line| !line.starts_with("contact"))
        .collect();
    let (loaded, _folder) = with_file(&uncommented, &[]);
    let given = loaded.unwrap().effective().iter().filter(|one| one.origin != Origin::Default).count();
    assert_eq!(given, settings().filter(|setting| setting.starter).count() - 1, "{uncommented}");

    let url = super::PublicUrl::parse("https://id.example.com").unwrap();
    let text = starter(Some(&url));
    let active = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
    assert!(active <= 20, "{active} lines");
    assert_eq!(with_file(&text, &[]).0.unwrap().public_url, url);
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
}

#[test]
fn the_schema_knows_every_setting_and_nothing_else() {
    let schema = schema();
    for setting in settings() {
        let pointer = format!("/properties/{}", setting.path.replace('.', "/properties/"));
        let property = schema.pointer(&pointer).unwrap_or_else(|| panic!("{} is missing", setting.path));
        assert!(property["description"].as_str().is_some_and(|text| text.ends_with('.')), "{}", setting.path);
        if setting.kind == Kind::Boolean {
            assert_eq!(property["default"].to_string(), setting.default);
        }
    }
    assert_eq!(schema.pointer("/properties/server/additionalProperties"), Some(&false.into()));
    assert!(schema.pointer("/properties/database/properties/url_file").is_some());
}

#[test]
fn the_reference_page_is_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/configuration.md");
    let page = super::reference();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/reference/configuration.md is old: run UPDATE_DOCS=1 cargo test --lib config");
}
