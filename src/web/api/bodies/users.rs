//! Users and their invitations.

use super::LOCAL_PROVIDER;
use crate::flows::User;
use crate::flows::admin::{Invitation, InvitationState, NewUserFields, UserChange};
use crate::oauth::{RoleId, TenantId, UnixTime, UserId};
use crate::web::api::problem::Problem;
use crate::web::api::sent::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A user as it is sent. There is one e-mail address and one name: "contact" is another word for each.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
#[schemars(rename = "UserToSend")]
pub(in crate::web::api) struct UserMembers {
    /// For a change, that of the path counts.
    id: Option<String>,
    given_name: Option<String>,
    surname: Option<String>,
    name: Option<String>,
    email: Option<String>,
    /// The address to sign in with.
    #[schemars(example = &"uma@example.com")]
    contact_email: Option<String>,
    /// Up to 48 characters.
    #[schemars(example = &"Uma")]
    contact_given_name: Option<String>,
    /// Up to 48 characters.
    #[schemars(example = &"Jansen")]
    contact_surname: Option<String>,
    /// No other system knows our users.
    #[serde(rename = "ExternalUserId")]
    _external_user_id: Option<String>,
    identity_provider_id: Option<String>,
    role_ids: Option<Vec<String>>,
}

impl UserMembers {
    /// A user to be added; whoever is invited chooses the password.
    pub(in crate::web::api) fn into_new(self) -> Result<NewUserFields, Problem> {
        require_local(self.identity_provider_id.as_deref())?;
        let role_ids = self.roles().unwrap_or_default();
        let (given, surname) = (self.given_name.or(self.contact_given_name), self.surname.or(self.contact_surname));
        let name = self.name.or_else(|| joined(given.as_deref(), surname.as_deref())).unwrap_or_default();
        let email = self.email.or(self.contact_email).unwrap_or_default();
        let claims = with_names("{}", given.as_deref(), surname.as_deref())?;
        // The invitation is made by a call of its own, which shows its link.
        let claims = Some(claims);
        Ok(NewUserFields { id: self.id, email, name, role_ids, claims, password: None, invite_later: true })
    }

    /// A change of this user. Of two words for one thing the one counts that differs from what is stored.
    pub(in crate::web::api) fn into_change(self, user: &User) -> Result<UserChange, Problem> {
        require_local(self.identity_provider_id.as_deref())?;
        let role_ids = self.roles();
        let known = claims(&user.claims);
        let stored = |name: &str| known.get(name).and_then(Value::as_str).unwrap_or_default();
        let given = differing(stored(GIVEN), [self.contact_given_name, self.given_name]);
        let surname = differing(stored(SURNAME), [self.contact_surname, self.surname]);
        let renamed = given.is_some() || surname.is_some();
        let whole = || {
            let given = given.as_deref().unwrap_or(stored(GIVEN));
            joined(Some(given), Some(surname.as_deref().unwrap_or(stored(SURNAME)))).filter(|_| renamed)
        };
        Ok(UserChange {
            version: None,
            email: differing(&user.email, [self.contact_email, self.email]),
            name: differing(&user.name, [self.name, None]).or_else(whole),
            enabled: None,
            role_ids,
            claims: if renamed { Some(with_names(&user.claims, given.as_deref(), surname.as_deref())?) } else { None },
        })
    }

    fn roles(&self) -> Option<Vec<RoleId>> {
        let ids = self.role_ids.as_ref()?;
        Some(ids.iter().map(|id| RoleId::new(id.to_ascii_lowercase())).collect())
    }
}

/// The standard claims (OpenID Connect Core 5.1) that hold the two halves of a name.
const GIVEN: &str = "given_name";
const SURNAME: &str = "family_name";
/// Most characters of each half.
const LONGEST: usize = 48;

fn differing(stored: &str, sent: [Option<String>; 2]) -> Option<String> {
    sent.into_iter().flatten().find(|text| text.trim() != stored)
}

fn joined(given: Option<&str>, surname: Option<&str>) -> Option<String> {
    let whole = [given, surname].into_iter().flatten().map(str::trim).collect::<Vec<_>>().join(" ");
    Some(whole.trim().to_owned()).filter(|whole| !whole.is_empty())
}

fn claims(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

/// The claims with the halves of the name in them; an empty half takes it out.
fn with_names(text: &str, given: Option<&str>, surname: Option<&str>) -> Result<String, Problem> {
    let mut claims = claims(text);
    for (name, half) in [(GIVEN, given), (SURNAME, surname)] {
        let Some(half) = half.map(str::trim) else { continue };
        if half.chars().count() > LONGEST || half.chars().any(char::is_control) {
            let reason = format!("Given name and surname must be {LONGEST} characters or fewer.");
            return Err(Problem::bad(reason, "Shorten the name."));
        }
        if half.is_empty() {
            claims.remove(name);
        } else {
            claims.insert(name.to_owned(), Value::from(half));
        }
    }
    Ok(Value::Object(claims).to_string())
}

fn require_local(id: Option<&str>) -> Result<(), Problem> {
    if id.is_none_or(|id| id.eq_ignore_ascii_case(LOCAL_PROVIDER)) {
        return Ok(());
    }
    Err(Problem::bad(
        "There is no identity provider with this id in this account.",
        "Leave IdentityProviderId out, or take it from the list of identity providers.",
    ))
}

/// A user as it is shown.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields, rename = "User")]
pub(crate) struct UserView {
    #[schemars(with = "String")]
    id: UserId,
    given_name: Option<String>,
    surname: Option<String>,
    name: String,
    email: String,
    contact_email: String,
    contact_given_name: Option<String>,
    contact_surname: Option<String>,
    external_user_id: Option<String>,
    identity_provider_id: &'static str,
    #[schemars(with = "Vec<String>")]
    role_ids: Vec<RoleId>,
}

impl UserView {
    /// A user with these roles, whose order does not matter.
    pub(crate) fn new(user: &User, mut role_ids: Vec<RoleId>) -> Self {
        role_ids.sort();
        let known = claims(&user.claims);
        let half = |name: &str| known.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let (given_name, surname) = (half(GIVEN), half(SURNAME));
        Self {
            id: user.id.clone(),
            contact_given_name: given_name.clone(),
            contact_surname: surname.clone(),
            given_name,
            surname,
            name: user.name.clone(),
            email: user.email.clone(),
            contact_email: user.email.clone(),
            external_user_id: None,
            identity_provider_id: LOCAL_PROVIDER,
            role_ids,
        }
    }
}

/// A user with what became of the invitation.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields, rename = "UserStatus")]
pub(in crate::web::api) struct UserStatusView {
    /// 0 accepted, 1 none, 2 not sent, 3 sent, 4 expired.
    pub invitation_status: i64,
    user: UserView,
}

impl UserStatusView {
    pub(in crate::web::api) fn new(user: UserView, state: InvitationState) -> Self {
        let invitation_status = match state {
            InvitationState::Accepted => 0,
            InvitationState::Missing => 1,
            InvitationState::Sent(_) => 3,
            InvitationState::Expired(_) => 4,
        };
        Self { invitation_status, user }
    }
}

/// The number of a state by its name, in any case, or by the number itself.
pub(in crate::web::api) fn status_named(text: &str) -> Option<i64> {
    const NAMES: [&str; 5] =
        ["InvitationAccepted", "NoInvitation", "InvitationNotSent", "InvitationSent", "InvitationExpired"];
    let at = NAMES.iter().position(|name| name.eq_ignore_ascii_case(text));
    let at = at.or_else(|| text.parse().ok().filter(|at| *at < NAMES.len()))?;
    i64::try_from(at).ok()
}

/// An invitation as it is sent.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
#[schemars(rename = "InvitationToSend")]
pub(in crate::web::api) struct InvitationMembers {
    /// When it ends: within two months, usually in 21 days.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    expires_date_time: Option<Time>,
    #[serde(rename = "State")]
    _state: Option<i64>,
    /// Whether the link is mailed, where mail is set up: it is unless this says no. It is in the answer either way.
    send_invitation: Option<bool>,
    identity_provider_id: Option<String>,
}

/// How long an invitation works unless said otherwise, and at most, in seconds: 21 days, 62 days.
const USUAL_DAYS: i64 = 21 * 86_400;
const MOST_DAYS: i64 = 62 * 86_400;

impl InvitationMembers {
    /// How long the invitation shall work, in seconds.
    pub(in crate::web::api) fn lifetime(&self, now: UnixTime) -> Result<i64, Problem> {
        require_local(self.identity_provider_id.as_deref())?;
        let lifetime = self.expires_date_time.map_or(USUAL_DAYS, |end| end.0.since(now));
        if (1..=MOST_DAYS).contains(&lifetime) {
            return Ok(lifetime);
        }
        Err(Problem::bad("An invitation must end in the future, within two months.", "Choose another ExpiresDateTime."))
    }

    /// Whether the link shall be mailed.
    pub(in crate::web::api) fn is_mailed(&self) -> bool {
        self.send_invitation.unwrap_or(true)
    }
}

/// An invitation as it is shown; with its link only to whoever made it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields, rename = "Invitation")]
pub(in crate::web::api) struct InvitationView<'a> {
    #[schemars(with = "String")]
    id: UserId,
    #[schemars(extend("format" = "date-time"))]
    issued: String,
    #[schemars(extend("format" = "date-time"))]
    expires: String,
    accepted: Option<String>,
    state: i64,
    #[schemars(with = "String")]
    tenant_id: TenantId,
    #[schemars(with = "String")]
    user_id: UserId,
    identity_provider_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    /// Whoever has it can choose the user's password. It is shown once.
    #[schemars(with = "&str")]
    link: Option<&'a str>,
}

impl<'a> InvitationView<'a> {
    pub(in crate::web::api) fn new(user: &User, invitation: Invitation, link: Option<&'a str>) -> Self {
        Self {
            id: user.id.clone(),
            issued: invitation.issued_at.rfc3339(),
            expires: invitation.expires_at.rfc3339(),
            accepted: None,
            state: 0,
            tenant_id: user.tenant_id.clone(),
            user_id: user.id.clone(),
            identity_provider_id: LOCAL_PROVIDER,
            link,
        }
    }
}

#[cfg(test)]
#[path = "users_tests.rs"]
mod tests;
