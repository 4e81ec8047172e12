//! Tells administrators of secrets that end soon: 30, 7 and 1 days before, each once, at most one mail a day.

use super::Provider;
use super::outbox::{Mail, Outgoing};
use crate::oauth::{TenantId, UnixTime, expiry_notice};
use crate::storage::{AdministratorAddress, EndingSecret, StorageError};
use std::fmt::Write as _;
use std::sync::Arc;

const DAY: i64 = 86_400;
/// How long before their end secrets are told of first, in seconds.
const AHEAD: i64 = 30 * DAY;
/// Secrets that are looked at together.
const PAGE: i64 = 500;
/// With so many, a day's mail is full; the others are told tomorrow.
const MOST: usize = 500;

/// What one tenant is told today.
struct Due {
    /// The notice that stands for today.
    today: String,
    /// Those of the secrets, each of one stage.
    notices: Vec<String>,
    secrets: Vec<EndingSecret>,
}

impl Provider {
    /// Mails what is due. Runs on every node; whoever claims a notice first sends it.
    pub async fn send_expiry_notices(&self) -> Result<(), StorageError> {
        if !self.sends_mail() {
            return Ok(());
        }
        let now = self.clock.now();
        let mut reader = self.database.read().await?;
        let tenants = reader.tenants_of_secrets_ending(now, now.plus(AHEAD)).await?;
        if tenants.is_empty() {
            return Ok(());
        }
        let people = reader.administrator_addresses().await?;
        drop(reader);
        for tenant in tenants {
            let Some(due) = self.due_notices(&tenant, now).await? else { continue };
            let mails = self.digest(&tenant, &due.secrets, &people, now);
            self.claim_and_mail(due, mails, now).await?;
        }
        Ok(())
    }

    /// What was not told yet; none if today's mail to this tenant was.
    async fn due_notices(&self, tenant: &TenantId, now: UnixTime) -> Result<Option<Due>, StorageError> {
        let today = format!("digest {tenant} {}", now.date());
        let mut reader = self.database.read().await?;
        if reader.has_notice(&today).await? {
            return Ok(None);
        }
        let (mut secrets, mut notices, mut last) = (Vec::new(), Vec::new(), None);
        // Page by page past those that were told: they must not keep the others from their turn.
        while secrets.len() < MOST {
            let page = reader.secrets_ending(tenant, now, now.plus(AHEAD), last.as_ref(), PAGE).await?;
            let Some(end) = page.last().cloned() else { break };
            last = Some(end);
            for secret in page {
                let days = expiry_notice(UnixTime(secret.expires_at), now);
                let Some(days) = days.filter(|days| *days > 0) else { continue };
                let id = format!("secret {} {} {} {days}", secret.client_id, secret.id, secret.expires_at);
                if !reader.has_notice(&id).await? {
                    notices.push(id);
                    secrets.push(secret);
                }
            }
        }
        Ok((!secrets.is_empty()).then_some(Due { today, notices, secrets }))
    }

    /// Claims today for this tenant, and what is told; puts the mails in at the same time. Whoever claims today first does
    /// both, and nobody else does either.
    async fn claim_and_mail(&self, due: Due, mails: Vec<Outgoing>, now: UnixTime) -> Result<(), StorageError> {
        let outgoing = Arc::new((due, mails.clone()));
        let put = self
            .database
            .write::<_, StorageError, _>(move |tx| {
                let outgoing = Arc::clone(&outgoing);
                Box::pin(async move {
                    let (Due { today, notices, .. }, mails) = &*outgoing;
                    let mut put = Vec::new();
                    if !tx.claim_notice(today, now).await? {
                        return Ok(put);
                    }
                    for id in notices {
                        tx.claim_notice(id, now).await?;
                    }
                    for mail in mails {
                        put.push(mail.put(tx, now).await?);
                    }
                    // Longer than any stage of any secret lasts.
                    tx.forget_notices(now.plus(-400 * DAY)).await?;
                    Ok(put)
                })
            })
            .await?;
        for (mail, had_room) in mails.into_iter().zip(put) {
            self.mail_was_put(mail, had_room);
        }
        Ok(())
    }

    /// A mail to each administrator of the tenant.
    fn digest(
        &self,
        tenant: &TenantId,
        due: &[EndingSecret],
        people: &[AdministratorAddress],
        now: UnixTime,
    ) -> Vec<Outgoing> {
        let mut text = "These client secrets end soon. When they do, their apps get no more tokens.\n\n".to_owned();
        let base = &self.settings.public_url;
        for secret in due {
            let end = UnixTime(secret.expires_at);
            let days = end.since(now) / DAY;
            let _ = writeln!(
                text,
                "  {}, {:?}: ends on {}, in {days} days\n      {base}/portal/clients/{}",
                secret.client_name,
                secret.description,
                end.date(),
                secret.client_id
            );
        }
        text.push_str("\nAdd a new secret, give it to the app, and remove the old one when it is used no more.\n");
        let subject = match due {
            [only] => format!("A secret of {} ends soon", only.client_name),
            many => format!("{} client secrets end soon", many.len()),
        };
        let people = people.iter().filter(|person| person.tenant_id == tenant.as_str());
        let mail = |person: &AdministratorAddress| {
            let (to, subject, text) = (person.email.clone(), subject.clone(), text.clone());
            self.plain_letter(Mail { to, subject, text, what: "expiry".into() }, now)
        };
        people.map(mail).collect()
    }
}
