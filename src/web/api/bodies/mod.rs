//! What programs send and get: members like `ThisOne`, times in UTC, `null` where there is nothing.

mod clients;
mod partly_found;
mod preferences;
mod roles;
mod secrets;
mod tenants;
mod users;

pub(super) use clients::{ClientMembers, ClientView, CreatedView};
pub(super) use partly_found::PartlyFound;
pub(super) use preferences::Preferences;
pub(super) use roles::{RoleMembers, RoleView};
pub(super) use secrets::{AddedSecretView, SecretMembers, SecretView};
pub(super) use tenants::{IdentityProviderView, LOCAL_PROVIDER, TenantView};
pub(super) use users::{InvitationMembers, InvitationView, UserMembers, UserStatusView, UserView, status_named};
