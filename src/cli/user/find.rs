//! Finding users by what people type.

use crate::cli::failure::{Exit, Failure};
use crate::cli::find::nearest;
use crate::cli::run::Opened;
use crate::flows::User;
use crate::flows::admin::AdminError;
use crate::oauth::{Role, UserId};

/// How many are read at once.
const PAGE: i64 = 500;

/// The user with this e-mail address or id.
pub(in crate::cli) async fn find_user(opened: &Opened, text: &str) -> Result<User, Failure> {
    match opened.provider.user_by_email(&opened.by, text).await {
        Err(AdminError::NotFound(_)) => {}
        found => return Ok(found?),
    }
    match opened.provider.user(&opened.by, &UserId::new(text)).await {
        Err(AdminError::NotFound(_)) => Err(no_user(opened, text).await?),
        found => Ok(found?),
    }
}

async fn no_user(opened: &Opened, text: &str) -> Result<Failure, Failure> {
    let users = all_users(opened, None).await?;
    let failure = Failure::new(Exit::NotFound, format!("there is no user with the e-mail address \"{text}\""));
    let near = nearest(text, users.iter().map(|(user, _)| user.email.as_str()));
    let failure = near.into_iter().fold(failure, |failure, near| failure.remedy("did you mean", near));
    Ok(failure.remedy("list them", "portcullis user list"))
}

/// Every user that fits, page after page.
pub(super) async fn all_users(opened: &Opened, filter: Option<&str>) -> Result<Vec<(User, Vec<Role>)>, Failure> {
    let mut users = Vec::new();
    loop {
        let skip = i64::try_from(users.len()).unwrap_or(i64::MAX);
        let (_, page) = opened.provider.list_users(&opened.by, filter, skip, PAGE).await?;
        let read = page.len();
        users.extend(page);
        if i64::try_from(read).unwrap_or(0) < PAGE {
            return Ok(users);
        }
    }
}
