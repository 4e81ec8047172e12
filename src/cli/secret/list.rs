//! `portcullis secret list`

use crate::cli::failure::Failure;
use crate::cli::find::{find_client, quoted};
use crate::cli::run::Run;
use crate::cli::table::{Cell, Paint, Table};
use crate::cli::times::relative;
use crate::oauth::{ClientSecret, SecretState, UnixTime};
use crate::web::SecretView;
use serde::Serialize;

/// A secret as the API writes it, and what only this program tells of it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cli) struct ShownSecret {
    #[serde(flatten)]
    secret: SecretView,
    ends_in: String,
    enabled: bool,
    state: &'static str,
    created: String,
    last_used: Option<String>,
    last_used_from: Option<String>,
}

impl ShownSecret {
    pub(in crate::cli) fn new(secret: &ClientSecret, now: UnixTime) -> Self {
        Self {
            secret: SecretView::from(secret),
            ends_in: secret.hint.clone(),
            enabled: secret.enabled,
            state: secret.state(now).as_str(),
            created: secret.created_at.rfc3339(),
            last_used: secret.last_used_at.map(UnixTime::rfc3339),
            last_used_from: secret.last_used_from.clone(),
        }
    }
}

/// The answer about secrets.
#[derive(Serialize)]
pub(super) struct Answer {
    version: u32,
    secrets: Vec<ShownSecret>,
}

impl Answer {
    pub(super) fn new(secrets: &[ClientSecret], now: UnixTime) -> Self {
        Self { version: 1, secrets: secrets.iter().map(|secret| ShownSecret::new(secret, now)).collect() }
    }
}

pub(super) async fn run(client: &str, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let details = find_client(opened, client).await?;
        let now = opened.now;
        if console.json {
            return console.answer_json(&Answer::new(&details.secrets, now));
        }
        if console.quiet {
            return console.answer_ids(details.secrets.iter().map(|secret| secret.id));
        }
        console.answer(&secret_table(&details.secrets, now).render(console))?;
        let name = quoted(&details.client.name);
        if !details.client.client_type.has_secrets() {
            console.note("Authorization Code clients have no secrets: they prove themselves with PKCE.");
        } else if !details.secrets.iter().any(|secret| secret.usable(now)) {
            console
                .note(&format!("No usable secret: the client gets no tokens. Add one: portcullis secret add {name}"));
        } else if let Some(sentence) = still_used(&details.secrets, now) {
            console.note(&sentence);
        }
        Ok(())
    })
    .await
}

/// Secrets as a table.
pub(in crate::cli) fn secret_table(secrets: &[ClientSecret], now: UnixTime) -> Table {
    let mut table = Table::new(&["ID", "DESCRIPTION", "ENDS IN", "CREATED", "EXPIRES", "LAST USED", "STATE"]);
    for secret in secrets {
        let state = secret.state(now);
        let used = secret.last_used_at.map(|at| {
            let from = secret.last_used_from.as_deref().map_or_else(String::new, |from| format!(", {from}"));
            Cell::both(relative(at, now) + &from, at.rfc3339())
        });
        table.row(vec![
            Cell::text(secret.id.to_string()),
            Cell::text(secret.description.as_str()),
            Cell::both(format!("…{}", secret.hint), secret.hint.as_str()),
            Cell::time(secret.created_at, now),
            end(secret, state, now),
            used.unwrap_or_else(|| Cell::both("never", "")),
            Cell::text(state.as_str().to_lowercase()).painted(paint(state)),
        ]);
    }
    table
}

fn end(secret: &ClientSecret, state: SecretState, now: UnixTime) -> Cell {
    let Some(end) = secret.expires_at else { return Cell::text("never") };
    let human = if state == SecretState::Expiring { format!("{} !", relative(end, now)) } else { end.date() };
    Cell::both(human, end.rfc3339()).painted(paint(state))
}

const fn paint(state: SecretState) -> Paint {
    match state {
        SecretState::Active => Paint::Good,
        SecretState::Expiring => Paint::Soon,
        SecretState::Expired | SecretState::Disabled => Paint::Bad,
    }
}

/// Whether an older secret was used after a newer one went into use: then some program was forgotten.
fn still_used(secrets: &[ClientSecret], now: UnixTime) -> Option<String> {
    let newest =
        secrets.iter().filter(|secret| secret.usable(now) && secret.last_used_at.is_some()).max_by_key(|s| s.id)?;
    let old = secrets.iter().find(|secret| {
        secret.id < newest.id && secret.usable(now) && secret.last_used_at.is_some_and(|at| at >= newest.created_at)
    })?;
    let place = old.last_used_from.as_deref().unwrap_or("that program");
    Some(format!(
        "Secret {} was used after secret {} went into use. Update {place} before you revoke it.",
        old.id, newest.id
    ))
}

#[cfg(test)]
mod tests {
    use super::still_used;
    use crate::oauth::{ClientSecret, TokenKind, UnixTime};

    fn secret(id: i32, created: i64, used: Option<i64>) -> ClientSecret {
        ClientSecret {
            id,
            hash: TokenKind::ClientSecret.hash("x"),
            hint: "7dA".to_owned(),
            description: String::new(),
            enabled: true,
            created_at: UnixTime(created),
            expires_at: None,
            last_used_at: used.map(UnixTime),
            last_used_from: Some("10.0.0.12".to_owned()),
        }
    }

    #[test]
    fn an_old_secret_in_use_beside_a_new_one_is_told() {
        let told = still_used(&[secret(3, 100, Some(200)), secret(1, 0, Some(150))], UnixTime(300)).unwrap();
        assert_eq!(told, "Secret 1 was used after secret 3 went into use. Update 10.0.0.12 before you revoke it.");
        assert_eq!(still_used(&[secret(3, 100, Some(200)), secret(1, 0, Some(50))], UnixTime(300)), None);
        assert_eq!(still_used(&[secret(3, 100, None), secret(1, 0, Some(150))], UnixTime(300)), None);
    }
}
