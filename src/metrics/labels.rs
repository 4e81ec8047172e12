//! The values that labels can have.

/// A label with a closed set of values.
pub trait Label: Copy + 'static {
    /// Its name.
    const NAME: &'static str;
    /// Its values.
    const ALL: &'static [Self];

    /// The value as text.
    fn text(self) -> &'static str;

    /// Its place in [`Label::ALL`].
    fn index(self) -> usize;
}

macro_rules! labels {
    ($($(#[doc = $about:literal])* $type:ident $name:literal { $($(#[doc = $doc:literal])* $value:ident = $text:literal),+ $(,)? })+) => {$(
        $(#[doc = $about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $type {
            $($(#[doc = $doc])* $value,)+
        }

        impl Label for $type {
            const NAME: &'static str = $name;
            const ALL: &'static [Self] = &[$(Self::$value),+];

            fn text(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)+
                }
            }

            fn index(self) -> usize {
                self as usize
            }
        }
    )+};
}

labels! {
    /// What was asked.
    Endpoint "endpoint" {
        /// The token endpoint.
        Token = "token",
        /// The authorize endpoint, and its way back from pages.
        Authorize = "authorize",
        /// Userinfo.
        UserInfo = "userinfo",
        /// Introspection.
        Introspection = "introspection",
        /// Revocation.
        Revocation = "revocation",
        /// End of session.
        EndSession = "endsession",
        /// Discovery documents.
        Discovery = "discovery",
        /// The published keys.
        Jwks = "jwks",
        /// The REST API.
        Api = "api",
        /// Pages of the portal.
        Portal = "portal",
        /// Pages of one's own account.
        Account = "account",
        /// Sign-in, consent, sign-out, set-up.
        SignIn = "sign_in",
        /// Style, script, icons.
        Assets = "assets",
        /// Probes.
        Health = "health",
        /// Anything else.
        Other = "other",
    }

    /// The class of a status.
    Status "status" {
        /// Informational.
        Informed = "1xx",
        /// Success.
        Succeeded = "2xx",
        /// Redirection.
        Redirected = "3xx",
        /// The client's mistake.
        Refused = "4xx",
        /// The client hung up before the answer.
        Gone = "499",
        /// Our own trouble.
        Failed = "5xx",
    }

    /// How a token was got.
    Grant "grant" {
        /// By a client for itself.
        ClientCredentials = "client_credentials",
        /// For a code.
        AuthorizationCode = "authorization_code",
        /// For a refresh token.
        RefreshToken = "refresh_token",
    }

    /// What came of a try to sign in.
    SignInOutcome "outcome" {
        /// Signed in.
        Succeeded = "succeeded",
        /// Unknown, wrong or disabled.
        Refused = "refused",
        /// Too many failures before.
        Throttled = "throttled",
        /// Too many passwords at once.
        Busy = "busy",
        /// Our own trouble.
        Failed = "failed",
    }

    /// Connections to the database.
    PoolState "state" {
        /// At work.
        Busy = "busy",
        /// Waiting for work.
        Idle = "idle",
    }

    /// What runs beside the requests.
    Job "task" {
        /// Rotating signing keys.
        RotateKeys = "rotate_keys",
        /// Looking for changes made elsewhere.
        LookForChanges = "look_for_changes",
        /// Noting the use of secrets.
        NoteSecretUses = "note_secret_uses",
        /// Noting what clients do.
        NoteActivity = "note_activity",
        /// Sealing the audit log.
        SealAudit = "seal_audit",
        /// Checking the audit log.
        CheckAudit = "check_audit",
        /// Removing what is over.
        Sweep = "sweep",
        /// Mailing that secrets end.
        SendNotices = "send_notices",
        /// Telling others that this node is alive.
        Heartbeat = "heartbeat",
        /// Looking for what ends soon.
        LookAhead = "look_ahead",
    }

    /// Where in its life a signing key is.
    KeyUse "state" {
        /// Published, signs later.
        Pending = "pending",
        /// Signs.
        Active = "active",
        /// Verifies only.
        Retired = "retired",
        /// Recognises ID tokens of the past.
        Archived = "archived",
    }

    /// How soon.
    Within "within" {
        /// A day.
        Day = "1d",
        /// Seven days.
        Week = "7d",
        /// Thirty days.
        Month = "30d",
    }

    /// What came of a mail.
    MailOutcome "outcome" {
        /// Taken by the mail server.
        Sent = "sent",
        /// Not taken now: it is tried again.
        Deferred = "deferred",
        /// Given up: refused by the mail server, or not taken in time.
        Failed = "failed",
        /// Not even queued: too many were waiting.
        Dropped = "dropped",
    }

    /// What came of a span.
    SpanOutcome "outcome" {
        /// Taken by the collector.
        Sent = "sent",
        /// Not taken by the collector, or not in time.
        Failed = "failed",
        /// Not even queued: too many were waiting.
        Dropped = "dropped",
    }
}

impl Status {
    /// The class of a status code.
    #[must_use]
    pub const fn of(code: u16) -> Self {
        match code {
            0..200 => Self::Informed,
            200..300 => Self::Succeeded,
            300..400 => Self::Redirected,
            499 => Self::Gone,
            400..500 => Self::Refused,
            _ => Self::Failed,
        }
    }
}

impl Endpoint {
    /// What a path asks.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let below = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if let Some(rest) = path.strip_prefix("/identity/connect/") {
            return match rest {
                "token" => Self::Token,
                "authorize" | "authorize/callback" => Self::Authorize,
                "userinfo" => Self::UserInfo,
                "introspect" => Self::Introspection,
                "revocation" => Self::Revocation,
                "endsession" => Self::EndSession,
                _ => Self::Other,
            };
        }
        match path {
            "/healthz" | "/readyz" => Self::Health,
            "/identity/.well-known/openid-configuration/jwks" => Self::Jwks,
            _ if path.contains("/.well-known/") => Self::Discovery,
            _ if path.get(..4).is_some_and(|root| root.eq_ignore_ascii_case("/api")) => Self::Api,
            _ if below("/portal") => Self::Portal,
            _ if below("/account") => Self::Account,
            _ if below("/assets") => Self::Assets,
            _ if ["/login", "/consent", "/logout", "/setup", "/password"].into_iter().any(below) => Self::SignIn,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, Job, Label, Status};

    #[test]
    fn a_path_belongs_to_one_endpoint() {
        for (path, endpoint) in [
            ("/identity/connect/token", Endpoint::Token),
            ("/identity/connect/authorize/callback", Endpoint::Authorize),
            ("/identity/connect/nothing", Endpoint::Other),
            ("/identity/.well-known/openid-configuration", Endpoint::Discovery),
            ("/identity/.well-known/openid-configuration/jwks", Endpoint::Jwks),
            ("/API/v1/tenants", Endpoint::Api),
            ("/portal", Endpoint::Portal),
            ("/portalx", Endpoint::Other),
            ("/login/select", Endpoint::SignIn),
            ("/\u{e9}\u{e9}", Endpoint::Other),
            ("", Endpoint::Other),
        ] {
            assert_eq!(Endpoint::of(path), endpoint, "{path}");
        }
    }

    #[test]
    fn a_status_belongs_to_one_class() {
        let rows = [(101, "1xx"), (204, "2xx"), (302, "3xx"), (404, "4xx"), (499, "499"), (503, "5xx")];
        for (code, class) in rows {
            assert_eq!(Status::of(code).text(), class);
        }
    }

    #[test]
    fn labels_know_their_place() {
        for (at, job) in Job::ALL.iter().enumerate() {
            assert_eq!(job.index(), at);
        }
    }
}
