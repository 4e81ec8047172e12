//! Clients with their URLs, roles and tags.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{
    AuthMethodPolicy, Client, ClientId, ClientType, ConsentPolicy, PkcePolicy, RoleId, SigningAlgorithm, TenantId,
    UnixTime, UrlLists, admin_fields::fold,
};

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: String,
    tenant_id: String,
    client_type: String,
    name: String,
    enabled: bool,
    token_lifetime: i64,
    allow_offline_access: bool,
    allow_access_tokens_via_browser: bool,
    client_uri: Option<String>,
    logo_uri: Option<String>,
    pkce: String,
    consent: String,
    auth_method: String,
    access_token_algorithm: String,
    created_at: i64,
    created_by: String,
    last_used_at: Option<i64>,
    version: i64,
}

impl Row {
    pub(super) fn read(self, role_ids: Vec<RoleId>, urls: UrlLists, tags: Vec<String>) -> Result<Client, StorageError> {
        let corrupt = |column: &str| StorageError::Corrupt(format!("clients.{column} of {}", self.id));
        Ok(Client {
            client_type: ClientType::parse(&self.client_type).ok_or_else(|| corrupt("client_type"))?,
            token_lifetime: u32::try_from(self.token_lifetime).map_err(|_| corrupt("token_lifetime"))?,
            pkce: PkcePolicy::parse(&self.pkce).ok_or_else(|| corrupt("pkce"))?,
            consent: ConsentPolicy::parse(&self.consent).ok_or_else(|| corrupt("consent"))?,
            auth_method: AuthMethodPolicy::parse(&self.auth_method).ok_or_else(|| corrupt("auth_method"))?,
            access_token_algorithm: SigningAlgorithm::parse(&self.access_token_algorithm)
                .ok_or_else(|| corrupt("access_token_algorithm"))?,
            tenant_id: TenantId::new(self.tenant_id),
            name: self.name,
            enabled: self.enabled,
            role_ids,
            urls,
            allow_offline_access: self.allow_offline_access,
            allow_access_tokens_via_browser: self.allow_access_tokens_via_browser,
            client_uri: self.client_uri,
            logo_uri: self.logo_uri,
            tags,
            created_at: UnixTime(self.created_at),
            created_by: self.created_by,
            last_used_at: self.last_used_at.map(UnixTime),
            version: self.version,
            id: ClientId::new(self.id),
        })
    }
}

/// Puts a stored URL into its list.
pub(super) fn file_url(lists: &mut UrlLists, kind: &str, url: String) {
    match kind {
        "redirect" => lists.redirect.push(url),
        "logout" => lists.logout.push(url),
        _ => lists.cors.push(url),
    }
}

impl Reader {
    /// A client, whole, by its id.
    pub async fn find_client(&mut self, id: &ClientId) -> Result<Option<Client>, StorageError> {
        let sql = "SELECT id, tenant_id, client_type, name, enabled, token_lifetime, allow_offline_access,
                   allow_access_tokens_via_browser, client_uri, logo_uri, pkce, consent, auth_method,
                   access_token_algorithm, created_at, created_by, last_used_at, version FROM clients WHERE id = $1";
        let Some(row) = self.query(sql).bind(id).fetch_optional::<Row>().await? else { return Ok(None) };
        let roles = "SELECT role_id FROM client_roles WHERE client_id = $1 ORDER BY role_id";
        let roles = self.query(roles).bind(id).fetch_all::<(String,)>().await?;
        let tags = "SELECT tag FROM client_tags WHERE client_id = $1 ORDER BY position";
        let tags = self.query(tags).bind(id).fetch_all::<(String,)>().await?;
        let urls = "SELECT kind, url FROM client_urls WHERE client_id = $1 ORDER BY kind, position";
        let urls = self.query(urls).bind(id).fetch_all::<(String, String)>().await?;
        let mut lists = UrlLists::default();
        for (kind, url) in urls {
            file_url(&mut lists, &kind, url);
        }
        let roles = roles.into_iter().map(|(id,)| RoleId::new(id)).collect();
        row.read(roles, lists, tags.into_iter().map(|(tag,)| tag).collect()).map(Some)
    }

    /// What tells a client from one that was there before under the same id; 0 for clients from before that was kept, and
    /// for none. Removing a client raises the revision, so the next one of the id has a higher number.
    pub async fn incarnation_of_client(&mut self, id: &ClientId) -> Result<i64, StorageError> {
        self.query("SELECT incarnation FROM clients WHERE id = $1").bind(id).fetch_number().await
    }

    /// Ids of a tenant's clients with this name, in any case: for people who type names.
    pub async fn find_clients_by_name(&mut self, tenant: &TenantId, name: &str) -> Result<Vec<ClientId>, StorageError> {
        let sql = "SELECT id FROM clients WHERE tenant_id = $1 AND name_key = $2 ORDER BY id LIMIT 100";
        let rows = self.query(sql).bind(tenant).bind(fold(name)).fetch_all::<(String,)>().await?;
        Ok(rows.into_iter().map(|(id,)| ClientId::new(id)).collect())
    }

    /// How many clients a tenant has, all types together.
    pub async fn count_all_clients(&mut self, tenant: &TenantId) -> Result<i64, StorageError> {
        self.query("SELECT count(*) FROM clients WHERE tenant_id = $1").bind(tenant).fetch_number().await
    }
}

impl Transaction {
    /// Adds a client; an id that is taken, by any client of any tenant, is a conflict.
    pub async fn insert_client(&mut self, client: &Client) -> Result<(), StorageError> {
        let sql = "INSERT INTO clients (id, tenant_id, client_type, name, name_key, enabled, token_lifetime,
                   allow_offline_access, allow_access_tokens_via_browser, client_uri, logo_uri, pkce, consent,
                   auth_method, access_token_algorithm, created_at, created_by, updated_at, next_secret_id, version,
                   incarnation)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $16,
                   CAST(1 AS BIGINT), $18, (SELECT revision FROM revisions WHERE topic = 'clients'))";
        let statement = self.query(sql).bind(&client.id).bind(&client.tenant_id).bind(client.client_type.as_str());
        let statement = statement.bind(&client.name).bind(fold(&client.name)).bind(client.enabled);
        let statement = statement.bind(client.token_lifetime).bind(client.allow_offline_access);
        let statement = statement.bind(client.allow_access_tokens_via_browser).bind(&client.client_uri);
        let statement = statement.bind(&client.logo_uri).bind(client.pkce.as_str()).bind(client.consent.as_str());
        let statement = statement.bind(client.auth_method.as_str()).bind(client.access_token_algorithm.as_str());
        statement.bind(client.created_at).bind(&client.created_by).bind(client.version).execute().await?;
        self.replace_client_lists(client).await?;
        self.touch("clients").await
    }

    /// Stores a changed client, if it still has the version that the change was made on; false if it has not.
    pub async fn update_client(&mut self, client: &Client, now: UnixTime) -> Result<bool, StorageError> {
        let sql = "UPDATE clients SET name = $2, name_key = $3, enabled = $4, token_lifetime = $5,
                   allow_offline_access = $6, allow_access_tokens_via_browser = $7, client_uri = $8, logo_uri = $9,
                   pkce = $10, consent = $11, auth_method = $12, access_token_algorithm = $13, updated_at = $14,
                   version = version + 1 WHERE id = $1 AND version = $15";
        let statement = self.query(sql).bind(&client.id).bind(&client.name).bind(fold(&client.name));
        let statement = statement.bind(client.enabled).bind(client.token_lifetime).bind(client.allow_offline_access);
        let statement = statement.bind(client.allow_access_tokens_via_browser).bind(&client.client_uri);
        let statement = statement.bind(&client.logo_uri).bind(client.pkce.as_str()).bind(client.consent.as_str());
        let statement = statement.bind(client.auth_method.as_str()).bind(client.access_token_algorithm.as_str());
        if statement.bind(now).bind(client.version).execute().await? == 0 {
            return Ok(false);
        }
        self.replace_client_lists(client).await?;
        self.touch("clients").await?;
        Ok(true)
    }

    async fn replace_client_lists(&mut self, client: &Client) -> Result<(), StorageError> {
        self.query("DELETE FROM client_roles WHERE client_id = $1").bind(&client.id).execute().await?;
        for role in &client.role_ids {
            let sql = "INSERT INTO client_roles (client_id, role_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            self.query(sql).bind(&client.id).bind(role).execute().await?;
        }
        self.query("DELETE FROM client_tags WHERE client_id = $1").bind(&client.id).execute().await?;
        for (position, tag) in (0_i64..).zip(&client.tags) {
            let sql = "INSERT INTO client_tags (client_id, position, tag) VALUES ($1, $2, $3)";
            self.query(sql).bind(&client.id).bind(position).bind(tag).execute().await?;
        }
        self.query("DELETE FROM client_urls WHERE client_id = $1").bind(&client.id).execute().await?;
        let lists = [("redirect", &client.urls.redirect), ("logout", &client.urls.logout), ("cors", &client.urls.cors)];
        for (kind, urls) in lists {
            for (position, url) in (0_i64..).zip(urls) {
                let sql = "INSERT INTO client_urls (client_id, kind, position, url) VALUES ($1, $2, $3, $4)";
                self.query(sql).bind(&client.id).bind(kind).bind(position).bind(url).execute().await?;
            }
        }
        Ok(())
    }

    /// Removes a client and all that hangs on it; false if it was not there.
    pub async fn delete_client(&mut self, id: &ClientId) -> Result<bool, StorageError> {
        let removed = self.query("DELETE FROM clients WHERE id = $1").bind(id).execute().await? == 1;
        self.touch("clients").await?;
        Ok(removed)
    }
}
