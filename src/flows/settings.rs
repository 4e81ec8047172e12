//! What flows need to know of the configuration.

use crate::oauth::RefreshLifetimes;
use crate::oauth::admin_fields::{SecretPolicy, is_loopback};

/// What the operator has settled. Times are seconds.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the world reaches this server, without a slash at the end.
    pub public_url: String,
    /// What the product is called here, for mails.
    pub product: String,
    /// Policy for client secrets.
    pub secrets: SecretPolicy,
    /// How long a secret lives unless said otherwise.
    pub secret_lifetime: i64,
    /// Least characters of a password.
    pub password_min_length: usize,
    /// A session ends after this long without use.
    pub session_idle: i64,
    /// A session ends after this long, used or not.
    pub session_absolute: i64,
    /// The same for browsers that were told to keep their user signed in.
    pub session_remembered: i64,
    /// The portal asks for the password again after this long without use.
    pub portal_idle: i64,
    /// Limits for failed sign-ins.
    pub throttle: ThrottleLimits,
    /// How long codes and tokens live.
    pub tokens: TokenLifetimes,
    /// A new signing key takes over after this long.
    pub keys_rotate_every: i64,
    /// How long others may keep the published keys: a key is announced that long before it signs.
    pub keys_cache_time: i64,
    /// Most calls of the API by one client or user in a minute, on each node.
    pub api_calls_per_minute: u32,
    /// How long the requests of clients are kept, in seconds.
    pub activity_keep: i64,
    /// How long rows of the audit log are kept, in seconds; none: for ever.
    pub audit_keep: Option<i64>,
}

/// How long codes and tokens live, in seconds. Access tokens live as long as their client says, up to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenLifetimes {
    /// The most that a client may say for its access tokens.
    pub access_most: u32,
    /// An authorization code.
    pub code: i64,
    /// An ID token.
    pub id_token: i64,
    /// Refresh tokens.
    pub refresh: RefreshLifetimes,
}

impl Default for TokenLifetimes {
    fn default() -> Self {
        let day = 86_400;
        let refresh = RefreshLifetimes { idle: 15 * day, absolute: 30 * day, retry_window: 10 };
        Self { access_most: 3_600, code: 60, id_token: 300, refresh }
    }
}

/// Limits for failed sign-ins: how many, in how many seconds.
#[derive(Debug, Clone, Copy)]
pub struct ThrottleLimits {
    /// From one network address (/24 or /64).
    pub address: (i64, i64),
    /// For one account from one address.
    pub pair: (i64, i64),
    /// For one account, failures in a row.
    pub account: i64,
}

impl Settings {
    /// The issuer (`iss`): the public URL and `/identity`.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("{}/identity", self.public_url)
    }

    /// Whether passwords go over a network that anybody may listen to: plain http, and not to this machine alone.
    #[must_use]
    pub fn sends_in_clear(&self) -> bool {
        let url = url::Url::parse(&self.public_url).ok();
        url.is_some_and(|url| url.scheme() == "http" && !is_loopback(&url))
    }

    /// Whom access tokens are for: this server's API.
    #[must_use]
    pub fn audience(&self) -> String {
        format!("{}/api", self.public_url)
    }
}
