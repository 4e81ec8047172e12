//! The catalogue of reasons: what the documentation says about each.

use super::{ReasonCode, ReasonPage};

const fn page(code: u16, error: &'static str, cause: &'static str, remedy: &'static str) -> ReasonPage {
    ReasonPage { code: ReasonCode(code), error, cause, remedy }
}

/// Every reason this server gives, in order.
pub const REASONS: &[ReasonPage] = &[
    page(
        1101,
        "page",
        "The Client Id is missing or unknown.",
        "Compare it with the portal: Security, Clients. A disabled client looks the same from outside.",
    ),
    page(1102, "invalid_client", "The client is disabled.", "Enable it in the portal: Security, Clients, Enable."),
    page(
        1103,
        "page",
        "The redirect URL is not one of the client's Allowed Redirect URL(s).",
        "It must be the same character for character: scheme, host, port, path, slash, case and query. Add it in the portal, or send a registered one.",
    ),
    page(
        1104,
        "page",
        "No redirect_uri was sent.",
        "Send redirect_uri in every request, even if only one is registered.",
    ),
    page(
        1105,
        "page",
        "A link or form of this server was damaged, or is from another server.",
        "Go back to the app and start again from there.",
    ),
    page(
        1106,
        "page",
        "The query of the redirect URL has a parameter that the answer has too, such as code, state or iss.",
        "Rename the parameter in the app, and save the new URL in the portal. The app could not tell the two apart.",
    ),
    page(
        1201,
        "unsupported_response_type",
        "The response type is missing, unknown, or not for this client.",
        "Authorization Code clients use code. Hybrid clients use code or code id_token; those with token need Allow Access Tokens via Browser.",
    ),
    page(
        1202,
        "invalid_request",
        "PKCE is required and code_challenge is missing.",
        "Send code_challenge and code_challenge_method=S256.",
    ),
    page(
        1203,
        "invalid_request",
        "The code_challenge_method is missing, plain or unknown.",
        "Send code_challenge_method=S256; without it the standard means plain.",
    ),
    page(
        1204,
        "invalid_request",
        "An ID token from the authorize endpoint needs a nonce.",
        "Send a fresh random nonce and compare it with the one in the ID token.",
    ),
    page(
        1205,
        "invalid_scope",
        "A scope is malformed, there are too many, openid is missing, or none is known.",
        "Send known scopes with single spaces between them. Unknown ones beside known ones are ignored.",
    ),
    page(
        1207,
        "invalid_request",
        "A parameter came twice, is malformed, or there are too many.",
        "Send each parameter once, percent-encoded as UTF-8.",
    ),
    page(
        1208,
        "invalid_request",
        "A parameter has a value that is not understood or does not fit the others.",
        "The description names the parameter. Compare it with OpenID Connect Core 3.1.2.1.",
    ),
    page(
        1209,
        "request_not_supported",
        "Request objects and registration inside a request are not supported.",
        "Send each parameter by itself, without request, request_uri and registration.",
    ),
    page(
        1210,
        "invalid_request",
        "acr_values names another tenant than the client's.",
        "Leave tenant: out, or send the id of the tenant that the client belongs to.",
    ),
    page(
        1301,
        "login_required",
        "prompt=none, but nobody is signed in, or not the user asked for, or too long ago.",
        "Send the user through an interactive request. In an iframe on another site the session cookie may not arrive.",
    ),
    page(
        1302,
        "consent_required",
        "prompt=none, but the user has not consented to all scopes yet.",
        "Ask interactively once.",
    ),
    page(
        1303,
        "access_denied",
        "The user pressed Cancel, or may not use this client.",
        "Users sign in to clients of their own tenant only.",
    ),
    page(
        1304,
        "unmet_authentication_requirements",
        "An essential acr was asked for that this server does not reach.",
        "Ask for an acr of acr_values_supported, or do not make it essential.",
    ),
    page(
        2101,
        "invalid_request",
        "No grant_type, or the request is not a form sent by POST.",
        "Send application/x-www-form-urlencoded by POST, with grant_type in the body.",
    ),
    page(
        2102,
        "unsupported_grant_type",
        "This server, or this type of client, does not use that grant type.",
        "Client-Credentials clients use client_credentials; Authorization Code and Hybrid clients use authorization_code.",
    ),
    page(
        2103,
        "invalid_scope",
        "A scope is unknown, or not allowed for this client.",
        "Leave scope out to get all that is allowed, or ask for ocsapi.",
    ),
    page(
        2104,
        "invalid_target",
        "Tokens for that resource or audience are not issued here.",
        "Leave resource and audience out: tokens are for this server's API.",
    ),
    page(
        2201,
        "invalid_client",
        "No client credentials arrived, no Client Secret from a client that needs one or is not known, or the Authorization header could not be read.",
        "Send client_id and client_secret in the form, or as HTTP Basic. Proxies sometimes strip the header.",
    ),
    page(
        2202,
        "invalid_client",
        "Client authentication failed: the Client Id or the Client Secret is wrong.",
        "Compare the last four characters of the secret with the portal's list; look for spaces, newlines and + signs.",
    ),
    page(2203, "invalid_client", "The secret was right, but has expired.", "Add a secret and use it instead."),
    page(2204, "invalid_client", "The secret was right, but is disabled.", "Enable it, or use another secret."),
    page(
        2205,
        "invalid_request",
        "Credentials came in two ways at once.",
        "Send them in the form or in the Authorization header, not in both.",
    ),
    page(
        2206,
        "invalid_client",
        "An Authorization Code client sent a secret.",
        "Remove client_secret: these clients prove themselves with PKCE.",
    ),
    page(
        2207,
        "invalid_grant",
        "The code_verifier is missing, does not fit the code_challenge, or none was expected.",
        "Store the verifier before redirecting and read it once on return: a reload or second tab makes another one.",
    ),
    page(2208, "invalid_grant", "The code has expired.", "Exchange it at once: a code lives for 60 seconds."),
    page(
        2209,
        "invalid_grant",
        "The code was used twice. What the first use gave is revoked.",
        "Usually a retry, or an effect that runs twice. Exchange each code once.",
    ),
    page(
        2210,
        "invalid_grant",
        "The redirect_uri is not the one of the authorization request.",
        "Send exactly the same redirect_uri again.",
    ),
    page(
        2211,
        "invalid_grant",
        "The code or refresh token belongs to another client.",
        "Use the Client Id that asked for it.",
    ),
    page(
        2212,
        "invalid_grant",
        "The refresh token has expired, was revoked, or its user may no longer use it.",
        "Send the user through sign-in again.",
    ),
    page(
        2213,
        "invalid_grant",
        "The refresh token was used again after it had been replaced. The whole family is revoked.",
        "Two processes share one token: use a lock, and store the new token before using it. Then sign in again.",
    ),
    page(
        2214,
        "invalid_grant",
        "The code or refresh token is not known here.",
        "Compare what was received with what was sent: it may be cut, altered, or from another server.",
    ),
    page(
        2215,
        "invalid_client",
        "The client is set to authenticate in one way, and the request used the other.",
        "Send the credentials the other way (form or HTTP Basic), or change the client: Edit Client, Advanced.",
    ),
    page(2301, "429", "Too many refused attempts.", "Wait as long as Retry-After says, and mend the cause first."),
    page(
        3101,
        "page",
        "The id_token_hint cannot be read, or is from another issuer.",
        "Send an ID token of this server. Expired ones are fine.",
    ),
    page(
        3102,
        "page",
        "The logout redirect URL is not one of the client's Allowed Logout Redirect URL(s).",
        "It must be the same character for character. Add it in the portal.",
    ),
    page(
        3103,
        "page",
        "client_id is not the client of the id_token_hint.",
        "Send the ID token that this client got, or leave client_id out.",
    ),
    page(
        3104,
        "page",
        "A logout redirect URL was sent, but neither an id_token_hint nor a client_id that is known here.",
        "Send id_token_hint, or client_id: they say whose Allowed Logout Redirect URL(s) count.",
    ),
    page(
        3105,
        "page",
        "The query of the logout redirect URL has a state of its own.",
        "Rename the parameter in the app, and save the new URL in the portal. The app could not tell the two apart.",
    ),
    page(4101, "invalid_token", "The access token has expired.", "Check the clock, and get a new token."),
    page(
        4102,
        "invalid_token",
        "The access token cannot be read, is no access token, or is signed with a key that is not ours.",
        "Send the access_token of this server unchanged.",
    ),
    page(
        4103,
        "insufficient_scope",
        "The access token was not made for a user with the scope openid.",
        "Ask for openid when signing the user in.",
    ),
    page(4104, "invalid_token", "The access token was revoked, or its user or client is disabled.", "Sign in again."),
    page(
        4105,
        "invalid_request",
        "The access token came in two ways, or in the address.",
        "Send it once: in the Authorization header, or in the form of a POST.",
    ),
    page(
        9001,
        "server_error",
        "Our fault: something failed inside.",
        "Nothing to change in the client. Give the reference to the operator.",
    ),
    page(
        9002,
        "temporarily_unavailable",
        "The server is starting, draining, busy, or cannot reach its database.",
        "Try again after the time that Retry-After says.",
    ),
];

#[cfg(test)]
mod tests {
    use super::REASONS;

    #[test]
    fn reasons_stand_in_order_and_each_once() {
        assert!(REASONS.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
