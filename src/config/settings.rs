//! The settings. Each is written here and nowhere else.

use super::database_url::DatabaseUrl;
use super::log_settings::{LogFilter, LogFormat};
use super::mail_from::MailFrom;
use super::mail_url::MailUrl;
use super::public_url::PublicUrl;
use super::reader::{Effective, Reader};
use super::table::{Setting, settings_table};
use super::value::SettingValue;
use crate::web::layers::Networks;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

settings_table! {
    /// All settings, and where each came from.
    Config "" {
        /// What browsers and programs type to reach this server. The issuer is this and `/identity`, and is in every
        /// token: it should not change later. Plain http is for this machine alone (`localhost`).
        public_url: PublicUrl = "http://localhost:8484" [starter];
        /// The folder for the SQLite database and the master key. Under systemd `$STATE_DIRECTORY` is the default.
        data_dir: PathBuf = "./portcullis-data" [starter];
        /// The file with the master key, which encrypts the signing keys in the database: 32 random bytes in base64,
        /// as `openssl rand -base64 32` prints them. Made at the first start with SQLite; with PostgreSQL it must be
        /// given, the same on every node.
        master_key_file: PathBuf = "{data_dir}/keys/master.key" [starter];
        /// Makes this person the first administrator, with the password of `bootstrap_admin_password_file`, while
        /// there is none.
        bootstrap_admin_email: Option<String> = "";
        /// The file with the password of the first administrator.
        bootstrap_admin_password_file: Option<PathBuf> = "";
        @sections {
            server: Server,
            database: Database,
            tokens: Tokens,
            secrets: Secrets,
            keys: Keys,
            login: Login,
            password: Password,
            api: Api,
            activity: Activity,
            audit: Audit,
            mail: Mail,
            log: Log,
            branding: Branding,
            support: Support,
        }
        @filled {
            effective: Vec<Effective>,
            file: Option<PathBuf>,
        }
    }

    /// Listening, and what a connection may cost.
    Server "server." {
        /// Address and port for browsers and programs.
        listen: SocketAddr = "127.0.0.1:8484" [starter];
        /// Address and port for health and metrics; never for the public. `off`: none.
        internal_listen: Option<SocketAddr> = "127.0.0.1:8485" (or "off");
        /// A file with the certificate and its chain (PEM), to end TLS in this process instead of in a proxy. Read again when it
        /// changes.
        tls_cert: Option<PathBuf> = "";
        /// The file with the private key of `tls_cert` (PEM).
        tls_key: Option<PathBuf> = "";
        /// The networks of your reverse proxies. `X-Forwarded-For` is believed from them alone, from nobody by default.
        trusted_proxies: Networks = "" [starter];
        /// Allows a `public_url` with plain http for other hosts than this machine. Passwords and secrets then cross
        /// the network in clear.
        insecure_http: bool = "false";
        /// Most connections at once.
        max_connections: usize = "10000" in "10" to "1000000";
        /// Most connections at once from one IPv4 address or one IPv6 /64 network.
        max_connections_per_address: usize = "200" in "1" to "1000000";
        /// Longest time for the head of a request to arrive.
        header_timeout: Duration = "10s" in "1s" to "5m";
        /// Longest time until an answer begins.
        request_timeout: Duration = "30s" in "1s" to "10m";
        /// How long the server goes on as before after it was told to stop, while `/readyz` already says 503: time for a load
        /// balancer that asks to send people elsewhere.
        shutdown_delay: Duration = "0s" in "0s" to "5m";
        /// How long requests in flight may take to finish when the server is told to stop.
        drain: Duration = "20s" in "0s" to "10m";
    }

    /// Where the rows are.
    Database "database." {
        /// `sqlite:PATH`, or `postgres://USER:PASSWORD@HOST:PORT/NAME` for several nodes. With a password in it, name a file
        /// that holds it instead: `url_file`.
        url: DatabaseUrl = "sqlite:{data_dir}/portcullis.db" [starter];
        /// Migrates the schema at the start. Otherwise the server does not start on an older schema.
        auto_migrate: bool = "true";
        /// Most connections to the database, of each node.
        max_connections: u32 = "10" in "1" to "1000";
    }

    /// Lifetimes of what is issued.
    Tokens "tokens." {
        /// Most that a client's Token Lifetime may be.
        max_lifetime: Duration = "3600s" in "60s" to "3600s";
        /// Lifetime of an authorization code.
        code: Duration = "60s" in "10s" to "10m";
        /// Lifetime of an ID token.
        id_token: Duration = "300s" in "60s" to "1d";
        /// A refresh token ends after this long without use.
        refresh_idle: Duration = "15d" in "1m" to "365d";
        /// A refresh token and all its successors end after this long, used or not.
        refresh_absolute: Duration = "30d" in "1m" to "3650d";
        /// A confidential client that repeats a refresh within this time gets the same successor again, as long as
        /// that is unused: a lost answer does not sign anybody out. `0s`: never.
        refresh_retry_window: Duration = "10s" in "0s" to "5m";
    }

    /// Policy for client secrets.
    Secrets "secrets." {
        /// Expiry that the portal proposes for a new secret.
        default_lifetime: Duration = "365d" in "1d" to "36500d";
        /// Longest lifetime of a secret, or `unlimited`.
        max_lifetime: Option<Duration> = "unlimited" (or "unlimited") in "1d" to "36500d";
        /// Allows secrets that never expire.
        allow_never: bool = "true";
    }

    /// Signing keys.
    Keys "keys." {
        /// A new signing key takes over after this long.
        rotate_every: Duration = "90d" in "2d" to "3650d";
        /// How long others may keep the published keys: a new key is announced this long before it signs.
        cache_time: Duration = "24h" in "1h" to "30d";
    }

    /// Signing in, and how long it lasts.
    Login "login." {
        /// A session ends after this long without use.
        session: Duration = "12h" in "1m" to "365d";
        /// A session ends after this long, used or not.
        session_absolute: Duration = "24h" in "1m" to "365d";
        /// The same for people who asked to stay signed in.
        remember: Duration = "30d" in "1m" to "365d";
        /// The portal asks for the password again after this long without use.
        portal_idle: Duration = "30m" in "1m" to "24h";
        /// Sends the session cookie to apps on other sites too (`SameSite=None`), so that they can renew in an iframe.
        cross_site_cookie: bool = "false";
        @sections {
            throttle: Throttle,
        }
    }

    /// Limits for failed sign-ins. They slow guessing down and lock nobody out.
    Throttle "login.throttle." {
        /// Failures from one network address (/24 or /64) within `address_window`.
        address: u32 = "30" in "1" to "1000000";
        /// See `address`.
        address_window: Duration = "5m" in "1s" to "1d";
        /// Failures for one account from one address within `pair_window`.
        pair: u32 = "10" in "1" to "1000000";
        /// See `pair`.
        pair_window: Duration = "15m" in "1s" to "1d";
        /// Failures in a row for one account, after which unknown devices have to wait.
        account: u32 = "100" in "1" to "1000000";
    }

    /// Policy for passwords.
    Password "password." {
        /// Least characters of a password that is the only factor.
        min_length: usize = "15" in "8" to "256";
    }

    /// The REST API.
    Api "api." {
        /// Most calls of one client or user in a minute, on each node. They may all come at once; more are answered 429,
        /// with the time after which the next one is not.
        calls_per_minute: u32 = "3000" in "60" to "10000000";
        /// Shows the pages about the REST API, `/api/docs`, to everybody; otherwise one signs in first. `/api/openapi.json` is for
        /// everybody in any case: it tells nothing of what is here.
        public_docs: bool = "false";
    }

    /// What clients are seen to do.
    Activity "activity." {
        /// How long the requests of clients are kept, for the tab Activity of each. Counts are kept longer, changes as long as the
        /// audit log.
        keep: Duration = "7d" in "1d" to "90d";
    }

    /// The audit log.
    Audit "audit." {
        /// How long entries are kept, or `forever`.
        keep: Option<Duration> = "forever" (or "forever") in "1d" to "36500d";
    }

    /// Mail: invitations, new passwords, notices of secrets that end. Off unless both are set.
    Mail "mail." {
        /// The mail server: `smtps://USER:PASSWORD@HOST:465`, or `smtp://USER:PASSWORD@HOST:587`, which turns to TLS before it says
        /// anything. With a password in it, name a file that holds it instead: `url_file`.
        url: Option<MailUrl> = "";
        /// Who writes: `Portcullis <login@example.com>`.
        from: Option<MailFrom> = "";
    }

    /// Logs.
    Log "log." {
        /// `text` for people, `json` for programs (one object a line), `auto`: text on a terminal, else JSON.
        format: LogFormat = "auto";
        /// `error`, `warn`, `info`, `debug`, `trace` or `off`; or levels by module, such as `info,portcullis::flows=debug`.
        /// Also `PORTCULLIS_LOG` and `RUST_LOG`.
        level: LogFilter = "info" [starter];
    }

    /// What people see.
    Branding "branding." {
        /// The name in titles and on pages.
        name: String = "Portcullis";
    }

    /// Whom people ask.
    Support "support." {
        /// An address, a number or a link, for sign-in and error pages, for documentation and for `/.well-known/security.txt`.
        contact: Option<String> = "" [starter];
    }
}
