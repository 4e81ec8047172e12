//! Roles.

use crate::flows::admin::{NewRole, RoleChange};
use crate::oauth::{BuiltInRole, Role, RoleId, TenantId};
use crate::web::api::problem::Problem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The scope of all roles here: those of a tenant.
const OF_TENANT: i64 = 1;

/// A role as it is sent.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
#[schemars(rename = "RoleToSend")]
pub(in crate::web::api) struct RoleMembers {
    /// A GUID of one's own; none: one is drawn.
    id: Option<String>,
    /// 1 to 128 characters, no other role's.
    #[schemars(example = &"Pump Operator")]
    name: Option<String>,
    /// Up to 128 characters.
    description: Option<String>,
    /// 1: the account. There is no other scope here.
    role_scope: Option<i64>,
    /// That of the path, or none.
    tenant_id: Option<String>,
    /// None: there are no communities here.
    community_id: Option<String>,
    /// Only built-in roles have one.
    role_type_id: Option<String>,
}

impl RoleMembers {
    /// A role to be added to the tenant.
    pub(in crate::web::api) fn into_new(self, tenant: &TenantId) -> Result<NewRole, Problem> {
        let other_tenant = self.tenant_id.is_some_and(|id| !id.eq_ignore_ascii_case(tenant.as_str()));
        if self.role_scope.is_some_and(|scope| scope != OF_TENANT) || self.community_id.is_some() || other_tenant {
            return Err(Problem::bad(
                "Only roles of this account can be added.",
                "Send RoleScope 1, no CommunityId, and the TenantId of the path or none.",
            ));
        }
        if self.role_type_id.is_some() {
            return Err(Problem::bad("A RoleTypeId belongs to built-in roles.", "Leave RoleTypeId out."));
        }
        let (name, description) = (self.name.unwrap_or_default(), self.description.unwrap_or_default());
        Ok(NewRole { id: self.id, name, description })
    }

    /// A change: what is not sent stays, and of what cannot change the stored value counts.
    pub(in crate::web::api) fn into_change(self) -> RoleChange {
        RoleChange { made_on: None, name: self.name, description: self.description }
    }

    /// The ids of roles that somebody shall hold.
    pub(in crate::web::api) fn ids(roles: Vec<Self>) -> Result<Vec<RoleId>, Problem> {
        let id = |role: Self| {
            let id = role.id.filter(|id| !id.trim().is_empty());
            let missing = || Problem::bad("A role in the list has no Id.", "Send each role with its Id.");
            id.map(|id| RoleId::new(id.trim().to_ascii_lowercase())).ok_or_else(missing)
        };
        roles.into_iter().map(id).collect()
    }
}

/// A role as it is shown.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields, rename = "Role")]
pub(crate) struct RoleView {
    #[schemars(with = "String")]
    id: RoleId,
    name: String,
    description: String,
    role_scope: i64,
    #[schemars(with = "String")]
    tenant_id: TenantId,
    community_id: Option<String>,
    /// Of built-in roles: the same on every server.
    role_type_id: Option<&'static str>,
}

impl From<&Role> for RoleView {
    fn from(role: &Role) -> Self {
        Self {
            id: role.id.clone(),
            name: role.name.clone(),
            description: role.description.clone(),
            role_scope: OF_TENANT,
            tenant_id: role.tenant_id.clone(),
            community_id: None,
            role_type_id: role.built_in.map(BuiltInRole::type_id),
        }
    }
}
