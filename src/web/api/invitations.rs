//! Invitations: how users get in for the first time, and whether they did.

use super::answers::{Answer, created, nothing, one};
use super::bodies::{InvitationMembers, InvitationView, PartlyFound, UserStatusView, UserView, status_named};
use super::call::Call;
use super::clients::{FOUND, SOME, partial};
use super::listing::OF_STATUSES;
use super::operation::Operation;
use super::problem::Problem;
use super::sent::Sent;
use super::shape::{shape_of, shape_sent};
use super::users::{ids_of, require, select};
use crate::flows::admin::{AdminError, Invitation, InvitationState};
use crate::flows::{LinkPurpose, StorageError, User};
use crate::oauth::ApiAct::{Manage, ReadAccount};
use http::StatusCode;

pub(super) fn operations() -> Vec<Operation> {
    let path = "/Users/{userId}/Invitation";
    let shown = || shape_of::<InvitationView<'_>>();
    vec![
        Operation::get("/Users/Status", ReadAccount, statuses)
            .named("listUserStatuses", "Lists users with what became of their invitations.")
            .lists::<UserStatusView>(OF_STATUSES)
            .answers(StatusCode::MULTI_STATUS, SOME, Some(PartlyFound::shape(shape_of::<UserStatusView>())), FOUND),
        Operation::get("/Users/{userId}/Status", ReadAccount, status)
            .named("getUserStatus", "Shows what became of a user's invitation.")
            .shows(shape_of::<UserStatusView>()),
        Operation::get(path, ReadAccount, show)
            .named("getInvitation", "Shows a user's invitation, without its link.")
            .shows(shown()),
        Operation::post(path, Manage, make)
            .named("addInvitation", "Invites a user, and shows the link once. The invitation before stops working.")
            .may_take(shape_sent::<InvitationMembers>())
            .adds(shown()),
        Operation::put(path, Manage, make)
            .named("renewInvitation", "The same as POST.")
            .unwatched()
            .may_take(shape_sent::<InvitationMembers>())
            .adds(shown()),
        Operation::delete(path, Manage, remove)
            .named("removeInvitation", "Takes a user's invitation back: its link stops working.")
            .answers_nothing(),
    ]
}

/// What became of the invitations of all users, or of some. With `status`: of this page, those in these states.
async fn statuses(call: Call) -> Answer {
    let listing = call.listing()?;
    let unknown =
        || Problem::bad("There is no such status.", "Use InvitationAccepted, InvitationSent or another name.");
    let asked: Vec<i64> =
        listing.statuses.iter().map(|name| status_named(name)).collect::<Option<_>>().ok_or_else(unknown)?;
    let (total, users, missing) = select(&call, &listing).await?;
    let states = call.provider.read_invitations(users.iter().map(|(user, _)| user)).await?;
    let view = |((user, roles), state): ((User, _), _)| UserStatusView::new(UserView::new(&user, roles), state);
    let mut views: Vec<_> = users.into_iter().zip(states).map(view).collect();
    views.retain(|view| asked.is_empty() || asked.contains(&view.invitation_status));
    if missing.is_empty() {
        return Ok(listing.answer(&call.own_address(), total, &views));
    }
    Ok(partial(&call, "user", &missing.iter().map(String::as_str).collect::<Vec<_>>(), total, &views))
}

async fn status(call: Call) -> Answer {
    let (user, roles) = require(&call).await?;
    let state = call.provider.read_invitation(&user).await?;
    one(&UserStatusView::new(UserView::new(&user, ids_of(&roles)), state))
}

async fn show(call: Call) -> Answer {
    let (user, _) = require(&call).await?;
    match call.provider.read_invitation(&user).await? {
        InvitationState::Sent(invitation) | InvitationState::Expired(invitation) => {
            one(&InvitationView::new(&user, invitation, None))
        }
        InvitationState::Accepted | InvitationState::Missing => Err(AdminError::NotFound("invitation").into()),
    }
}

/// Makes an invitation; one that is out stops working. The link is in this answer and in no other, and in a mail unless
/// the caller hands it over.
async fn make(call: Call, sent: Sent) -> Answer {
    let by = call.may_change()?;
    let now = call.provider.now();
    let members = sent.read_or_default::<InvitationMembers>()?;
    let lifetime = members.lifetime(now)?;
    let (user, _) = require(&call).await?;
    require_uninvited(&user)?;
    let made = if members.is_mailed() {
        call.provider.make_link(&user, LinkPurpose::Invitation, lifetime, by.origin()).await
    } else {
        call.provider.make_unmailed_link(&user, LinkPurpose::Invitation, lifetime, by.origin()).await
    };
    let made = made.map_err(|error| match error {
        // The password was chosen at this very moment.
        StorageError::Gone(_) => accepted(),
        other => AdminError::from(other).into(),
    })?;
    let invitation = Invitation { issued_at: now, expires_at: made.expires_at };
    let address = call.address_of("Users", &format!("{}/Invitation", user.id));
    created(&InvitationView::new(&user, invitation, Some(made.url.expose())), &address)
}

/// Takes the invitation back.
async fn remove(call: Call) -> Answer {
    call.provider.remove_invitation(&call.may_change()?, &call.user_id()).await?;
    nothing()
}

/// Whoever has a password needs no invitation; making one would be a way to take the account over.
fn require_uninvited(user: &User) -> Result<(), Problem> {
    if user.password_hash.is_none() {
        return Ok(());
    }
    Err(accepted())
}

fn accepted() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "This user has accepted an invitation already.",
        "Nothing needs to be done. For a new password the user asks for a reset.",
    )
}
