//! What programs keep about a user. Nothing here reads it, and nobody's rights hang on it: the audit log does not tell.

use super::users::take_user;
use super::{AdminError, Administrator, ReadAccess};
use crate::flows::Provider;
use crate::oauth::UserId;

impl Provider {
    /// The preferences of a user, a JSON object as text; an empty one if nothing was ever kept.
    pub async fn read_preferences(&self, by: &ReadAccess, user: &UserId) -> Result<String, AdminError> {
        let (user, _) = self.read_user(by, user).await?;
        let kept = self.database.read().await?.find_preferences(&user.id).await?;
        Ok(kept.unwrap_or_else(|| "{}".to_owned()))
    }

    /// Keeps the preferences of a user, in place of those before. `seen`: only if these are the ones before.
    pub async fn replace_preferences(
        &self,
        by: &Administrator,
        user: &UserId,
        seen: Option<String>,
        body: String,
    ) -> Result<(), AdminError> {
        let (by, id) = (by.clone(), user.clone());
        self.database
            .write::<_, AdminError, _>(move |tx| {
                let (by, id, seen, body) = (by.clone(), id.clone(), seen.clone(), body.clone());
                Box::pin(async move {
                    let user = take_user(tx, &by, &id).await?;
                    if let Some(seen) = seen
                        && tx.find_preferences(&user.id).await?.unwrap_or_else(|| "{}".to_owned()) != seen
                    {
                        return Err(AdminError::Stale);
                    }
                    Ok(tx.put_preferences(&user.id, &body).await?)
                })
            })
            .await
    }
}
