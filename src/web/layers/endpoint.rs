//! What a request asks, for the counters: the paths are known here, the counters know only names.

use super::answer::is_api;
use crate::metrics::Endpoint;

/// What a path asks.
pub(super) fn endpoint_of(path: &str) -> Endpoint {
    let below = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if let Some(rest) = path.strip_prefix("/identity/connect/") {
        return match rest {
            "token" => Endpoint::Token,
            "authorize" | "authorize/callback" => Endpoint::Authorize,
            "userinfo" => Endpoint::UserInfo,
            "introspect" => Endpoint::Introspection,
            "revocation" => Endpoint::Revocation,
            "endsession" => Endpoint::EndSession,
            _ => Endpoint::Other,
        };
    }
    match path {
        "/healthz" | "/readyz" => Endpoint::Health,
        "/identity/.well-known/openid-configuration/jwks" => Endpoint::Jwks,
        _ if path.contains("/.well-known/") => Endpoint::Discovery,
        _ if is_api(path) => Endpoint::Api,
        _ if below("/portal") => Endpoint::Portal,
        _ if below("/account") => Endpoint::Account,
        _ if below("/assets") => Endpoint::Assets,
        _ if ["/login", "/consent", "/logout", "/setup", "/password"].into_iter().any(below) => Endpoint::SignIn,
        _ => Endpoint::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::endpoint_of;
    use crate::metrics::Endpoint;

    #[test]
    fn a_path_belongs_to_one_endpoint() {
        for (path, endpoint) in [
            ("/identity/connect/token", Endpoint::Token),
            ("/identity/connect/authorize/callback", Endpoint::Authorize),
            ("/identity/connect/nothing", Endpoint::Other),
            ("/identity/.well-known/openid-configuration", Endpoint::Discovery),
            ("/identity/.well-known/openid-configuration/jwks", Endpoint::Jwks),
            ("/API/v1/tenants", Endpoint::Api),
            ("/apiary", Endpoint::Other),
            ("/portal", Endpoint::Portal),
            ("/portalx", Endpoint::Other),
            ("/login/select", Endpoint::SignIn),
            ("/\u{e9}\u{e9}", Endpoint::Other),
            ("", Endpoint::Other),
        ] {
            assert_eq!(endpoint_of(path), endpoint, "{path}");
        }
    }
}
