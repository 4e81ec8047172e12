//! What programs keep about a user: one JSON object, which nobody here reads.

use super::answers::{Answer, etag, text};
use super::bodies::Preferences;
use super::call::Call;
use super::clients::stale_if;
use super::operation::Operation;
use super::sent::Sent;
use super::shape::{shape_of, shape_sent};
use crate::oauth::ApiAct::OwnThings;

pub(super) fn operations() -> Vec<Operation> {
    let path = "/Users/{userId}/Preferences";
    vec![
        Operation::get(path, OwnThings, show)
            .named("getUserPreferences", "Shows what programs keep about the user.")
            .shows(shape_of::<Preferences>()),
        Operation::put(path, OwnThings, replace)
            .named("replaceUserPreferences", "Replaces what programs keep about the user.")
            .takes(shape_sent::<Preferences>())
            .shows(shape_of::<Preferences>()),
    ]
}

async fn show(call: Call) -> Answer {
    text(call.provider.read_preferences(&call.by, &call.user_id()).await?)
}

async fn replace(call: Call, sent: Sent) -> Answer {
    let by = call.may_change()?;
    let new = Preferences::read(&sent)?.into_text();
    let before = call.provider.read_preferences(&call.by, &call.user_id()).await?;
    let watched = call.require_match(&etag(before.as_bytes()))?;
    let replaced =
        call.provider.replace_preferences(&by, &call.user_id(), watched.then_some(before), new.clone()).await;
    replaced.map_err(|error| stale_if(watched, error))?;
    text(new)
}
