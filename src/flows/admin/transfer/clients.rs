//! Clients of a document, into the store.

use super::import::{Importing, Outcome, Stop, differing, taken};
use super::{ClientEntry, SecretEntry, local_all, logos, missing_role};
use crate::flows::admin::AdminError;
use crate::flows::admin::client_changes::{ClientChange, ClientSettings, NewClient};
use crate::flows::admin::clients::{client_event, describe, difference, require_free_id};
use crate::flows::admin::limits;
use crate::flows::admin::secrets::describe as describe_secret;
use crate::flows::audit;
use crate::oauth::admin_fields::{self, Field, FieldError, SecretEnd};
use crate::oauth::{
    AuthMethodPolicy, Client, ClientId, ClientSecret, ClientType, ConsentPolicy, PkcePolicy, Role, SigningAlgorithm,
    TokenHash, UnixTime,
};
use crate::storage::Transaction;
use std::collections::HashSet;

const SECTION: &str = "clients";

pub(super) async fn import(
    tx: &mut Transaction,
    entries: &[ClientEntry],
    roles: &[Role],
    to: &mut Importing,
) -> Result<(), Stop> {
    let mut seen = HashSet::new();
    for (at, entry) in entries.iter().enumerate() {
        if !to.is_first(&mut seen, SECTION, at, &entry.id) {
            continue;
        }
        let Some(kind) = ClientType::parse(&entry.client_type) else {
            to.refuse(SECTION, at, "ClientType", "ClientType is client-credentials, authorization-code or hybrid.");
            continue;
        };
        let problems = to.problems.len();
        // An id that is empty would count as one that is to be drawn.
        if let Err(error) = admin_fields::client_id(&entry.id) {
            to.refuse(SECTION, at, "Id", error.message);
        }
        let settings = read(entry, kind, roles, at, to);
        let secrets = read_secrets(entry, at, to);
        let logo = logos::read(entry.logo.as_deref());
        let logo = logo.map_err(|message| to.refuse(SECTION, at, "Logo", message)).unwrap_or_default();
        let before = tx.find_client(&ClientId::new(entry.id.as_str())).await?;
        match &before {
            Some(client) if client.tenant_id != *to.by.tenant_id() => {
                to.refuse(SECTION, at, "Id", AdminError::IdTaken.words().reason);
            }
            Some(client) if client.client_type != kind => {
                let is = client.client_type.as_str();
                to.refuse(SECTION, at, "ClientType", format!("The type of a client cannot change; this one is {is}."));
            }
            None => match require_free_id(tx, &ClientId::new(entry.id.as_str())).await {
                Ok(()) => {}
                Err(AdminError::IdTaken) => to.refuse(SECTION, at, "Id", AdminError::IdTaken.words().reason),
                Err(other) => return Err(other.into()),
            },
            Some(_) => {}
        }
        if to.problems.len() > problems {
            continue;
        }
        let name = entry.name.clone();
        let after = if let Some(client) = &before {
            ClientChange { version: None, name: Some(name), settings }.apply(client, roles, to.most_lifetime)
        } else {
            let new = NewClient { id: Some(entry.id.clone()), client_type: kind, name, settings };
            let by = to.by.origin().actor.name();
            new.build(String::new(), to.by.tenant_id(), roles, by, to.most_lifetime, to.now)
        };
        match after {
            Ok(after) => store(tx, before.as_ref(), &after, &Kept { secrets, logo }, roles, at, to).await?,
            Err(AdminError::Invalid(errors)) => to.refuse_fields(SECTION, at, errors, member_of),
            Err(other) => return Err(other.into()),
        }
    }
    let total = tx.count_all_clients(to.by.tenant_id()).await?;
    if total > Client::MAX_PER_TENANT {
        return Err(limits::CLIENTS.into());
    }
    to.report.left += (total - i64::try_from(seen.len()).unwrap_or(i64::MAX)).max(0);
    Ok(())
}

/// What is kept beside a client.
struct Kept {
    secrets: Vec<ClientSecret>,
    logo: logos::Wanted,
}

async fn store(
    tx: &mut Transaction,
    before: Option<&Client>,
    after: &Client,
    kept: &Kept,
    roles: &[Role],
    at: usize,
    to: &mut Importing,
) -> Result<(), Stop> {
    let mut members = Vec::new();
    let event = match before {
        None => {
            tx.insert_client(after).await.map_err(|error| taken(SECTION, at, error))?;
            Some(client_event(after, "client.created", &serde_json::json!({ "after": describe(after) })))
        }
        Some(before) if before == after => None,
        Some(before) => {
            if !tx.update_client(after, to.now).await? {
                return Err(AdminError::Stale.into());
            }
            members = differing(&ClientEntry::of(before, roles), &ClientEntry::of(after, roles));
            let action = match (before.enabled, after.enabled) {
                (true, false) => "client.disabled",
                (false, true) => "client.enabled",
                _ => "client.changed",
            };
            Some(client_event(after, action, &difference(before, after)))
        }
    };
    if let Some(event) = event {
        audit::record(tx, &event, to.by.origin(), &to.salt, to.now).await?;
    }
    if logos::store(tx, after, &kept.logo, to).await? {
        members.push("Logo".to_owned());
    }
    if add_secrets(tx, after, &kept.secrets, at, to).await? {
        members.push("Secrets".to_owned());
    }
    let outcome = match before {
        None => Outcome::Created,
        Some(_) if members.is_empty() => Outcome::Unchanged,
        Some(_) => Outcome::Changed,
    };
    if outcome == Outcome::Created {
        members.clear();
    }
    to.note(outcome, "client", after.id.as_str(), &after.name, members);
    if let Some(last) = to.report.changes.last_mut() {
        last.wants_secret = before.is_none() && after.client_type.has_secrets() && kept.secrets.is_empty();
    }
    Ok(())
}

/// Adds the secrets that the client does not have yet; whether there were any. Those it has stay as they are.
async fn add_secrets(
    tx: &mut Transaction,
    client: &Client,
    secrets: &[ClientSecret],
    at: usize,
    to: &mut Importing,
) -> Result<bool, Stop> {
    if secrets.is_empty() {
        return Ok(false);
    }
    let mut there = tx.secrets_of(&client.id).await?;
    let mut added = false;
    for secret in secrets {
        if there.iter().any(|known| known.hash.matches(&secret.hash)) {
            continue;
        }
        if there.len() >= Client::MAX_SECRETS {
            to.refuse(SECTION, at, "Secrets", "This client already has 10 secrets. Remove one you no longer use.");
            return Ok(added);
        }
        let id = tx.next_secret_id(&client.id).await?.ok_or(AdminError::NotFound("client"))?;
        let secret = ClientSecret { id, ..secret.clone() };
        tx.insert_secret(&client.id, &secret).await.map_err(|error| taken(SECTION, at, error))?;
        let event = client_event(client, "secret.added", &describe_secret(&secret));
        audit::record(tx, &event, to.by.origin(), &to.salt, to.now).await?;
        there.push(secret);
        added = true;
    }
    Ok(added)
}

/// The settings as the rules want them. What does not fit the type is refused: it might be relied on.
fn read(entry: &ClientEntry, kind: ClientType, roles: &[Role], at: usize, to: &mut Importing) -> ClientSettings {
    let (users, secrets) = (kind.has_users(), kind.has_secrets());
    let (daemon, hybrid) = (kind == ClientType::ClientCredentials, kind == ClientType::Hybrid);
    let foreign = [
        ("RoleIds", entry.role_ids.is_some() && !daemon),
        ("RedirectUris", entry.redirect_uris.is_some() && !users),
        ("PostLogoutRedirectUris", entry.post_logout_redirect_uris.is_some() && !users),
        ("ClientUri", entry.client_uri.is_some() && !users),
        ("LogoUri", entry.logo_uri.is_some() && !users),
        ("Logo", entry.logo.is_some() && !users),
        ("AllowedCorsOrigins", entry.allowed_cors_origins.is_some() && (!users || hybrid)),
        ("AllowOfflineAccess", entry.allow_offline_access.is_some() && !users),
        ("AllowAccessTokensViaBrowser", entry.allow_access_tokens_via_browser.is_some() && !hybrid),
        ("PkcePolicy", entry.pkce_policy.is_some() && !hybrid),
        ("ConsentPolicy", entry.consent_policy.is_some() && !users),
        ("AuthenticationMethod", entry.authentication_method.is_some() && !secrets),
        ("Secrets", entry.secrets.as_ref().is_some_and(|list| !list.is_empty()) && !secrets),
    ];
    for (member, _) in foreign.iter().filter(|(_, foreign)| *foreign) {
        to.refuse(SECTION, at, member, format!("{member} is no member of {} client. Leave it out.", kind.a_label()));
    }
    let role_ids = entry.role_ids.as_ref().map(|names| local_all(names, roles));
    if let Some(message) = role_ids.as_deref().and_then(|ids| missing_role(&entry.name, ids, roles)) {
        to.refuse(SECTION, at, "RoleIds", message);
    }
    let mut word = |member: &str, text: &Option<String>, known: bool| {
        if text.is_some() && !known {
            to.refuse(SECTION, at, member, format!("{member} has not one of its words."));
        }
    };
    let pkce = entry.pkce_policy.as_deref().and_then(PkcePolicy::parse);
    let consent = entry.consent_policy.as_deref().and_then(ConsentPolicy::parse);
    let auth_method = entry.authentication_method.as_deref().and_then(AuthMethodPolicy::parse);
    let algorithm = entry.access_token_algorithm.as_deref().and_then(SigningAlgorithm::parse);
    word("PkcePolicy", &entry.pkce_policy, pkce.is_some());
    word("ConsentPolicy", &entry.consent_policy, consent.is_some());
    word("AuthenticationMethod", &entry.authentication_method, auth_method.is_some());
    word("AccessTokenAlgorithm", &entry.access_token_algorithm, algorithm.is_some());
    ClientSettings {
        token_lifetime: entry.access_token_lifetime,
        enabled: entry.enabled,
        role_ids,
        allow_offline_access: entry.allow_offline_access,
        allow_access_tokens_via_browser: entry.allow_access_tokens_via_browser,
        client_uri: entry.client_uri.clone(),
        logo_uri: entry.logo_uri.clone(),
        pkce,
        consent,
        auth_method,
        access_token_algorithm: algorithm,
        tags: entry.tags.clone(),
        redirect_urls: entry.redirect_uris.clone(),
        logout_redirect_urls: entry.post_logout_redirect_uris.clone(),
        cors_origins: entry.allowed_cors_origins.clone(),
    }
}

/// The secrets that are not over yet.
fn read_secrets(entry: &ClientEntry, at: usize, to: &mut Importing) -> Vec<ClientSecret> {
    let mut secrets = Vec::new();
    for (number, secret) in entry.secrets.iter().flatten().enumerate() {
        match read_secret(secret, to) {
            Ok(secret) => secrets.extend(secret),
            Err((member, message)) => to.refuse(SECTION, at, &format!("Secrets[{number}].{member}"), message),
        }
    }
    secrets
}

fn read_secret(entry: &SecretEntry, to: &Importing) -> Result<Option<ClientSecret>, (&'static str, String)> {
    let hash = read_hash(&entry.hash)
        .ok_or_else(|| ("Hash", "Hash must be 64 hexadecimal digits, as an export writes them.".to_owned()))?;
    let description = admin_fields::secret_description(&entry.description);
    let description = description.map_err(|error| ("Description", error.message))?;
    if entry.hint.len() > 8 || !entry.hint.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(("Hint", "Hint must be the last 4 characters of the secret.".to_owned()));
    }
    let end = match entry.expiration.as_deref() {
        None => SecretEnd::Never,
        Some(text) => SecretEnd::At(
            UnixTime::parse_rfc3339(text)
                .ok_or_else(|| ("Expiration", "Expiration must be a time like 2027-11-24T23:59:59Z.".to_owned()))?,
        ),
    };
    if matches!(end, SecretEnd::At(end) if end <= to.now) {
        return Ok(None);
    }
    let expires_at = end.check(&to.secrets, to.now).map_err(|error| ("Expiration", error.message))?;
    Ok(Some(ClientSecret {
        id: 0,
        hash,
        hint: entry.hint.clone(),
        description,
        enabled: entry.enabled,
        created_at: to.now,
        expires_at,
        last_used_at: None,
        last_used_from: None,
    }))
}

fn read_hash(text: &str) -> Option<TokenHash> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = [0; 32];
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(TokenHash(hash))
}

const fn member_of(error: &FieldError) -> &'static str {
    match error.field {
        Field::Id => "Id",
        Field::Name => "Name",
        Field::TokenLifetime => "AccessTokenLifetime",
        Field::Roles => "RoleIds",
        Field::RedirectUrls => "RedirectUris",
        Field::LogoutRedirectUrls => "PostLogoutRedirectUris",
        Field::CorsOrigins => "AllowedCorsOrigins",
        Field::Tags => "Tags",
        Field::ClientUri => "ClientUri",
        Field::LogoUri => "LogoUri",
        _ => "",
    }
}
