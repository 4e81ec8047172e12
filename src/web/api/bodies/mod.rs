//! What programs send and get: members like `ThisOne`, times in UTC, `null` where there is nothing. What is got is written
//! here and nowhere else: the command line's `--json` writes the same views.

mod clients;
mod partly_found;
mod preferences;
mod roles;
mod secrets;
mod tenants;
mod users;

pub(super) use clients::ClientMembers;
pub(crate) use clients::{ClientView, CreatedView};
pub(super) use partly_found::PartlyFound;
pub(super) use preferences::Preferences;
pub(super) use roles::RoleMembers;
pub(crate) use roles::RoleView;
pub(super) use secrets::SecretMembers;
pub(crate) use secrets::{AddedSecretView, SecretView};
pub(super) use tenants::{IdentityProviderView, LOCAL_PROVIDER, TenantView};
pub(crate) use users::UserView;
pub(super) use users::{InvitationMembers, InvitationView, UserMembers, UserStatusView, status_named};

use super::sent::Sent;
use crate::oauth::{ClientType, TenantId, UnixTime};

/// Reads a body as each of the things that are sent, as far as that goes without a store.
pub(in crate::web) fn read_as_each(json: &[u8]) {
    let sent = Sent::of_json(json);
    for kind in ClientType::ALL {
        let _ = sent.read::<ClientMembers>().map(|members| members.into_new(kind).is_ok());
        let _ = sent.read::<ClientMembers>().map(|members| members.into_change(kind).is_ok());
    }
    let _ = sent.read::<SecretMembers>().map(|members| members.end().is_ok());
    let _ = sent.read::<UserMembers>().map(|members| members.into_new().is_ok());
    let _ = sent.read_or_default::<InvitationMembers>().map(|members| members.lifetime(UnixTime::default()).is_ok());
    let _ = sent.read::<RoleMembers>().map(|members| members.into_new(&TenantId::new("tenant")).is_ok());
    let _ = sent.read_list().and_then(RoleMembers::ids);
    let _ = Preferences::read(&sent);
}
