//! Living with a finding of the security review until a day, for a reason.

use super::review::{Accepted, Finding, FindingKind};
use super::{AdminError, Administrator};
use crate::flows::{Provider, audit};
use crate::oauth::UnixTime;
use crate::oauth::admin_fields::{Field, FieldError};
use crate::oauth::audit::AuditEvent;
use crate::storage::AcceptedFinding;

/// Longest reason, in characters.
const LONGEST: usize = 200;
/// A finding comes back after this long at the latest, in seconds: a year.
const MOST: i64 = 366 * 86_400;

/// Which finding: its kind, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingKey {
    /// The kind.
    pub kind: FindingKind,
    /// The id of what it is about; empty if it is about the server.
    pub id: String,
    /// What tells it from others about the same; may be empty.
    pub detail: String,
}

impl FindingKey {
    /// Whether a finding is this one.
    #[must_use]
    pub fn is_of(&self, finding: &Finding) -> bool {
        let about = finding.about.as_ref().map_or(("", ""), |about| (about.id.as_str(), about.detail.as_str()));
        self.kind == finding.kind && about == (self.id.as_str(), self.detail.as_str())
    }

    fn event(&self, by: &Administrator, action: &'static str, detail: &serde_json::Value) -> AuditEvent {
        AuditEvent {
            tenant_id: Some(by.tenant_id().clone()),
            action,
            target_kind: "finding",
            target_id: self.id.clone(),
            target_name: self.kind.as_str().to_owned(),
            detail: detail.to_string(),
        }
    }
}

impl Provider {
    /// A finding that there is.
    pub async fn finding(&self, by: &Administrator, key: &FindingKey) -> Result<Finding, AdminError> {
        let found = self.review(by).await?.into_iter().find(|finding| key.is_of(finding));
        found.ok_or(AdminError::NotFound("finding"))
    }

    /// Lives with a finding until the end of a day. `day` is like `2027-11-24`.
    pub async fn accept_finding(
        &self,
        by: &Administrator,
        key: &FindingKey,
        day: &str,
        reason: &str,
    ) -> Result<(), AdminError> {
        let now = self.clock.now();
        let (until, reason) = (read_day(day, now), read_reason(reason));
        let (until, reason) = match (until, reason) {
            (Ok(until), Ok(reason)) => (until, reason),
            (until, reason) => {
                return Err(AdminError::Invalid([until.err(), reason.err()].into_iter().flatten().collect()));
            }
        };
        self.finding(by, key).await?;
        let accepted = AcceptedFinding {
            kind: key.kind.as_str().to_owned(),
            about_id: key.id.clone(),
            about_detail: key.detail.clone(),
            accepted_until: until.0,
            reason,
            accepted_by: by.origin().actor.name().to_owned(),
        };
        let detail = serde_json::json!({ "about": key.detail, "until": until.date(), "reason": accepted.reason });
        let event = key.event(by, "finding.accepted", &detail);
        let (salt, by) = (self.random.base64url::<6>(), by.clone());
        self.database
            .write::<_, AdminError, _>(move |tx| {
                let (by, salt, accepted, event) = (by.clone(), salt.clone(), accepted.clone(), event.clone());
                Box::pin(async move {
                    tx.put_accepted_finding(by.tenant_id(), &accepted, now).await?;
                    Ok(audit::record(tx, &event, by.origin(), &salt, now).await?)
                })
            })
            .await
    }

    /// Takes that back: the finding is open again.
    pub async fn reopen_finding(&self, by: &Administrator, key: &FindingKey) -> Result<(), AdminError> {
        let now = self.clock.now();
        let event = key.event(by, "finding.reopened", &serde_json::json!({ "about": key.detail }));
        let (salt, by, key) = (self.random.base64url::<6>(), by.clone(), key.clone());
        self.database
            .write::<_, AdminError, _>(move |tx| {
                let (by, salt, key, event) = (by.clone(), salt.clone(), key.clone(), event.clone());
                Box::pin(async move {
                    let word = key.kind.as_str();
                    if tx.delete_accepted_finding(by.tenant_id(), word, &key.id, &key.detail).await? {
                        audit::record(tx, &event, by.origin(), &salt, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// What is lived with, as pages show it.
pub(super) fn accepted(stored: &AcceptedFinding) -> Accepted {
    Accepted { until: UnixTime(stored.accepted_until), reason: stored.reason.clone(), by: stored.accepted_by.clone() }
}

fn read_day(day: &str, now: UnixTime) -> Result<UnixTime, FieldError> {
    let wrong = |sentence: &str| FieldError::new(Field::ExpiresOn, sentence);
    let until = UnixTime::end_of_day(day.trim()).ok_or_else(|| wrong("Enter a date like 2027-11-24."))?;
    match until.since(now) {
        ..=0 => Err(wrong("The date must be in the future.")),
        left if left > MOST => {
            Err(wrong("A finding can be accepted for a year at most. Then it deserves another look."))
        }
        _ => Ok(until),
    }
}

fn read_reason(reason: &str) -> Result<String, FieldError> {
    let reason = reason.trim();
    let wrong = |sentence: String| Err(FieldError::new(Field::Description, sentence));
    if reason.is_empty() {
        return wrong("Say why: whoever reads the audit log later wants to know.".to_owned());
    }
    if reason.chars().count() > LONGEST || reason.chars().any(char::is_control) {
        return wrong(format!("The reason must be {LONGEST} characters or fewer, on one line."));
    }
    Ok(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_accepted_for_a_year_at_most_and_for_a_reason() {
        let now = UnixTime::end_of_day("2026-11-24").expect("a day").plus(-3_600);
        for (day, taken) in [
            ("2026-11-24", true),
            ("2027-11-24", true),
            ("2027-11-26", false),
            ("2026-11-23", false),
            ("", false),
            ("soon", false),
        ] {
            assert_eq!(read_day(day, now).is_ok(), taken, "{day}");
        }
        assert_eq!(read_reason("  legacy app ").as_deref(), Ok("legacy app"));
        for refused in ["", " ", "a\nb", &"x".repeat(201)] {
            assert!(read_reason(refused).is_err(), "{refused}");
        }
    }
}
