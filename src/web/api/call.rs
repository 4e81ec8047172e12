//! A call of the API: who calls, for which tenant, about what. It exists only with a valid token, and with the right that
//! the table of operations asks for: no handler can forget to ask.

use super::listing::Listing;
use super::problem::Problem;
use crate::flows::admin::{Administrator, ReadAccess};
use crate::flows::{Caller, Provider, Who};
use crate::oauth::{ApiAct, ClientId, RoleId, UserId};
use crate::web::cors::AskingClient;
use crate::web::layers::{ClientAddress, Reference};
use crate::web::state::AppState;
use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use std::sync::Arc;

/// What every handler begins with.
pub(super) struct Call {
    pub provider: Arc<Provider>,
    pub reference: Reference,
    tenant: String,
    /// The right to look at what it is about.
    pub by: ReadAccess,
    /// The first id after the tenant's; empty in lists.
    pub id: String,
    secret: String,
    act: ApiAct,
    caller: Caller,
    address: String,
    uri: Uri,
    headers: HeaderMap,
}

impl FromRequestParts<AppState> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let token = bearer_token(&parts.headers, parts.uri.query())?;
        let caller = app.provider.caller(token).await?;
        if let Some(asking) = parts.extensions.get::<AskingClient>() {
            asking.is(caller.client_id());
        }
        app.provider.count_call(&caller)?;
        let Ok(reference) = Reference::from_request_parts(parts, app).await;
        let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(parts, app).await;
        let path = RawPathParams::from_request_parts(parts, app).await.map_err(|_| nothing_there())?;
        // What a database cannot hold is the id of nothing.
        if path.iter().any(|(_, value)| value.chars().any(char::is_control)) {
            return Err(nothing_there());
        }
        // The whole path stands before its ids: the door takes in all that begins with `/api`.
        let ids = path.iter().filter(|(name, _)| *name != super::WHOLE);
        let mut ids = ids.map(|(_, value)| value.to_owned());
        let mut next = || ids.next().unwrap_or_default();
        let (tenant, id, secret) = (next(), next(), next());
        // Without a right in the table nobody has it.
        let act = parts.extensions.get().copied().ok_or_else(|| Problem::of_router(StatusCode::FORBIDDEN))?;
        let by = caller.may_read(&tenant, act, &id).map_err(|denied| {
            tracing::info!(event = "api.denied", client_id = caller.client_id().as_str(), ?act, ?denied);
            Problem::from(denied)
        })?;
        Ok(Self {
            provider: Arc::clone(&app.provider),
            reference,
            tenant,
            by,
            id,
            secret,
            act,
            caller,
            address: address.to_string(),
            uri: parts.uri.clone(),
            headers: parts.headers.clone(),
        })
    }
}

impl Call {
    /// The right to change what it is about.
    pub(super) fn may_change(&self) -> Result<Administrator, Problem> {
        let (address, reference) = (self.address.clone(), self.reference.as_str().to_owned());
        Ok(self.caller.may_change(&self.tenant, self.act, &self.id, address, reference)?)
    }

    /// The id of the path as a client's.
    pub(super) fn client_id(&self) -> ClientId {
        ClientId::new(self.id.as_str())
    }

    /// The id of the path as a role's: GUIDs are kept in lower case.
    pub(super) fn role_id(&self) -> RoleId {
        RoleId::new(self.id.to_ascii_lowercase())
    }

    /// The id of the path as a user's.
    pub(super) fn user_id(&self) -> UserId {
        UserId::new(self.id.to_ascii_lowercase())
    }

    /// The number of a secret; what is no number is the id of none.
    pub(super) fn secret_id(&self) -> Result<i32, Problem> {
        self.secret.parse().map_err(|_| crate::flows::admin::AdminError::NotFound("secret").into())
    }

    /// What the query asks of a list.
    pub(super) fn listing(&self) -> Result<Listing, Problem> {
        Listing::read(self.uri.query().unwrap_or_default())
    }

    /// The address of something in this tenant: its kind, and its id.
    pub(super) fn address_of(&self, kind: &str, id: &str) -> String {
        let base = &self.provider.settings().public_url;
        format!("{base}/api/v1/Tenants/{}/{kind}/{id}", self.caller.tenant_id())
    }

    /// The address that was called, without its query.
    pub(super) fn own_address(&self) -> String {
        format!("{}{}", self.provider.settings().public_url, self.uri.path())
    }

    /// Compares If-Match (RFC 9110 13.1.1) with what is there now. `Ok(true)`: the caller wants to be told of changes.
    pub(super) fn require_match(&self, etag: &str) -> Result<bool, Problem> {
        let mut tags = Vec::new();
        for line in self.headers.get_all(header::IF_MATCH) {
            let line = line.to_str().map_err(|_| Problem::stale())?;
            tags.extend(line.split(',').map(str::trim).filter(|tag| !tag.is_empty()));
        }
        match tags.as_slice() {
            [] if !self.headers.contains_key(header::IF_MATCH) => Ok(false),
            [] => {
                Err(Problem::bad("If-Match is empty.", "Send the ETag of what you have seen, or leave If-Match out."))
            }
            // A weak tag never matches: it may stand for two different states.
            tags if tags.contains(&"*") || tags.contains(&etag) => Ok(true),
            _ => Err(Problem::stale()),
        }
    }

    /// What makes repeated requests one: the caller's Idempotency-Key, out of reach of other callers.
    pub(super) fn idempotency_key(&self) -> Result<Option<String>, Problem> {
        let Some(key) = self.headers.get("idempotency-key") else { return Ok(None) };
        let key = key.to_str().ok().filter(|key| (1..=200).contains(&key.len())).ok_or_else(|| {
            Problem::bad("Idempotency-Key is empty, too long, or not ASCII.", "Send up to 200 letters and digits.")
        })?;
        let whose = match self.caller.who() {
            Who::Client(_) => self.caller.client_id().as_str(),
            Who::User(id, _) => id.as_str(),
        };
        Ok(Some(format!("api {} {whose} {key}", self.caller.tenant_id())))
    }
}

fn nothing_there() -> Problem {
    Problem::of_router(StatusCode::NOT_FOUND)
}

/// The token of the Authorization header (RFC 6750 2.1), the only place where one counts.
fn bearer_token<'h>(headers: &'h HeaderMap, query: Option<&str>) -> Result<&'h str, Problem> {
    let in_query = |query: &str| url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "access_token");
    if query.is_some_and(in_query) {
        let reason = "A token in the address is not accepted: addresses end up in logs.";
        return Err(Problem::unauthorized(Some("invalid_request"), reason));
    }
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let (first, second) = (sent.next(), sent.next());
    let none = || Problem::unauthorized(None, "No access token came with the request.");
    let value = first.ok_or_else(none)?;
    if second.is_some() {
        return Err(Problem::unauthorized(Some("invalid_request"), "There is more than one Authorization header."));
    }
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(none)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(none()) }
}

/// Whether a header says JSON: `application/json`, its old name `text/json`, or a media type of that family; in UTF-8, which
/// is what JSON is in (RFC 8259 8.1).
pub(super) fn is_json(kind: Option<&HeaderValue>) -> bool {
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let mut parts = kind.split(';').map(|part| part.trim().to_ascii_lowercase());
    let kind = parts.next().unwrap_or_default();
    let other_charset = parts.any(|part| {
        part.strip_prefix("charset=").is_some_and(|charset| !matches!(charset.trim_matches('"'), "utf-8" | "utf8"))
    });
    let json = matches!(kind.as_str(), "application/json" | "text/json")
        || (kind.starts_with("application/") && kind.ends_with("+json"));
    json && !other_charset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_counts_in_one_header_alone() {
        type Row = (&'static [&'static str], Option<&'static str>, Option<&'static str>);
        let rows: &[Row] = &[
            (&["Bearer abc"], None, Some("abc")),
            (&["bearer abc"], None, Some("abc")),
            (&["BEARER  abc "], None, Some("abc")),
            (&[], None, None),
            (&["abc"], None, None),
            (&["Basic abc"], None, None),
            (&["Bearer"], None, None),
            (&["Bearer abc", "Bearer abc"], None, None),
            (&[], Some("access_token=abc"), None),
            (&["Bearer abc"], Some("x=1&access_token=abc"), None),
            (&["Bearer abc"], Some("x=access_token"), Some("abc")),
        ];
        for (sent, query, expected) in rows {
            let mut headers = HeaderMap::new();
            for value in *sent {
                headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
            }
            assert_eq!(bearer_token(&headers, *query).ok(), *expected, "{sent:?} {query:?}");
        }
    }

    #[test]
    fn json_is_told_by_its_media_type() {
        for (kind, json) in [
            (Some("application/json"), true),
            (Some("Application/JSON; charset=utf-8"), true),
            (Some("application/merge-patch+json"), true),
            (Some("text/json"), true),
            (Some("application/json; charset=\"UTF-8\""), true),
            (Some("application/json; charset=utf-16"), false),
            (Some("text/plain"), false),
            (Some("application/x-www-form-urlencoded"), false),
            (Some("application/jsonp"), false),
            (None, false),
        ] {
            assert_eq!(is_json(kind.map(HeaderValue::from_static).as_ref()), json, "{kind:?}");
        }
    }
}
