//! Which member belongs to which type of client: one table, for what is read, for what is written, and for the document.

use crate::oauth::ClientType;

/// A member of a client's bodies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    /// Its name.
    pub name: &'static str,
    /// Which types have it.
    pub of: fn(ClientType) -> bool,
    /// When it is shown.
    pub shown: Shown,
}

/// When a member is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Always.
    Always,
    /// Where it is not as usual: the original does not know it.
    Unusual,
    /// Never: it is about the secret that comes with a new client.
    WithNew,
}

const ALL: fn(ClientType) -> bool = |_| true;
const DAEMON: fn(ClientType) -> bool = |kind| matches!(kind, ClientType::ClientCredentials);
const APP: fn(ClientType) -> bool = |kind| matches!(kind, ClientType::AuthorizationCode);
const HYBRID: fn(ClientType) -> bool = |kind| matches!(kind, ClientType::Hybrid);

/// All members.
pub(super) const MEMBERS: &[Member] = &[
    member("Id", ALL, Shown::Always),
    member("Name", ALL, Shown::Always),
    member("Enabled", ALL, Shown::Always),
    member("AccessTokenLifetime", ALL, Shown::Always),
    member("Tags", ALL, Shown::Always),
    member("RoleIds", DAEMON, Shown::Always),
    member("RedirectUris", ClientType::has_users, Shown::Always),
    member("PostLogoutRedirectUris", ClientType::has_users, Shown::Always),
    member("ClientUri", ClientType::has_users, Shown::Always),
    member("LogoUri", ClientType::has_users, Shown::Always),
    member("AllowedCorsOrigins", APP, Shown::Always),
    member("AllowOfflineAccess", ClientType::has_users, Shown::Always),
    member("AllowAccessTokensViaBrowser", HYBRID, Shown::Always),
    member("SecretDescription", ClientType::has_secrets, Shown::WithNew),
    member("SecretExpirationDate", ClientType::has_secrets, Shown::WithNew),
    member("AccessTokenAlgorithm", ALL, Shown::Unusual),
    member("PkcePolicy", HYBRID, Shown::Unusual),
    member("ConsentPolicy", ClientType::has_users, Shown::Unusual),
    member("AuthenticationMethod", ClientType::has_secrets, Shown::Unusual),
];

const fn member(name: &'static str, of: fn(ClientType) -> bool, shown: Shown) -> Member {
    Member { name, of, shown }
}

/// Whether a body to add or change a client of this type may have this member.
pub(super) fn may_be_sent(name: &str, kind: ClientType, new: bool) -> bool {
    let fits = |member: &&Member| member.name == name && (member.of)(kind) && (new || member.shown != Shown::WithNew);
    MEMBERS.iter().any(|member| fits(&member))
}
