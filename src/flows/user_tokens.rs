//! Tokens that speak for a user.

use super::{IssueError, Provider};
use crate::oauth::claims::{
    AccessTokenClaims, IdTokenClaims, PASSWORD_ACR, PASSWORD_AMR, Subject, UserAccessTokenClaims, half_hash,
};
use crate::oauth::{AccountState, BuiltInRole, Client, Grant, Scope, SigningAlgorithm, UnixTime, UserClaims, UserId};
use crate::storage::{Reader, StorageError, User};

/// A user with what is true of them now: what goes into tokens and decides whether there are any.
#[derive(Debug, Clone)]
pub(super) struct Bearer {
    pub user: User,
    claims: UserClaims,
    role_ids: Vec<String>,
    role_types: Vec<String>,
}

impl Bearer {
    pub(super) async fn find(reader: &mut Reader, id: &UserId) -> Result<Option<Self>, StorageError> {
        let Some(user) = reader.find_user(id).await? else { return Ok(None) };
        let roles = reader.roles_of_user(id).await?;
        Ok(Some(Self {
            claims: UserClaims::from_stored(&user.claims),
            role_ids: roles.iter().map(|role| role.id.as_str().to_owned()).collect(),
            role_types: roles
                .iter()
                .filter_map(|role| role.built_in.map(BuiltInRole::type_id))
                .map(Into::into)
                .collect(),
            user,
        }))
    }

    pub(super) const fn account(&self) -> AccountState {
        self.user.account()
    }

    pub(super) fn subject(&self) -> Subject<'_> {
        Subject {
            id: &self.user.id,
            name: &self.user.name,
            email: &self.user.email,
            updated_at: self.user.updated_at,
            claims: &self.claims,
            tenant_id: &self.user.tenant_id,
            role_types: &self.role_types,
        }
    }
}

/// For whom tokens are made, and on what they hang.
#[derive(Clone, Copy)]
pub(super) struct Granted<'a> {
    pub client: &'a Client,
    pub grant: &'a Grant,
    pub bearer: &'a Bearer,
    /// What these tokens are good for: the grant, or a part of it.
    pub scope: &'a Scope,
    pub now: UnixTime,
}

/// What goes into an ID token beside the user.
#[derive(Clone, Copy, Default)]
pub(super) struct IdTokenParts<'a> {
    pub nonce: Option<&'a str>,
    /// The access token that comes along.
    pub access_token: Option<&'a str>,
    /// The code that comes along.
    pub code: Option<&'a str>,
}

impl Provider {
    /// An access token, with the algorithm of the client.
    pub(super) fn user_access_token(&self, granted: Granted<'_>) -> Result<String, IssueError> {
        let Granted { client, grant, bearer, scope, now } = granted;
        let claims = UserAccessTokenClaims {
            token: AccessTokenClaims {
                iss: &self.issuer,
                sub: grant.user_id.as_str(),
                aud: &self.audience,
                exp: now.plus(i64::from(client.token_lifetime)).0,
                iat: now.0,
                nbf: now.0,
                jti: &self.random.base64url::<16>(),
                client_id: client.id.as_str(),
                scope: &scope.to_string(),
                tid: grant.tenant_id.as_str(),
                roles: &bearer.role_ids,
                role_type: &bearer.role_types,
                incarnation: None,
            },
            auth_time: grant.auth_time.0,
            acr: PASSWORD_ACR,
            amr: PASSWORD_AMR,
            sid: grant.sid.as_str(),
            grant_id: grant.id.as_str(),
        };
        self.sign_access_token(client.access_token_algorithm, &claims)
    }

    /// An ID token, always by RS256: every client can check it.
    pub(super) fn id_token(&self, granted: Granted<'_>, parts: IdTokenParts<'_>) -> Result<String, IssueError> {
        let Granted { client, grant, bearer, scope, now } = granted;
        let tells_tenant = scope.contains(Scope::API) || grant.claims.id_token.contains_key("tid");
        let claims = IdTokenClaims {
            iss: &self.issuer,
            sub: grant.user_id.as_str(),
            aud: client.id.as_str(),
            exp: now.plus(self.settings.tokens.id_token).0,
            iat: now.0,
            auth_time: grant.auth_time.0,
            nonce: parts.nonce,
            at_hash: parts.access_token.map(half_hash),
            c_hash: parts.code.map(half_hash),
            sid: grant.sid.as_str(),
            acr: PASSWORD_ACR,
            amr: PASSWORD_AMR,
            tid: tells_tenant.then_some(grant.tenant_id.as_str()),
            asked: bearer.subject().asked_for_id_token(&grant.claims),
        };
        self.sign(SigningAlgorithm::Rs256, "JWT", &claims)
    }
}
