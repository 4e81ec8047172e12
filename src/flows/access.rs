//! Who a session speaks for, asked anew at every request: a role or an account taken away counts at once.

use super::admin::{Administrator, ReadAccess};
use super::{Provider, SignIn};
use crate::oauth::audit::{Actor, Origin};
use crate::oauth::{BuiltInRole, Role};
use crate::storage::{StorageError, User};

/// A signed-in user, with what is true of them now.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The user.
    pub user: User,
    /// The roles held.
    pub roles: Vec<Role>,
    /// How they signed in.
    pub sign_in: SignIn,
}

/// What a user may do in the portal.
#[derive(Debug, Clone)]
pub enum Portal {
    /// Manages.
    Open(Administrator),
    /// Looks, and changes nothing.
    ReadOnly(ReadAccess),
    /// Has no business there.
    Closed,
}

impl SignedIn {
    /// Whether the user holds a built-in role.
    #[must_use]
    pub fn holds(&self, role: BuiltInRole) -> bool {
        self.roles.iter().any(|held| held.built_in == Some(role))
    }

    /// Whether the portal is open to the user, be it only to look.
    #[must_use]
    pub fn may_open_portal(&self) -> bool {
        self.holds(BuiltInRole::Administrator) || self.holds(BuiltInRole::Viewer)
    }

    fn read_access(&self) -> ReadAccess {
        ReadAccess::proven(self.user.tenant_id.clone())
    }

    /// The portal as this user may use it.
    #[must_use]
    pub fn portal(&self, address: String, reference: String) -> Portal {
        if !self.holds(BuiltInRole::Administrator) {
            let viewer = self.holds(BuiltInRole::Viewer);
            return if viewer { Portal::ReadOnly(self.read_access()) } else { Portal::Closed };
        }
        let actor = Actor::User { id: self.user.id.clone(), name: self.user.email.clone() };
        let origin = Origin { actor, address, reference };
        Portal::Open(Administrator::proven(self.user.tenant_id.clone(), origin))
    }
}

impl Provider {
    /// The user of a session; none if the account is gone or disabled, or its password was changed since, or it was disabled
    /// in between.
    pub async fn signed_in(&self, sign_in: SignIn) -> Result<Option<SignedIn>, StorageError> {
        let mut reader = self.database.read().await?;
        let Some(user) = reader.find_user(&sign_in.user_id).await? else { return Ok(None) };
        // A sign-in that was under way while the password was changed knew the old one only.
        if !user.enabled || !user.account().is_of(sign_in.generation, sign_in.auth_time) {
            return Ok(None);
        }
        let roles = reader.roles_of_user(&user.id).await?;
        Ok(Some(SignedIn { user, roles, sign_in }))
    }
}
