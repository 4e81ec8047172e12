//! Which clients act in a user's name while the user is away, and the end of it.

use super::answers::{Answer, nothing};
use super::call::Call;
use crate::flows::admin::AdminError;
use crate::oauth::ApiAct;

/// The ids of the clients.
pub(super) async fn list(call: Call) -> Answer {
    let by = call.may_read(ApiAct::GrantsOfUser)?;
    let (listing, (user, _)) = (call.listing()?, call.provider.read_user(&by, &call.user_id()).await?);
    let apps = call.provider.apps_with_access(&user.id).await.map_err(AdminError::from)?;
    let (total, page) = listing.cut(apps.into_iter().map(|app| app.client.id).collect());
    Ok(listing.answer(&call.own_address(), total, &page))
}

pub(super) async fn remove(call: Call) -> Answer {
    let by = call.may_change(ApiAct::GrantsOfUser)?;
    call.provider.remove_grants(&by, &call.user_id()).await?;
    nothing()
}
