//! Which clients act in a user's name while the user is away, and the end of it.

use super::answers::{Answer, nothing};
use super::call::Call;
use super::listing::PAGE;
use super::operation::Operation;
use crate::flows::admin::AdminError;
use crate::oauth::ApiAct::OwnThings;

pub(super) fn operations() -> Vec<Operation> {
    let path = "/Users/{userId}/PersistedGrants";
    vec![
        Operation::get(path, OwnThings, list)
            .named("listPersistedGrants", "Lists the ids of clients that act in the user's name.")
            .lists::<String>(PAGE),
        Operation::delete(path, OwnThings, remove)
            .named("removePersistedGrants", "Takes back all that the user granted.")
            .answers_nothing(),
    ]
}

/// The ids of the clients.
async fn list(call: Call) -> Answer {
    let (listing, (user, _)) = (call.listing()?, call.provider.read_user(&call.by, &call.user_id()).await?);
    let apps = call.provider.apps_with_access(&user.id).await.map_err(AdminError::from)?;
    let (total, page) = listing.cut(apps.into_iter().map(|app| app.client.id).collect());
    Ok(listing.answer(&call.own_address(), total, &page))
}

async fn remove(call: Call) -> Answer {
    call.provider.remove_grants(&call.may_change()?, &call.user_id()).await?;
    nothing()
}
