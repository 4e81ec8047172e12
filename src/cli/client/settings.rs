//! The flags that `client create` and `client edit` have in common.

use crate::cli::failure::Failure;
use crate::flows::admin::ClientSettings;
use crate::oauth::admin_fields;
use crate::oauth::{AuthMethodPolicy, ClientType, ConsentPolicy, PkcePolicy, SigningAlgorithm};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// One of the words that a policy can be written with.
macro_rules! words {
    ($policy:ty) => {
        PossibleValuesParser::new(<$policy>::ALL.iter().map(|policy| policy.as_str())).try_map(|word| {
            let mut all = <$policy>::ALL.iter().copied();
            all.find(|policy| policy.as_str().eq_ignore_ascii_case(&word)).ok_or("unknown")
        })
    };
}

/// What can be set of a client.
#[derive(Debug, Args)]
pub(super) struct SettingFlags {
    /// Seconds an access token works, 60 to 3600; 3600 at first
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = whole_seconds)]
    token_lifetime: Option<i64>,
    /// Lets users stay signed in: the client may ask for offline access
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    allow_refresh_token: Option<bool>,
    /// Lets a hybrid client ask for response types with token in them
    #[arg(hide_short_help = true, long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    access_tokens_via_browser: Option<bool>,
    #[arg(hide_short_help = true, long, help = "When a hybrid client must use PKCE; pkce_or_nonce at first", value_name = "POLICY", ignore_case = true, value_parser = words!(PkcePolicy))]
    pkce: Option<PkcePolicy>,
    /// When users are asked to consent; never at first
    #[arg(hide_short_help = true, long, value_name = "WHEN", ignore_case = true, value_parser = words!(ConsentPolicy))]
    consent: Option<ConsentPolicy>,
    /// How a client with secrets sends them; any way at first
    #[arg(hide_short_help = true, long, value_name = "METHOD", ignore_case = true, value_parser = words!(AuthMethodPolicy))]
    auth_method: Option<AuthMethodPolicy>,
    /// What signs its access tokens; RS256 at first
    #[arg(hide_short_help = true, long, value_name = "ALGORITHM", ignore_case = true, value_parser = words!(SigningAlgorithm))]
    access_token_algorithm: Option<SigningAlgorithm>,
    /// A page about the application, shown on consent
    #[arg(hide_short_help = true, long, value_name = "URL")]
    client_uri: Option<String>,
    /// Its logo's address, for programs that read it; no page loads it
    #[arg(hide_short_help = true, long, value_name = "URL")]
    logo_uri: Option<String>,
}

/// A flag that a client of this type has no use for is a mistake: nothing would come of it.
pub(super) fn unfitting(client_type: ClientType, flag: &str, why: &str) -> Failure {
    let label = client_type.label();
    Failure::usage(format!("{flag}: a client of type {label} {why}")).remedy("leave out", flag)
}

/// Seconds that are a number at all; whether they will do is asked with everything else.
fn whole_seconds(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| admin_fields::WHOLE_SECONDS.to_owned())
}

impl SettingFlags {
    /// What they say; roles, tags and URLs are read elsewhere.
    pub(super) fn settings(&self) -> ClientSettings {
        ClientSettings {
            token_lifetime: self.token_lifetime,
            allow_offline_access: self.allow_refresh_token,
            allow_access_tokens_via_browser: self.access_tokens_via_browser,
            pkce: self.pkce,
            consent: self.consent,
            auth_method: self.auth_method,
            access_token_algorithm: self.access_token_algorithm,
            client_uri: self.client_uri.clone(),
            logo_uri: self.logo_uri.clone(),
            ..ClientSettings::default()
        }
    }

    /// Refuses what a client of this type does not have; the API refuses the same.
    pub(super) fn require_fitting(&self, client_type: ClientType) -> Result<(), Failure> {
        let (users, secrets) = (client_type.has_users(), client_type.has_secrets());
        let hybrid = client_type == ClientType::Hybrid;
        let pkce = if users { "must always use PKCE" } else { "has no users" };
        let browser = if users { "gets its tokens from the token endpoint alone" } else { "has no users" };
        let rows = [
            (self.allow_refresh_token.is_some(), users, "--allow-refresh-token", "has no users"),
            (self.access_tokens_via_browser.is_some(), hybrid, "--access-tokens-via-browser", browser),
            (self.pkce.is_some(), hybrid, "--pkce", pkce),
            (self.consent.is_some(), users, "--consent", "has no users"),
            (self.auth_method.is_some(), secrets, "--auth-method", "has no secrets"),
            (self.client_uri.is_some(), users, "--client-uri", "has no users"),
            (self.logo_uri.is_some(), users, "--logo-uri", "has no users"),
        ];
        match rows.iter().find(|(given, fits, ..)| *given && !fits) {
            Some((_, _, flag, why)) => Err(unfitting(client_type, flag, why)),
            None => Ok(()),
        }
    }

    /// Whether nothing is set.
    pub(super) fn is_empty(&self) -> bool {
        let Self { token_lifetime, allow_refresh_token, access_tokens_via_browser, pkce, consent, .. } = self;
        let Self { auth_method, access_token_algorithm, client_uri, logo_uri, .. } = self;
        (token_lifetime, allow_refresh_token, access_tokens_via_browser) == (&None, &None, &None)
            && (pkce, consent, auth_method) == (&None, &None, &None)
            && (access_token_algorithm, client_uri, logo_uri) == (&None, &None, &None)
    }
}
