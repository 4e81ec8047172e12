//! Mails that are kept in memory instead of being sent: for whoever tries things out on their own machine.

use super::admin::{AdminError, Administrator};
use super::{Mail, Provider};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// So many are kept; the oldest go first.
const MOST: usize = 50;

/// What was not sent, the latest first.
#[derive(Debug, Default)]
pub(super) struct KeptMails(Mutex<VecDeque<Mail>>);

impl KeptMails {
    pub(super) fn keep(&self, mail: Mail) {
        let mut mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mails.push_front(mail);
        mails.truncate(MOST);
    }

    fn all(&self) -> Vec<Mail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Provider {
    /// Keeps mails from now on, and sends none.
    pub fn keep_mails(&self) {
        let _ = self.kept_mails.set(KeptMails::default());
    }

    /// The mails to users of the tenant that were kept, the latest first; none if mails are not kept. They hold links that
    /// open accounts: an administrator can make such links anyway.
    pub async fn kept_mails(&self, by: &Administrator) -> Result<Option<Vec<Mail>>, AdminError> {
        let Some(kept) = self.kept_mails.get() else { return Ok(None) };
        let mut mails = Vec::new();
        for mail in kept.all() {
            match self.user_by_email(by, &mail.to).await {
                Ok(_) => mails.push(mail),
                Err(AdminError::NotFound(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(Some(mails))
    }
}
