//! Who holds a role: users and client-credentials clients, one by one.

use super::{AdminError, Administrator, ClientChange, ClientSettings, ReadAccess, UserChange};
use crate::flows::Provider;
use crate::oauth::admin_fields::{Field, FieldError};
use crate::oauth::{BuiltInRole, Client, ClientId, ClientType, Role, RoleId, UserId};
use crate::storage::{ClientSelection, User};

/// Someone who can hold a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// A user.
    User(UserId),
    /// A client-credentials client.
    Client(ClientId),
}

/// Who holds a role, the first of each kind, and how many there are.
#[derive(Debug, Clone)]
pub struct Holders {
    /// The role.
    pub role: Role,
    /// Users, by e-mail.
    pub users: Vec<User>,
    /// How many users hold it.
    pub user_count: i64,
    /// Clients, by name.
    pub clients: Vec<Client>,
    /// How many clients hold it.
    pub client_count: i64,
}

impl Provider {
    /// Who holds a role; at most `most` of each kind.
    pub async fn holders_of_role(&self, by: &ReadAccess, id: &RoleId, most: i64) -> Result<Holders, AdminError> {
        let role = self.read_role(by, id).await?;
        let (user_count, users) = self.read_users(by, Some(id), 0, most).await?;
        let which = ClientSelection { role: Some(id.clone()), ..ClientSelection::of(ClientType::ClientCredentials) };
        let (client_count, clients) = self.read_clients(by, &which, 0, most).await?;
        let users = users.into_iter().map(|(user, _)| user).collect();
        Ok(Holders { role, users, user_count, clients, client_count })
    }

    /// Gives a role, or takes it away; whether that changed anything. Who has it already, or has not, keeps what is there.
    pub async fn set_role_of(
        &self,
        by: &Administrator,
        role: &RoleId,
        of: &Identity,
        held: bool,
    ) -> Result<bool, AdminError> {
        let role = self.read_role(by, role).await?;
        if role.built_in == Some(BuiltInRole::Member) {
            return Err(FieldError::new(
                Field::Roles,
                "Every user and client has Account Member; it cannot be removed.",
            )
            .into());
        }
        match of {
            Identity::User(id) => {
                let user = self.user(by, id).await?;
                let roles: Vec<RoleId> = self.roles_of_user(by, id).await?.into_iter().map(|role| role.id).collect();
                if roles.contains(&role.id) == held {
                    return Ok(false);
                }
                let role_ids = Some(with_or_without(roles, &role.id, held));
                let change = UserChange { version: Some(user.version), role_ids, ..UserChange::default() };
                self.change_user(by, id, change).await.map(|_| true)
            }
            Identity::Client(id) => {
                let client = self.client(by, id).await?.client;
                if client.client_type != ClientType::ClientCredentials {
                    let sentence =
                        "Only client-credentials clients hold roles; the others act with those of their users.";
                    return Err(FieldError::new(Field::Roles, sentence).into());
                }
                if client.role_ids.contains(&role.id) == held {
                    return Ok(false);
                }
                let role_ids = Some(with_or_without(client.role_ids, &role.id, held));
                let settings = ClientSettings { role_ids, ..ClientSettings::default() };
                let change = ClientChange { version: Some(client.version), settings, ..ClientChange::default() };
                self.change_client(by, id, change).await.map(|_| true)
            }
        }
    }
}

fn with_or_without(mut roles: Vec<RoleId>, role: &RoleId, held: bool) -> Vec<RoleId> {
    roles.retain(|known| known != role);
    if held {
        roles.push(role.clone());
    }
    roles
}
