//! What is said where a tenant is full: by who adds one, and by an import of many.

use super::AdminError;

/// There are [`crate::oauth::Client::MAX_PER_TENANT`] clients.
pub(super) const CLIENTS: AdminError = AdminError::Limit("This account has reached 50 000 clients.");
/// There are [`super::users::MOST`] users.
pub(super) const USERS: AdminError = AdminError::Limit("This account has reached 50 000 users.");
/// There are [`super::roles::MOST`] roles.
pub(super) const ROLES: AdminError = AdminError::Limit("This account has reached 1 000 roles. Remove one.");
