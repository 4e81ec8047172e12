//! Things to store, each as plain as it may be.

use super::{Database, NOW, StorageError};
use portcullis::oauth::{
    AuthMethodPolicy, BuiltInRole, Client, ClientId, ClientSecret, ClientType, ConsentPolicy, PkcePolicy, Role, RoleId,
    SessionId, SigningAlgorithm, TenantId, TokenHash, UrlLists, UserId,
};
use portcullis::storage::{NewUser, Tenant, WebSession};

/// A hash that stands for whatever has this number.
pub(crate) fn hash(number: u8) -> TokenHash {
    TokenHash([number; 32])
}

/// Adds a tenant.
pub(crate) async fn add_tenant(database: &Database, id: &str) -> TenantId {
    let tenant = Tenant {
        id: TenantId::new(id),
        name: format!("The company {id}"),
        alias: id.to_owned(),
        created_at: NOW,
        updated_at: NOW,
    };
    written!(database, (tenant), tx => tx.insert_tenant(&tenant).await).await.expect("a new tenant");
    tenant.id
}

/// A role; built in or not.
pub(crate) fn role(tenant: &TenantId, id: &str, built_in: Option<BuiltInRole>) -> Role {
    Role {
        id: RoleId::new(id),
        tenant_id: tenant.clone(),
        name: format!("Role {id}"),
        description: "What it is for".to_owned(),
        built_in,
    }
}

/// Adds a role.
pub(crate) async fn add_role(database: &Database, tenant: &TenantId, id: &str, kind: Option<BuiltInRole>) -> RoleId {
    let role = role(tenant, id, kind);
    written!(database, (role), tx => tx.insert_role(&role, NOW).await).await.expect("a new role");
    role.id
}

/// A client without anything that it need not have.
pub(crate) fn client(tenant: &TenantId, id: &str) -> Client {
    Client {
        id: ClientId::new(id),
        tenant_id: tenant.clone(),
        client_type: ClientType::ClientCredentials,
        name: format!("Client {id}"),
        enabled: true,
        token_lifetime: 3600,
        role_ids: Vec::new(),
        urls: UrlLists::default(),
        allow_offline_access: false,
        allow_access_tokens_via_browser: false,
        client_uri: None,
        logo_uri: None,
        pkce: PkcePolicy::PkceOrNonce,
        consent: ConsentPolicy::Never,
        auth_method: AuthMethodPolicy::Any,
        access_token_algorithm: SigningAlgorithm::Rs256,
        tags: Vec::new(),
        created_at: NOW,
        created_by: "Ada Admin".to_owned(),
        last_used_at: None,
        version: 1,
    }
}

/// Adds a client.
pub(crate) async fn add_client(database: &Database, client: &Client) {
    try_adding(database, client).await.expect("a new client");
}

/// Adds a client, or says why not.
pub(crate) async fn try_adding(database: &Database, client: &Client) -> Result<(), StorageError> {
    written!(database, (client), tx => tx.insert_client(&client).await).await
}

/// Reads a client.
pub(crate) async fn found(database: &Database, id: &ClientId) -> Option<Client> {
    database.read().await.expect("a reader").find_client(id).await.expect("a readable client")
}

/// A secret that never ends.
pub(crate) fn secret(id: i32, number: u8) -> ClientSecret {
    ClientSecret {
        id,
        hash: hash(number),
        hint: "aB3x".to_owned(),
        description: format!("Secret {id}"),
        enabled: true,
        created_at: NOW,
        expires_at: None,
        last_used_at: None,
        last_used_from: None,
    }
}

/// Adds a secret.
pub(crate) async fn add_secret(database: &Database, client: &ClientId, secret: &ClientSecret) {
    written!(database, (client, secret), tx => tx.insert_secret(&client, &secret).await).await.expect("a new secret");
}

/// A user without a password.
pub(crate) fn user(tenant: &TenantId, id: &str, email: &str) -> NewUser {
    NewUser {
        id: UserId::new(id),
        tenant_id: tenant.clone(),
        email: email.to_owned(),
        name: format!("User {id}"),
        claims: "{}".to_owned(),
        password_hash: None,
    }
}

/// Adds a user.
pub(crate) async fn add_user(database: &Database, user: &NewUser) -> Result<(), StorageError> {
    written!(database, (user), tx => tx.insert_user(&user, NOW).await).await
}

/// Adds a tenant `acme` with the user `ada`.
pub(crate) async fn add_ada(database: &Database) -> UserId {
    let tenant = add_tenant(database, "acme").await;
    let ada = user(&tenant, "ada", "ada@example.com");
    add_user(database, &ada).await.expect("a new user");
    ada.id
}

/// A session of nobody that lasts an hour.
pub(crate) fn session(number: u8) -> WebSession {
    WebSession {
        id_hash: vec![number; 32],
        sid: SessionId::new(format!("sid-{number}")),
        user_id: None,
        data: "{}".to_owned(),
        created_at: NOW,
        last_seen_at: NOW,
        expires_at: NOW.plus(3600),
        user_agent: "Browser/1.0".to_owned(),
        address: "192.0.2.1".to_owned(),
        browser: None,
    }
}
