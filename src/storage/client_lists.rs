//! Lists of clients: filtered, sorted, by the page.

use super::{Reader, StorageError};
use crate::oauth::admin_fields::fold_part;
use crate::oauth::{ClientId, ClientType, TenantId, UnixTime};

/// What a list shows of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSummary {
    /// Its id.
    pub id: ClientId,
    /// Its type.
    pub client_type: ClientType,
    /// Its name.
    pub name: String,
    /// Whether it gets tokens.
    pub enabled: bool,
    /// When it was added.
    pub created_at: UnixTime,
    /// When it last got a token.
    pub last_used_at: Option<UnixTime>,
    /// Secrets that authenticate now.
    pub usable_secrets: i64,
    /// Secrets whose time is over.
    pub expired_secrets: i64,
    /// The next end of a usable secret.
    pub next_secret_end: Option<UnixTime>,
    /// What the secret is for that ends next.
    pub next_secret: Option<String>,
    /// How many redirect URLs, and the first.
    pub redirect_urls: i64,
    /// The first redirect URL.
    pub first_redirect_url: Option<String>,
}

/// Which clients.
#[derive(Debug, Clone, Default)]
pub struct ClientFilter {
    /// Only of this type.
    pub client_type: Option<ClientType>,
    /// Text in name, id, URL or description of a secret; in any case.
    pub text: Option<String>,
    /// Only in this state.
    pub status: Option<ClientStatus>,
}

/// States to filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientStatus {
    /// Enabled.
    Enabled,
    /// Disabled.
    Disabled,
    /// A usable secret ends within 30 days.
    ExpiringSoon,
    /// There are expired secrets.
    HasExpired,
    /// It is enabled, needs a secret and has none that authenticates.
    NoUsableSecret,
    /// It never got a token.
    NeverUsed,
    /// It got none for 90 days.
    NotUsed90Days,
    /// The token endpoint refused it within the last 24 hours.
    RefusedToday,
}

impl ClientStatus {
    /// All of them, in the order of the list in the portal.
    pub const ALL: [Self; 8] = [
        Self::Enabled,
        Self::Disabled,
        Self::ExpiringSoon,
        Self::HasExpired,
        Self::NoUsableSecret,
        Self::NeverUsed,
        Self::NotUsed90Days,
        Self::RefusedToday,
    ];

    /// The word in URLs and commands.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::ExpiringSoon => "expiring",
            Self::HasExpired => "expired",
            Self::NoUsableSecret => "no-usable-secret",
            Self::NeverUsed => "never-used",
            Self::NotUsed90Days => "not-used-90d",
            Self::RefusedToday => "refused-24h",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// By what a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClientSort {
    /// By name.
    #[default]
    Name,
    /// By the last token.
    LastUsed,
    /// By age.
    Created,
    /// By the next end of a usable secret.
    SecretEnd,
}

/// Which part of a list, and in which order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page {
    /// Rows to leave out at the start.
    pub skip: i64,
    /// Rows at most.
    pub count: i64,
    /// Order.
    pub sort: ClientSort,
    /// The other way round.
    pub descending: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    client_type: String,
    name: String,
    enabled: bool,
    created_at: i64,
    last_used_at: Option<i64>,
    usable_secrets: i64,
    expired_secrets: i64,
    next_secret_end: Option<i64>,
    next_secret: Option<String>,
    redirect_urls: i64,
    first_redirect_url: Option<String>,
}

/// Most characters of a text to look for: no column is longer, and SQLite takes patterns up to a length only.
const LONGEST: usize = 4_096;

/// `%text%` for LIKE with `!` as the escape, to be held against a key made by `fold`. What the engines call lower case
/// differs (SQLite knows only ASCII), so only ASCII columns may be held against it through `lower`.
pub(super) fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in fold_part(text).chars().take(LONGEST) {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The filter, once for all statements: $1 tenant, $2 type, $3 pattern, $4 status, $5 now.
macro_rules! filtered {
    ($select:literal, $rest:literal) => {
        concat!(
            $select,
            " FROM clients c WHERE c.tenant_id = $1
              AND (CAST($2 AS TEXT) IS NULL OR c.client_type = $2)
              AND (CAST($3 AS TEXT) IS NULL OR c.name_key LIKE $3 ESCAPE '!' OR lower(c.id) LIKE $3 ESCAPE '!'
                   OR EXISTS (SELECT 1 FROM client_urls u WHERE u.client_id = c.id AND lower(u.url) LIKE $3 ESCAPE '!')
                   OR EXISTS (SELECT 1 FROM client_secrets s WHERE s.client_id = c.id
                              AND s.description_key LIKE $3 ESCAPE '!'))
              AND (CAST($4 AS TEXT) IS NULL
                   OR ($4 = 'enabled' AND c.enabled = TRUE) OR ($4 = 'disabled' AND c.enabled = FALSE)
                   OR ($4 = 'never-used' AND c.last_used_at IS NULL)
                   OR ($4 = 'not-used-90d' AND (c.last_used_at IS NULL OR c.last_used_at < $5 - 7776000))
                   OR ($4 = 'refused-24h' AND EXISTS (SELECT 1 FROM client_token_counts t WHERE t.client_id = c.id
                       AND t.hour > $5 - 86400 AND t.refused > 0))
                   OR ($4 = 'expiring' AND EXISTS (SELECT 1 FROM client_secrets s WHERE s.client_id = c.id
                       AND s.enabled = TRUE AND s.expires_at > $5 AND s.expires_at <= $5 + 2592000))
                   OR ($4 = 'expired' AND EXISTS (SELECT 1 FROM client_secrets s WHERE s.client_id = c.id
                       AND s.expires_at <= $5))
                   OR ($4 = 'no-usable-secret' AND c.enabled = TRUE AND c.client_type <> 'authorization-code'
                       AND NOT EXISTS (SELECT 1 FROM client_secrets s WHERE s.client_id = c.id
                       AND s.enabled = TRUE AND (s.expires_at IS NULL OR s.expires_at > $5))))",
            $rest
        )
    };
}

impl Reader {
    /// Names of enabled clients of all tenants that need a secret and have none that works, at most so many.
    pub async fn clients_without_secret(&mut self, now: UnixTime, most: i64) -> Result<Vec<String>, StorageError> {
        let sql = "SELECT c.name FROM clients c WHERE c.enabled = TRUE AND c.client_type <> 'authorization-code'
                   AND NOT EXISTS (SELECT 1 FROM client_secrets s WHERE s.client_id = c.id
                   AND s.enabled = TRUE AND (s.expires_at IS NULL OR s.expires_at > $1)) ORDER BY c.name_key LIMIT $2";
        let found = self.query(sql).bind(now).bind(most).fetch_all::<(String,)>().await?;
        Ok(found.into_iter().map(|(name,)| name).collect())
    }

    /// How many clients of the tenant the filter lets through.
    pub async fn count_clients(
        &mut self,
        tenant: &TenantId,
        filter: &ClientFilter,
        now: UnixTime,
    ) -> Result<i64, StorageError> {
        let sql = filtered!("SELECT count(*)", " AND $5 > 0");
        let statement = self.query(sql).bind(tenant).bind(filter.client_type.map(ClientType::as_str));
        let statement = statement.bind(filter.text.as_deref().map(like)).bind(filter.status.map(ClientStatus::as_str));
        statement.bind(now).fetch_number().await
    }

    /// One page of the clients that the filter lets through. The page is cut first: what is looked up for a client is
    /// looked up for those of the page alone.
    pub async fn list_clients(
        &mut self,
        tenant: &TenantId,
        filter: &ClientFilter,
        page: Page,
        now: UnixTime,
    ) -> Result<Vec<ClientSummary>, StorageError> {
        let sql = filtered!(
            "SELECT d.id, d.client_type, d.name, d.enabled, d.created_at, d.last_used_at,
               (SELECT count(*) FROM client_secrets s WHERE s.client_id = d.id AND s.enabled = TRUE
                  AND (s.expires_at IS NULL OR s.expires_at > $5)) AS usable_secrets,
               (SELECT count(*) FROM client_secrets s WHERE s.client_id = d.id AND s.expires_at <= $5) AS expired_secrets,
               (SELECT min(s.expires_at) FROM client_secrets s WHERE s.client_id = d.id AND s.enabled = TRUE
                  AND s.expires_at > $5) AS next_secret_end,
               (SELECT s.description FROM client_secrets s WHERE s.client_id = d.id AND s.enabled = TRUE
                  AND s.expires_at > $5 ORDER BY s.expires_at, s.id LIMIT 1) AS next_secret,
               (SELECT count(*) FROM client_urls u WHERE u.client_id = d.id AND u.kind = 'redirect') AS redirect_urls,
               (SELECT u.url FROM client_urls u WHERE u.client_id = d.id AND u.kind = 'redirect' AND u.position = 0)
                  AS first_redirect_url
             FROM (SELECT c.id,
               CASE WHEN $6 = 'name' THEN c.name_key END AS up_name,
               CASE WHEN $6 = 'name-desc' THEN c.name_key END AS down_name,
               CASE WHEN $6 = 'used' THEN COALESCE(c.last_used_at, 0) WHEN $6 = 'created' THEN c.created_at
                 WHEN $6 = 'end' THEN (SELECT min(s.expires_at) FROM client_secrets s WHERE s.client_id = c.id
                   AND s.enabled = TRUE AND s.expires_at > $5) END AS up_time,
               CASE WHEN $6 = 'used-desc' THEN COALESCE(c.last_used_at, 0) WHEN $6 = 'created-desc' THEN c.created_at
                 WHEN $6 = 'end-desc' THEN (SELECT min(s.expires_at) FROM client_secrets s WHERE s.client_id = c.id
                   AND s.enabled = TRUE AND s.expires_at > $5) END AS down_time",
            " ORDER BY up_name, down_name DESC, up_time, down_time DESC, c.id LIMIT $7 OFFSET $8) p
             JOIN clients d ON d.id = p.id ORDER BY p.up_name, p.down_name DESC, p.up_time, p.down_time DESC, d.id"
        );
        let order = match (page.sort, page.descending) {
            (ClientSort::Name, false) => "name",
            (ClientSort::Name, true) => "name-desc",
            (ClientSort::LastUsed, false) => "used",
            (ClientSort::LastUsed, true) => "used-desc",
            (ClientSort::Created, false) => "created",
            (ClientSort::Created, true) => "created-desc",
            (ClientSort::SecretEnd, false) => "end",
            (ClientSort::SecretEnd, true) => "end-desc",
        };
        let statement = self.query(sql).bind(tenant).bind(filter.client_type.map(ClientType::as_str));
        let statement = statement.bind(filter.text.as_deref().map(like)).bind(filter.status.map(ClientStatus::as_str));
        let rows =
            statement.bind(now).bind(order).bind(page.count.max(0)).bind(page.skip.max(0)).fetch_all::<Row>().await?;
        rows.into_iter().map(summary).collect()
    }
}

fn summary(row: Row) -> Result<ClientSummary, StorageError> {
    Ok(ClientSummary {
        client_type: ClientType::parse(&row.client_type)
            .ok_or_else(|| StorageError::Corrupt(format!("clients.client_type of {}", row.id)))?,
        id: ClientId::new(row.id),
        name: row.name,
        enabled: row.enabled,
        created_at: UnixTime(row.created_at),
        last_used_at: row.last_used_at.map(UnixTime),
        usable_secrets: row.usable_secrets,
        expired_secrets: row.expired_secrets,
        next_secret_end: row.next_secret_end.map(UnixTime),
        next_secret: row.next_secret,
        redirect_urls: row.redirect_urls,
        first_redirect_url: row.first_redirect_url,
    })
}
