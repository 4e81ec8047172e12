//! Roles: the five every tenant is born with, and a tenant's own.

use super::{RoleId, TenantId};

/// A role of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its id, which goes into tokens as a member of `roles`.
    pub id: RoleId,
    /// The tenant it belongs to.
    pub tenant_id: TenantId,
    /// 1..128 characters.
    pub name: String,
    /// Up to 128 characters.
    pub description: String,
    /// Which built-in role this is; none for a tenant's own.
    pub built_in: Option<BuiltInRole>,
}

/// The built-in roles. Their type ids are the same in every tenant of every server, and programs compare them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuiltInRole {
    /// Manages clients, users and roles.
    Administrator,
    /// May change the account's data, not its members.
    Contributor,
    /// Looks after the account's data.
    DataSteward,
    /// Held by every user and client; cannot be taken away.
    Member,
    /// Sees the account and its portal, changes nothing.
    Viewer,
}

impl BuiltInRole {
    /// All five, in the order in which forms show them.
    pub const ALL: [Self; 5] = [Self::Member, Self::Contributor, Self::DataSteward, Self::Viewer, Self::Administrator];

    /// The fixed `RoleTypeId`, in lower case.
    #[must_use]
    pub const fn type_id(self) -> &'static str {
        match self {
            Self::Administrator => "2dc742ab-39ea-4fc0-a39e-2bcb71c26a5f",
            Self::Contributor => "f1439595-e5a2-487f-8a4f-0627fefe75df",
            Self::DataSteward => "45b66433-5f57-420b-bbdf-8bbd60c1cd9d",
            Self::Member => "7ad2b9ef-5386-4ead-ac9f-ad99c5c5b977",
            Self::Viewer => "e6cbf91e-0be8-4858-92b5-f88ecafd5574",
        }
    }

    /// The name people read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Administrator => "Account Administrator",
            Self::Contributor => "Account Contributor",
            Self::DataSteward => "Account Data Steward",
            Self::Member => "Account Member",
            Self::Viewer => "Account Viewer",
        }
    }

    /// What it allows, in one sentence.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Administrator => "Adds and manages clients, users and roles.",
            Self::Contributor => "Creates and changes data of the account.",
            Self::DataSteward => "Looks after the account's data and who sees it.",
            Self::Member => "Held by every user and client; cannot be removed.",
            Self::Viewer => "Sees the portal without changing anything.",
        }
    }

    /// The role with this type id, in any case.
    #[must_use]
    pub fn from_type_id(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.type_id().eq_ignore_ascii_case(text))
    }
}

#[cfg(test)]
mod tests {
    use super::BuiltInRole;

    #[test]
    fn type_ids_are_found_in_any_case_and_are_all_different() {
        for role in BuiltInRole::ALL {
            assert_eq!(BuiltInRole::from_type_id(&role.type_id().to_uppercase()), Some(role));
        }
        assert_eq!(BuiltInRole::from_type_id("nobody"), None);
    }
}
