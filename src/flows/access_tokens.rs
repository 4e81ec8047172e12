//! Access tokens that come back to us: whether they are ours, and whether they are still alive.

use super::user_tokens::Bearer;
use super::{BearerError, Provider};
use crate::keys::{Expect, VerifyError};
use crate::oauth::{BearerRefusal, ClientId, Grant, GrantId, UnixTime};
use serde_json::{Map, Value};

/// The user behind a token that is alive.
pub(super) struct LivingGrant {
    pub grant: Grant,
    pub bearer: Bearer,
}

pub(super) fn text<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c str> {
    claims.get(name).and_then(Value::as_str)
}

impl Provider {
    /// The claims of an access token that we signed for our own API, and that is not over.
    pub(super) fn verify_access_token(&self, token: &str, now: UnixTime) -> Result<Map<String, Value>, BearerRefusal> {
        let expect = Expect {
            typ: "at+jwt",
            issuer: &self.issuer,
            audience: Some(&self.audience),
            leeway_seconds: 0,
            allow_expired: false,
            include_archived: false,
        };
        self.keys.load().verify(token, &expect, now).map_err(|error| match error {
            VerifyError::Expired => BearerRefusal::Expired,
            _ => BearerRefusal::Unacceptable,
        })
    }

    /// Refuses a token that was taken back, alone or with its grant, or whose client or user may not use it any more.
    /// Gives the user; none if the token speaks for a client.
    pub(super) async fn require_alive(&self, claims: &Map<String, Value>) -> Result<Option<LivingGrant>, BearerError> {
        let revoked = BearerError::Refused(BearerRefusal::Revoked);
        let (Some(client_id), Some(jti)) = (text(claims, "client_id"), text(claims, "jti")) else {
            return Err(BearerRefusal::Unacceptable.into());
        };
        let cached = self.cached_client(&ClientId::new(client_id)).await?.filter(|cached| cached.client.enabled);
        let Some(cached) = cached else { return Err(revoked) };
        let mut reader = self.database.read().await?;
        if reader.is_token_revoked(jti).await? {
            return Err(revoked);
        }
        let Some(grant_id) = text(claims, "grant_id") else {
            // It hangs on its client alone, which may be another one by now.
            let incarnation = claims.get("incarnation").map_or(Some(0), Value::as_i64);
            return if incarnation == Some(cached.incarnation) { Ok(None) } else { Err(revoked) };
        };
        let Some(grant) = reader.find_grant(&GrantId::new(grant_id)).await? else { return Err(revoked) };
        let bearer = Bearer::find(&mut reader, &grant.user_id).await?;
        match bearer {
            Some(bearer) if grant.require_usable(Some(bearer.account())).is_ok() => {
                Ok(Some(LivingGrant { grant, bearer }))
            }
            _ => Err(revoked),
        }
    }
}
