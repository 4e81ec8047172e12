//! What the flows need to know of the configuration.

use crate::config::Config;
use crate::flows::{Settings, ThrottleLimits, TokenLifetimes};
use crate::oauth::RefreshLifetimes;
use crate::oauth::admin_fields::SecretPolicy;
use std::time::Duration;

/// The settings that flows need, out of all there are.
#[must_use]
pub fn settings(config: &Config) -> Settings {
    let throttle = &config.login.throttle;
    Settings {
        public_url: config.public_url.as_str().to_owned(),
        product: config.branding.name.clone(),
        secrets: SecretPolicy {
            max_lifetime: config.secrets.max_lifetime.map(seconds),
            allow_never: config.secrets.allow_never,
        },
        secret_lifetime: seconds(config.secrets.default_lifetime),
        password_min_length: config.password.min_length,
        session_idle: seconds(config.login.session),
        session_absolute: seconds(config.login.session_absolute),
        session_remembered: seconds(config.login.remember),
        portal_idle: seconds(config.login.portal_idle),
        throttle: ThrottleLimits {
            address: (i64::from(throttle.address), seconds(throttle.address_window)),
            pair: (i64::from(throttle.pair), seconds(throttle.pair_window)),
            account: i64::from(throttle.account),
        },
        api_calls_per_minute: config.api.calls_per_minute,
        activity_keep: seconds(config.activity.keep),
        audit_keep: config.audit.keep.map(seconds),
        tokens: TokenLifetimes {
            access_most: u32::try_from(seconds(config.tokens.max_lifetime)).unwrap_or(u32::MAX),
            code: seconds(config.tokens.code),
            id_token: seconds(config.tokens.id_token),
            refresh: RefreshLifetimes {
                idle: seconds(config.tokens.refresh_idle),
                absolute: seconds(config.tokens.refresh_absolute),
                retry_window: seconds(config.tokens.refresh_retry_window),
            },
        },
        keys_rotate_every: seconds(config.keys.rotate_every),
        keys_cache_time: seconds(config.keys.cache_time),
    }
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
