//! Whole clients by the page, for programs.

use super::clients::Row;
use super::{Reader, Statement, StorageError};
use crate::oauth::{Client, ClientType, RoleId, TenantId};

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

/// The clients of a selection: $1 tenant, $2 type, $3..$5 tags, $6 role.
macro_rules! selected {
    ($select:literal, $after:literal) => {
        concat!(
            $select,
            " FROM clients c WHERE c.tenant_id = $1 AND c.client_type = $2
              AND (CAST($3 AS TEXT) IS NULL
                   OR EXISTS (SELECT 1 FROM client_tags t WHERE t.client_id = c.id AND t.tag = $3))
              AND (CAST($4 AS TEXT) IS NULL
                   OR EXISTS (SELECT 1 FROM client_tags t WHERE t.client_id = c.id AND t.tag = $4))
              AND (CAST($5 AS TEXT) IS NULL
                   OR EXISTS (SELECT 1 FROM client_tags t WHERE t.client_id = c.id AND t.tag = $5))
              AND (CAST($6 AS TEXT) IS NULL
                   OR EXISTS (SELECT 1 FROM client_roles r WHERE r.client_id = c.id AND r.role_id = $6))",
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
        self.selecting(selected!("SELECT count(*)", ""), tenant, which).fetch_number().await
    }

    /// One page of whole clients, by name.
    pub async fn page_of_clients(
        &mut self,
        tenant: &TenantId,
        which: &ClientSelection,
        skip: i64,
        count: i64,
    ) -> Result<Vec<Client>, StorageError> {
        let sql = selected!(
            "SELECT c.id, c.tenant_id, c.client_type, c.name, c.enabled, c.token_lifetime, c.allow_offline_access,
             c.allow_access_tokens_via_browser, c.client_uri, c.logo_uri, c.pkce, c.consent, c.auth_method,
             c.access_token_algorithm, c.created_at, c.created_by, c.last_used_at, c.version",
            " ORDER BY c.name_key, c.id LIMIT $7 OFFSET $8"
        );
        let rows = self.selecting(sql, tenant, which).bind(count).bind(skip).fetch_all::<Row>().await?;
        self.whole_clients(rows).await
    }

    /// Whole clients of a type with ids behind this one, by id: whoever walks along meets each that stays, whatever is renamed,
    /// added or removed meanwhile.
    pub async fn clients_after(
        &mut self,
        tenant: &TenantId,
        client_type: ClientType,
        after: &str,
        count: i64,
    ) -> Result<Vec<Client>, StorageError> {
        let sql = "SELECT id, tenant_id, client_type, name, enabled, token_lifetime, allow_offline_access,
                   allow_access_tokens_via_browser, client_uri, logo_uri, pkce, consent, auth_method,
                   access_token_algorithm, created_at, created_by, last_used_at, version FROM clients
                   WHERE tenant_id = $1 AND client_type = $2 AND id > $3 ORDER BY id LIMIT $4";
        let statement = self.query(sql).bind(tenant).bind(client_type.as_str()).bind(after).bind(count);
        let rows = statement.fetch_all::<Row>().await?;
        self.whole_clients(rows).await
    }

    fn selecting(&mut self, sql: &'static str, tenant: &TenantId, which: &ClientSelection) -> Statement<'_> {
        let statement = self.query(sql).bind(tenant).bind(which.client_type.as_str());
        let statement = statement.bind(which.tag(0)).bind(which.tag(1)).bind(which.tag(2));
        statement.bind(which.role.as_ref().map(RoleId::as_str))
    }

    /// The URLs from which browsers may call: redirect URLs and CORS origins of the enabled authorization code clients.
    pub async fn urls_of_browser_clients(&mut self) -> Result<Vec<String>, StorageError> {
        let sql = "SELECT DISTINCT u.url FROM client_urls u JOIN clients c ON c.id = u.client_id
                   WHERE c.client_type = 'authorization-code' AND c.enabled = TRUE AND u.kind IN ('redirect', 'cors')";
        Ok(self.query(sql).fetch_all::<(String,)>().await?.into_iter().map(|(url,)| url).collect())
    }
}
