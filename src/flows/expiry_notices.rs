//! Tells administrators of secrets that end soon: 30, 7 and 1 days before, each once, at most one mail a day.

use super::Provider;
use super::outbox::Mail;
use crate::oauth::{UnixTime, expiry_notice};
use crate::storage::{AdministratorAddress, EndingSecret, StorageError};
use std::fmt::Write as _;

const DAY: i64 = 86_400;
/// The most secrets in one day's mails.
const MOST: i64 = 500;

impl Provider {
    /// Mails what is due. Runs on every node; whoever claims a notice first sends it.
    pub async fn send_expiry_notices(&self) -> Result<(), StorageError> {
        if !self.sends_mail() {
            return Ok(());
        }
        let now = self.clock.now();
        let mut reader = self.database.read().await?;
        let ending = reader.secrets_ending(now, now.plus(30 * DAY), MOST).await?;
        if ending.is_empty() {
            return Ok(());
        }
        let people = reader.administrator_addresses().await?;
        drop(reader);
        let mut tenants: Vec<&str> = ending.iter().map(|secret| secret.tenant_id.as_str()).collect();
        tenants.sort_unstable();
        tenants.dedup();
        for tenant in tenants {
            let of_tenant = ending.iter().filter(|secret| secret.tenant_id == tenant).cloned().collect();
            let due = self.claim(tenant, of_tenant, now).await?;
            if !due.is_empty() {
                self.mail_digest(tenant, &due, &people, now);
            }
        }
        Ok(())
    }

    /// Claims what was not told yet, and today for this tenant.
    async fn claim(
        &self,
        tenant: &str,
        ending: Vec<EndingSecret>,
        now: UnixTime,
    ) -> Result<Vec<EndingSecret>, StorageError> {
        let today = format!("digest {tenant} {}", now.date());
        self.database
            .write(move |tx| {
                let (ending, today) = (ending.clone(), today.clone());
                Box::pin(async move {
                    let mut due = Vec::new();
                    if tx.has_notice(&today).await? {
                        return Ok(due);
                    }
                    for secret in ending {
                        let days = expiry_notice(UnixTime(secret.expires_at), now);
                        let Some(days) = days.filter(|days| *days > 0) else { continue };
                        let id = format!("secret {} {} {} {days}", secret.client_id, secret.id, secret.expires_at);
                        if tx.claim_notice(&id, now).await? {
                            due.push(secret);
                        }
                    }
                    if !due.is_empty() {
                        tx.claim_notice(&today, now).await?;
                        // Longer than any stage of any secret lasts.
                        tx.forget_notices(now.plus(-400 * DAY)).await?;
                    }
                    Ok(due)
                })
            })
            .await
    }

    fn mail_digest(&self, tenant: &str, due: &[EndingSecret], people: &[AdministratorAddress], now: UnixTime) {
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
        for person in people.iter().filter(|person| person.tenant_id == tenant) {
            let (to, subject, text) = (person.email.clone(), subject.clone(), text.clone());
            self.put_mail(Mail { to, subject, text, what: "expiry" });
        }
    }
}
