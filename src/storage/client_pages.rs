//! Whole clients by the page, for programs: four statements a page, however long it is.

use super::clients::{Row, file_url};
use super::{Reader, StorageError};
use crate::oauth::{Client, ClientId, ClientType, RoleId, TenantId, UrlLists};
use std::collections::HashMap;

/// Which clients of a tenant.
#[derive(Debug, Clone)]
pub struct ClientSelection {
    /// Of this type.
    pub client_type: ClientType,
    /// With all of these tags; at most [`ClientSelection::MOST_TAGS`].
    pub tags: Vec<String>,
    /// Holding this role.
    pub role: Option<RoleId>,
}

impl ClientSelection {
    /// Most tags to select by.
    pub const MOST_TAGS: usize = 3;

    /// All clients of a type.
    #[must_use]
    pub const fn of(client_type: ClientType) -> Self {
        Self { client_type, tags: Vec::new(), role: None }
    }

    fn tag(&self, at: usize) -> Option<&str> {
        self.tags.get(at).map(String::as_str)
    }
}

/// The ids of one page, once for all statements: $1 tenant, $2 type, $3..$5 tags, $6 role, $7 rows at most, $8 left out.
macro_rules! page {
    ($select:literal, $after:literal) => {
        concat!(
            $select,
            " FROM (SELECT c.id FROM clients c WHERE c.tenant_id = $1 AND c.client_type = $2
              AND (CAST($3 AS TEXT) IS NULL
                   OR EXISTS (SELECT 1 FROM client_tags t WHERE t.client_id = c.id AND t.tag = $3))
              AND (CAST($4 AS TEXT) IS NULL
                   OR EXISTS (SELECT 1 FROM client_tags t WHERE t.client_id = c.id AND t.tag = $4))
              AND (CAST($5 AS TEXT) IS NULL
                   OR EXISTS (SELECT 1 FROM client_tags t WHERE t.client_id = c.id AND t.tag = $5))
              AND (CAST($6 AS TEXT) IS NULL
                   OR EXISTS (SELECT 1 FROM client_roles r WHERE r.client_id = c.id AND r.role_id = $6))
              ORDER BY c.name_key, c.id LIMIT $7 OFFSET $8) p ",
            $after
        )
    };
}

impl Reader {
    /// How many clients the selection takes.
    pub async fn count_selected_clients(
        &mut self,
        tenant: &TenantId,
        which: &ClientSelection,
    ) -> Result<i64, StorageError> {
        let counted: Vec<(i64,)> = self.of_page(page!("SELECT count(*)", ""), (tenant, which, 0, i64::MAX)).await?;
        Ok(counted.first().map_or(0, |(count,)| *count))
    }

    /// One page of whole clients, by name.
    pub async fn page_of_clients(
        &mut self,
        tenant: &TenantId,
        which: &ClientSelection,
        skip: i64,
        count: i64,
    ) -> Result<Vec<Client>, StorageError> {
        let rows: Vec<Row> = self
            .of_page(
                page!(
                    "SELECT c.id, c.tenant_id, c.client_type, c.name, c.enabled, c.token_lifetime,
                     c.allow_offline_access, c.allow_access_tokens_via_browser, c.client_uri, c.logo_uri, c.pkce,
                     c.consent, c.auth_method, c.access_token_algorithm, c.created_at, c.created_by, c.last_used_at,
                     c.version",
                    "JOIN clients c ON c.id = p.id ORDER BY c.name_key, c.id"
                ),
                (tenant, which, skip, count),
            )
            .await?;
        let roles: Vec<(String, String)> = self
            .of_page(
                page!(
                    "SELECT h.client_id, h.role_id",
                    "JOIN client_roles h ON h.client_id = p.id ORDER BY h.client_id, h.role_id"
                ),
                (tenant, which, skip, count),
            )
            .await?;
        let tags: Vec<(String, String)> = self
            .of_page(
                page!(
                    "SELECT h.client_id, h.tag",
                    "JOIN client_tags h ON h.client_id = p.id ORDER BY h.client_id, h.position"
                ),
                (tenant, which, skip, count),
            )
            .await?;
        let urls: Vec<(String, String, String)> = self
            .of_page(
                page!(
                    "SELECT h.client_id, h.kind, h.url",
                    "JOIN client_urls h ON h.client_id = p.id ORDER BY h.client_id, h.kind, h.position"
                ),
                (tenant, which, skip, count),
            )
            .await?;
        let (mut roles, mut tags) = (gathered(roles), gathered(tags));
        let mut lists: HashMap<String, UrlLists> = HashMap::new();
        for (client, kind, url) in urls {
            file_url(lists.entry(client).or_default(), &kind, url);
        }
        let whole = |row: Row| {
            let held = roles.remove(&row.id).unwrap_or_default().into_iter().map(RoleId::new).collect();
            let urls = lists.remove(&row.id).unwrap_or_default();
            let tags = tags.remove(&row.id).unwrap_or_default();
            row.read(held, urls, tags)
        };
        rows.into_iter().map(whole).collect()
    }

    async fn of_page<R: super::engine::Record>(
        &mut self,
        sql: &'static str,
        (tenant, which, skip, count): (&TenantId, &ClientSelection, i64, i64),
    ) -> Result<Vec<R>, StorageError> {
        let statement = self.query(sql).bind(tenant).bind(which.client_type.as_str());
        let statement = statement.bind(which.tag(0)).bind(which.tag(1)).bind(which.tag(2));
        let statement = statement.bind(which.role.as_ref().map(RoleId::as_str));
        statement.bind(count).bind(skip).fetch_all().await
    }

    /// The clients with these ids, whole; those that are not in the tenant, or of another type, are left out.
    pub async fn clients_by_id(
        &mut self,
        tenant: &TenantId,
        client_type: ClientType,
        ids: &[ClientId],
    ) -> Result<Vec<Client>, StorageError> {
        let mut found = Vec::new();
        for id in ids {
            let client = self.find_client(id).await?;
            found.extend(client.filter(|client| client.tenant_id == *tenant && client.client_type == client_type));
        }
        Ok(found)
    }

    /// The URLs from which browsers may call: redirect URLs and CORS origins of the enabled authorization code clients.
    pub async fn urls_of_browser_clients(&mut self) -> Result<Vec<String>, StorageError> {
        let sql = "SELECT DISTINCT u.url FROM client_urls u JOIN clients c ON c.id = u.client_id
                   WHERE c.client_type = 'authorization-code' AND c.enabled = TRUE AND u.kind IN ('redirect', 'cors')";
        Ok(self.query(sql).fetch_all::<(String,)>().await?.into_iter().map(|(url,)| url).collect())
    }
}

fn gathered(pairs: Vec<(String, String)>) -> HashMap<String, Vec<String>> {
    let mut lists: HashMap<String, Vec<String>> = HashMap::new();
    for (client, value) in pairs {
        lists.entry(client).or_default().push(value);
    }
    lists
}
