//! Several things by their ids, fifty with each statement: the engines have no list type in common.

use super::clients::{Row as ClientRow, file_url};
use super::engine::Record;
use super::users::Row as UserRow;
use super::{Invitation, LinkPurpose, Reader, StorageError, User};
use crate::oauth::{Client, ClientId, ClientType, RoleId, TenantId, UnixTime, UrlLists, UserId};
use std::collections::HashMap;

/// Ids of one statement.
const AT_ONCE: usize = 50;

/// $1..$50 ids.
macro_rules! among {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
              $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43,
              $44, $45, $46, $47, $48, $49, $50)",
            $after
        )
    };
}

impl Reader {
    /// The clients with these ids, whole, in their order; those that are not in the tenant, or of another type, are left
    /// out.
    pub async fn clients_by_id(
        &mut self,
        tenant: &TenantId,
        client_type: ClientType,
        ids: &[ClientId],
    ) -> Result<Vec<Client>, StorageError> {
        let ids: Vec<&str> = ids.iter().map(ClientId::as_str).collect();
        let sql = among!(
            "SELECT id, tenant_id, client_type, name, enabled, token_lifetime, allow_offline_access,
             allow_access_tokens_via_browser, client_uri, logo_uri, pkce, consent, auth_method, access_token_algorithm,
             created_at, created_by, last_used_at, version FROM clients WHERE id",
            ""
        );
        let rows: Vec<ClientRow> = self.fetch_among(sql, &ids).await?;
        let found = self.whole_clients(rows).await?.into_iter();
        let found = found.filter(|client| client.tenant_id == *tenant && client.client_type == client_type);
        let mut found: HashMap<String, Client> = found.map(|client| (client.id.as_str().to_owned(), client)).collect();
        Ok(ids.into_iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Rows of clients, each with its roles, tags and URLs.
    pub(super) async fn whole_clients(&mut self, rows: Vec<ClientRow>) -> Result<Vec<Client>, StorageError> {
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        let sql = among!("SELECT client_id, role_id FROM client_roles WHERE client_id", " ORDER BY client_id, role_id");
        let mut roles = gathered(self.fetch_among(sql, &ids).await?);
        let sql = among!("SELECT client_id, tag FROM client_tags WHERE client_id", " ORDER BY client_id, position");
        let mut tags = gathered(self.fetch_among(sql, &ids).await?);
        let sql = among!(
            "SELECT client_id, kind, url FROM client_urls WHERE client_id",
            " ORDER BY client_id, kind, position"
        );
        let mut lists: HashMap<String, UrlLists> = HashMap::new();
        for (client, kind, url) in self.fetch_among::<(String, String, String)>(sql, &ids).await? {
            file_url(lists.entry(client).or_default(), &kind, url);
        }
        let whole = |row: ClientRow| {
            let held = roles.remove(&row.id).unwrap_or_default().into_iter().map(RoleId::new).collect();
            let urls = lists.remove(&row.id).unwrap_or_default();
            let tags = tags.remove(&row.id).unwrap_or_default();
            row.read(held, urls, tags)
        };
        rows.into_iter().map(whole).collect()
    }

    /// The users with these ids and the roles they hold, in their order; those that are not in the tenant are left out.
    pub async fn users_by_id(
        &mut self,
        tenant: &TenantId,
        ids: &[UserId],
    ) -> Result<Vec<(User, Vec<RoleId>)>, StorageError> {
        let names: Vec<&str> = ids.iter().map(UserId::as_str).collect();
        let sql = among!(
            "SELECT id, tenant_id, email, name, claims, password_hash, password_changed_at, enabled, created_at,
             updated_at, last_sign_in_at, version, generation FROM users WHERE id",
            ""
        );
        let users = self.fetch_among::<UserRow>(sql, &names).await?.into_iter().map(User::from);
        let mut users: HashMap<UserId, User> =
            users.filter(|user| user.tenant_id == *tenant).map(|user| (user.id.clone(), user)).collect();
        let mut roles = self.role_ids_of_users(ids).await?;
        let found = ids.iter().filter_map(|id| Some((users.remove(id)?, roles.remove(id).unwrap_or_default())));
        Ok(found.collect())
    }

    /// The ids of the roles that these users hold.
    pub async fn role_ids_of_users(&mut self, ids: &[UserId]) -> Result<HashMap<UserId, Vec<RoleId>>, StorageError> {
        let names: Vec<&str> = ids.iter().map(UserId::as_str).collect();
        let sql = among!("SELECT user_id, role_id FROM user_roles WHERE user_id", " ORDER BY user_id, role_id");
        let held = gathered(self.fetch_among(sql, &names).await?);
        let typed = |(user, roles): (String, Vec<String>)| {
            (UserId::new(user), roles.into_iter().map(RoleId::new).collect::<Vec<_>>())
        };
        Ok(held.into_iter().map(typed).collect())
    }

    /// The invitations of these users, of those for whom one was made and not used.
    pub async fn invitations_of(&mut self, ids: &[UserId]) -> Result<HashMap<UserId, Invitation>, StorageError> {
        let names: Vec<&str> = ids.iter().map(UserId::as_str).collect();
        let sql = among!(
            "SELECT user_id, purpose, created_at, expires_at FROM one_time_links WHERE user_id",
            " ORDER BY user_id, created_at"
        );
        let rows = self.fetch_among::<(String, String, i64, i64)>(sql, &names).await?;
        let invitations = rows.into_iter().filter(|(_, purpose, ..)| purpose == LinkPurpose::Invitation.as_str());
        // Of several the latest counts.
        Ok(invitations
            .map(|(user, _, issued, expires)| {
                (UserId::new(user), Invitation { issued_at: UnixTime(issued), expires_at: UnixTime(expires) })
            })
            .collect())
    }

    async fn fetch_among<R: Record>(&mut self, sql: &'static str, ids: &[&str]) -> Result<Vec<R>, StorageError> {
        let mut rows = Vec::new();
        for some in ids.chunks(AT_ONCE) {
            let mut statement = self.query(sql);
            // What is left of the fifty asks for the last one again, which finds nothing more.
            for at in 0..AT_ONCE {
                statement = statement.bind(some[at.min(some.len() - 1)]);
            }
            rows.extend(statement.fetch_all::<R>().await?);
        }
        Ok(rows)
    }
}

fn gathered(pairs: Vec<(String, String)>) -> HashMap<String, Vec<String>> {
    let mut lists: HashMap<String, Vec<String>> = HashMap::new();
    for (whose, value) in pairs {
        lists.entry(whose).or_default().push(value);
    }
    lists
}
