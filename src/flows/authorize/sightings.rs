//! What an authorize request tells about its client.

use super::AuthorizeOutcome;
use crate::flows::activity::Sighting;
use crate::oauth::{ActivityKind, Client, ReasonCode};

/// What is to be noted of a request and what became of it. `first` is it when it came from the client, and not back from
/// a page of ours; `new_sign_in` if its user has just signed in for it. Whoever is not signed in could
/// be anybody.
pub(super) fn sightings<'s>(
    client: &'s Client,
    first: bool,
    new_sign_in: bool,
    outcome: &AuthorizeOutcome,
) -> Vec<Sighting<'s>> {
    let seen =
        |kind, reason: Option<ReasonCode>, proven, detail: String| Sighting { client, kind, reason, proven, detail };
    let arrived = |proven| first.then(|| seen(ActivityKind::Authorize, None, proven, String::new()));
    let signed_in = || new_sign_in.then(|| seen(ActivityKind::SignIn, None, true, String::new()));
    let all = match outcome {
        AuthorizeOutcome::Page(problem) => {
            let sent = problem.sent_url.as_ref().map_or(String::new(), |url| format!("Sent: {url}"));
            [Some(seen(ActivityKind::Authorize, Some(problem.reason), false, sent)), None, None]
        }
        AuthorizeOutcome::Return { refusal: Some(refusal), .. } => {
            [Some(seen(ActivityKind::Authorize, Some(refusal.reason()), false, refusal.description())), None, None]
        }
        AuthorizeOutcome::Return { refusal: None, .. } => {
            [arrived(true), signed_in(), Some(seen(ActivityKind::Code, None, true, String::new()))]
        }
        AuthorizeOutcome::Login { .. } => [arrived(false), None, None],
        AuthorizeOutcome::SelectAccount { .. } => [arrived(true), None, None],
        AuthorizeOutcome::Consent(_) => [arrived(true), signed_in(), None],
    };
    all.into_iter().flatten().collect()
}
