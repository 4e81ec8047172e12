//! Settings that must fit together.

use super::problem::{Origin, Problem};
use super::settings::Config;

/// What does not fit together.
pub(super) fn together(config: &Config) -> Vec<Problem> {
    let mut problems = Vec::new();
    // Told at whichever of the two somebody wrote.
    let mut require = |holds: bool, paths: [&str; 2], sentence: &str| {
        if !holds {
            let written = paths.iter().map(|path| (config.origin(path), *path));
            let (origin, path) = written
                .into_iter()
                .find(|(origin, _)| *origin != Origin::Default)
                .unwrap_or((Origin::Default, paths[0]));
            problems.push(Problem::new(origin, path, sentence));
        }
    };

    let url = &config.public_url;
    require(
        url.is_safe() || config.server.insecure_http,
        ["public_url", "server.insecure_http"],
        &format!(
            "{url} would send passwords and secrets in clear over the network: write https, or, if you trust every \
             network in between, set server.insecure_http = true"
        ),
    );
    require(
        !config.database.url.is_postgres() || config.origin("master_key_file") != Origin::Default,
        ["master_key_file", "database.url"],
        "with PostgreSQL the master key must be given as a file, the same on every node: make one with \
         `openssl rand -base64 32 > master.key && chmod 600 master.key`, keep a copy apart from the backups, and set \
         master_key_file (PORTCULLIS_MASTER_KEY_FILE)",
    );
    require(
        config.server.internal_listen.is_none_or(|internal| internal.port() == 0 || internal != config.server.listen),
        ["server.internal_listen", "server.listen"],
        "server.listen and server.internal_listen are the same address: give them different ports, or set \
         server.internal_listen = \"off\"",
    );
    require(
        config.mail.url.is_some() == config.mail.from.is_some(),
        ["mail.url", "mail.from"],
        "mail.url and mail.from go together: set both or none",
    );
    require(
        config.server.tls_cert.is_some() == config.server.tls_key.is_some(),
        ["server.tls_cert", "server.tls_key"],
        "server.tls_cert and server.tls_key go together: set both or none",
    );
    require(
        config.server.tls_cert.is_none() || url.is_https(),
        ["public_url", "server.tls_cert"],
        "server.tls_cert is set, so browsers reach this server by https: write that in public_url",
    );
    require(
        config.bootstrap_admin_email.is_some() == config.bootstrap_admin_password_file.is_some(),
        ["bootstrap_admin_email", "bootstrap_admin_password_file"],
        "bootstrap_admin_email and bootstrap_admin_password_file go together: set both or none",
    );
    require(
        config.tokens.refresh_idle <= config.tokens.refresh_absolute,
        ["tokens.refresh_idle", "tokens.refresh_absolute"],
        "tokens.refresh_idle is longer than tokens.refresh_absolute: make it shorter",
    );
    require(
        config.login.session <= config.login.session_absolute,
        ["login.session", "login.session_absolute"],
        "login.session is longer than login.session_absolute: make it shorter",
    );
    require(
        config.secrets.max_lifetime.is_none_or(|most| config.secrets.default_lifetime <= most),
        ["secrets.max_lifetime", "secrets.default_lifetime"],
        "secrets.default_lifetime is longer than secrets.max_lifetime: make it shorter",
    );
    require(
        config.keys.cache_time < config.keys.rotate_every,
        ["keys.cache_time", "keys.rotate_every"],
        "keys.cache_time is not shorter than keys.rotate_every, so a new key could never be announced in time: make it \
         shorter",
    );
    problems
}

/// What takes a protection away.
pub(super) fn warnings(config: &Config) -> Vec<String> {
    let mut warnings = Vec::new();
    if !config.public_url.is_safe() {
        warnings.push(format!("{} is plain http: passwords and secrets cross the network in clear", config.public_url));
    }
    // No network holds these two but one that holds nearly everybody.
    let trusts = |address: [u8; 4]| config.server.trusted_proxies.contains(address.into());
    if trusts([1, 1, 1, 1]) && trusts([193, 0, 0, 1]) {
        warnings.push("server.trusted_proxies holds the whole internet: anybody can claim any address".to_owned());
    }
    warnings
}
