//! Clients (RFC 6749 2): the three types, and what each may do.

use super::{ClientId, RoleId, Scope, TenantId, TokenRefusal, UnixTime};

/// The three types of client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientType {
    /// A daemon or device: no user, a secret.
    ClientCredentials,
    /// A browser app: users, PKCE, no secret.
    AuthorizationCode,
    /// A native or server-side web app: users and a secret.
    Hybrid,
}

impl ClientType {
    /// All three, in the order of the Client Type list.
    pub const ALL: [Self; 3] = [Self::ClientCredentials, Self::AuthorizationCode, Self::Hybrid];

    /// The word in URLs, commands and columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client-credentials",
            Self::AuthorizationCode => "authorization-code",
            Self::Hybrid => "hybrid",
        }
    }

    /// The label people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ClientCredentials => "Client-Credentials",
            Self::AuthorizationCode => "Authorization Code",
            Self::Hybrid => "Hybrid",
        }
    }

    /// The same with the article that it has in a sentence: "an Authorization Code".
    #[must_use]
    pub const fn a_label(self) -> &'static str {
        match self {
            Self::ClientCredentials => "a Client-Credentials",
            Self::AuthorizationCode => "an Authorization Code",
            Self::Hybrid => "a Hybrid",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether clients of this type have secrets.
    #[must_use]
    pub const fn has_secrets(self) -> bool {
        matches!(self, Self::ClientCredentials | Self::Hybrid)
    }

    /// Whether users sign in to clients of this type.
    #[must_use]
    pub const fn has_users(self) -> bool {
        matches!(self, Self::AuthorizationCode | Self::Hybrid)
    }
}

/// How a client may ask for tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantType {
    /// RFC 6749 4.4.
    ClientCredentials,
    /// RFC 6749 4.1.
    AuthorizationCode,
    /// RFC 6749 6.
    RefreshToken,
}

impl GrantType {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::ClientCredentials, Self::AuthorizationCode, Self::RefreshToken].into_iter().find(|g| g.as_str() == text)
    }
}

macro_rules! policy {
    ($(#[$about:meta])* $name:ident { $($(#[$why:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$why])* $variant),+ }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in columns, commands and the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads the word.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|policy| policy.as_str() == text)
            }
        }
    };
}

policy! {
    /// When a hybrid client must use PKCE (RFC 7636). Authorization code clients always must.
    PkcePolicy {
        /// Always.
        Required = "required",
        /// PKCE, or a nonce that the client checks.
        PkceOrNonce = "pkce_or_nonce",
        /// As the client likes: for certification and old clients.
        Optional = "optional",
    }
}

policy! {
    /// When a user is asked to consent.
    ConsentPolicy {
        /// Never: the tenant's own clients.
        Never = "never",
        /// Once, and again for more scope.
        FirstTime = "first_time",
        /// At every sign-in.
        Always = "always",
    }
}

policy! {
    /// How a client with secrets authenticates (RFC 6749 2.3.1).
    AuthMethodPolicy {
        /// Header or form.
        Any = "any",
        /// Only HTTP Basic.
        Basic = "client_secret_basic",
        /// Only the form.
        Post = "client_secret_post",
    }
}

/// The lists of URLs that a client with users has. Each at most 10 long, compared byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UrlLists {
    /// Where sign-in results may be sent.
    pub redirect: Vec<String>,
    /// Where the browser may be sent after signing out.
    pub logout: Vec<String>,
    /// Origins that may call us from a browser, beside those of the redirect URLs.
    pub cors: Vec<String>,
}

/// A client, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Unique over the whole server.
    pub id: ClientId,
    /// The tenant it belongs to.
    pub tenant_id: TenantId,
    /// Its type; cannot change.
    pub client_type: ClientType,
    /// 1..100 characters, for people; need not be unique.
    pub name: String,
    /// A disabled client gets no tokens.
    pub enabled: bool,
    /// Token Lifetime: seconds an access token works, 60..3600.
    pub token_lifetime: u32,
    /// Roles of a client-credentials client; Account Member is always among them.
    pub role_ids: Vec<RoleId>,
    /// URLs of a client with users.
    pub urls: UrlLists,
    /// Whether it may get refresh tokens.
    pub allow_offline_access: bool,
    /// Whether `token` may be in its response types.
    pub allow_access_tokens_via_browser: bool,
    /// A page about it, shown on consent.
    pub client_uri: Option<String>,
    /// Its logo.
    pub logo_uri: Option<String>,
    /// PKCE.
    pub pkce: PkcePolicy,
    /// Consent.
    pub consent: ConsentPolicy,
    /// How it authenticates.
    pub auth_method: AuthMethodPolicy,
    /// What signs its access tokens: the JWA name (RFC 7518 3.1).
    pub access_token_algorithm: super::SigningAlgorithm,
    /// Words for programs.
    pub tags: Vec<String>,
    /// When it was added.
    pub created_at: UnixTime,
    /// By whom: a name for people.
    pub created_by: String,
    /// The last time it got a token, to the minute.
    pub last_used_at: Option<UnixTime>,
    /// Counts changes; a change names the version that it was made on.
    pub version: i64,
}

impl Client {
    /// Token Lifetime, in seconds: the least, and the most, which is also the default.
    pub const TOKEN_LIFETIME: std::ops::RangeInclusive<u32> = 60..=3600;
    /// Most secrets of one client.
    pub const MAX_SECRETS: usize = 10;
    /// Most URLs in each list.
    pub const MAX_URLS: usize = 10;
    /// Most clients of one tenant, all types together.
    pub const MAX_PER_TENANT: i64 = 50_000;

    /// Refuses a grant type that this client does not use (RFC 6749 5.2, `unauthorized_client`).
    pub fn require_grant(&self, grant: GrantType) -> Result<(), TokenRefusal> {
        let allowed = match grant {
            GrantType::ClientCredentials => self.client_type == ClientType::ClientCredentials,
            GrantType::AuthorizationCode => self.client_type.has_users(),
            GrantType::RefreshToken => self.may_have_refresh_tokens(),
        };
        if allowed { Ok(()) } else { Err(TokenRefusal::GrantTypeNotAllowed) }
    }

    /// Whether it gets refresh tokens if it asks for `offline_access`.
    #[must_use]
    pub fn may_have_refresh_tokens(&self) -> bool {
        self.client_type.has_users() && self.allow_offline_access
    }

    /// What a client-credentials request gets: all that is allowed if it asks for nothing (RFC 6749 3.3).
    pub fn resolve_own_scope(&self, asked: Option<&str>) -> Result<Scope, TokenRefusal> {
        let allowed = Scope::of(&[Scope::API]);
        let Some(text) = asked else { return Ok(allowed) };
        match Scope::parse(text) {
            Ok(scope) if scope.is_empty() => Ok(allowed),
            Ok(scope) if scope.is_subset(&allowed) => Ok(scope),
            _ => Err(TokenRefusal::ScopeNotAllowed),
        }
    }
}
