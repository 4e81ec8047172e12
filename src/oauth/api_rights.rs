//! Who may do what in the REST API: one table, by built-in roles.

use super::{BuiltInRole, ClientType};

/// What a program asks to do in a tenant's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiAct {
    /// Look at the tenant, its roles and who holds them, its users, its ways to sign in.
    ReadAccount,
    /// Look at clients of this type.
    ReadClients(ClientType),
    /// See which secrets a client of this type has, add one, remove one.
    TurnOverSecrets(ClientType),
    /// See and change what is the user's own: which clients act in the user's name, what programs keep about the user.
    OwnThings,
    /// Add, change or remove anything else.
    Manage,
}

impl ApiAct {
    /// Whether `held` allows it. `own`: whether the caller is the very client or user that it is about.
    #[must_use]
    pub fn is_allowed(self, held: &[BuiltInRole], own: bool) -> bool {
        self.role().is_some_and(|role| held.contains(&role))
            || held.contains(&BuiltInRole::Administrator)
            || (own && self.is_open_to_self())
    }

    /// The least role that allows it.
    #[must_use]
    pub const fn role(self) -> Option<BuiltInRole> {
        match self {
            Self::ReadAccount | Self::ReadClients(ClientType::ClientCredentials) => Some(BuiltInRole::Member),
            Self::ReadClients(_) | Self::TurnOverSecrets(_) | Self::OwnThings | Self::Manage => {
                Some(BuiltInRole::Administrator)
            }
        }
    }

    /// A client may look at itself; a client-credentials client may also replace its own secrets: so a daemon rotates.
    /// A user's own things are the user's.
    #[must_use]
    pub const fn is_open_to_self(self) -> bool {
        matches!(self, Self::ReadClients(_) | Self::TurnOverSecrets(ClientType::ClientCredentials) | Self::OwnThings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ApiAct::{Manage, OwnThings, ReadAccount, ReadClients, TurnOverSecrets};
    use BuiltInRole::{Administrator, Contributor, DataSteward, Member, Viewer};
    use ClientType::{AuthorizationCode, ClientCredentials, Hybrid};

    #[test]
    fn each_act_needs_its_role() {
        // act, a member, someone with every role but the administrator's, an administrator, the client or user itself
        let rows = [
            (ReadAccount, true, true, true, true),
            (ReadClients(ClientCredentials), true, true, true, true),
            (ReadClients(AuthorizationCode), false, false, true, true),
            (ReadClients(Hybrid), false, false, true, true),
            (TurnOverSecrets(ClientCredentials), false, false, true, true),
            (TurnOverSecrets(Hybrid), false, false, true, false),
            (OwnThings, false, false, true, true),
            (Manage, false, false, true, false),
        ];
        for (act, member, others, administrator, own) in rows {
            assert_eq!(act.is_allowed(&[Member], false), member, "{act:?}: a member");
            assert_eq!(act.is_allowed(&[Member, Contributor, DataSteward, Viewer], false), others, "{act:?}: others");
            assert_eq!(act.is_allowed(&[Member, Administrator], false), administrator, "{act:?}: an administrator");
            assert_eq!(act.is_allowed(&[Member], true), own, "{act:?}: itself");
            assert!(!act.is_allowed(&[], false), "{act:?}: nobody");
        }
    }
}
