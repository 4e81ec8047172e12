//! Identifiers. Each is its own type, so that one cannot be passed for another.

macro_rules! text_id {
    ($($(#[$about:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

text_id! {
    /// A tenant: the hard wall around users, clients and roles. `tid` in tokens.
    TenantId,
    /// A user; `sub` in the tokens of users. Opaque and stable.
    UserId,
    /// A client; `client_id` on the wire (RFC 6749 2.2). Unique over the whole server.
    ClientId,
    /// A role of one tenant.
    RoleId,
    /// A signing key; `kid` (RFC 7517 4.5).
    KeyId,
    /// What a user granted to a client; every code and refresh token hangs on one.
    GrantId,
    /// A browser's session with this server; `sid` in ID tokens. Not the cookie.
    SessionId,
}
