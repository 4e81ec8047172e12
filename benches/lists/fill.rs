//! A tenant with 10 000 clients, 5 000 users and 100 roles.

use portcullis::oauth::{
    AuthMethodPolicy, BuiltInRole, Client, ClientId, ClientSecret, ClientType, ConsentPolicy, PkcePolicy, Role, RoleId,
    SigningAlgorithm, TenantId, TokenKind, UnixTime, UrlLists, UserId,
};
use portcullis::storage::{Database, LinkPurpose, Location, NewUser, StorageError, Transaction};

pub(crate) const CLIENTS: usize = 10_000;
const USERS: usize = 5_000;
const ROLES: usize = 100;
/// 2026-11-24.
const NOW: UnixTime = UnixTime(1_795_500_000);

/// Fills the database of a server that is set up and does not run. Gives the ids of some clients and some users.
pub(crate) async fn fill(location: &Location) -> (Vec<String>, Vec<String>) {
    let database = Database::open(location, 2).await.expect("a database");
    let tenant = database.read().await.expect("a reader").list_tenants().await.expect("tenants")[0].id.clone();
    database
        .write::<_, StorageError, _>(move |tx| {
            let tenant = tenant.clone();
            Box::pin(async move {
                let member =
                    tx.list_roles(&tenant).await?.into_iter().find(|role| role.built_in == Some(BuiltInRole::Member));
                let member = member.expect("Account Member").id;
                let roles = add_roles(tx, &tenant).await?;
                for n in 0..CLIENTS {
                    add_client(tx, &tenant, n, vec![member.clone(), roles[n % ROLES].clone()]).await?;
                }
                for n in 0..USERS {
                    add_user(tx, &tenant, n, &[member.clone(), roles[n % ROLES].clone()]).await?;
                }
                Ok(())
            })
        })
        .await
        .expect("rows");
    database.close().await;
    let some = |name: fn(usize) -> String, step: usize| (0..100).map(|n| name(n * step)).collect();
    // Every tenth is a client-credentials client.
    (some(id, CLIENTS / 100), some(id, USERS / 100))
}

fn id(n: usize) -> String {
    format!("{n:08}-0000-4000-8000-000000000000")
}

async fn add_roles(tx: &mut Transaction, tenant: &TenantId) -> Result<Vec<RoleId>, StorageError> {
    let mut roles = Vec::new();
    for n in 0..ROLES {
        let role = Role {
            id: RoleId::new(id(n)),
            tenant_id: tenant.clone(),
            name: format!("Role {n}"),
            description: "Made to be listed".to_owned(),
            built_in: None,
        };
        tx.insert_role(&role, NOW).await?;
        roles.push(role.id);
    }
    Ok(roles)
}

/// Six in ten are client-credentials clients, two each of the other types.
async fn add_client(tx: &mut Transaction, tenant: &TenantId, n: usize, roles: Vec<RoleId>) -> Result<(), StorageError> {
    let client_type = match n % 10 {
        0..6 => ClientType::ClientCredentials,
        6 | 7 => ClientType::AuthorizationCode,
        _ => ClientType::Hybrid,
    };
    let url = |path: &str| format!("https://app-{n}.example.com/{path}");
    let urls = UrlLists { redirect: vec![url("callback"), url("silent")], logout: vec![url("")], cors: Vec::new() };
    let client = Client {
        id: ClientId::new(id(n)),
        tenant_id: tenant.clone(),
        client_type,
        name: format!("gateway {} of site {}", n * 7_919 % CLIENTS, n % 97),
        enabled: !n.is_multiple_of(20),
        token_lifetime: 3_600,
        role_ids: if client_type.has_users() { Vec::new() } else { roles },
        urls: if client_type.has_users() { urls } else { UrlLists::default() },
        allow_offline_access: false,
        allow_access_tokens_via_browser: false,
        client_uri: None,
        logo_uri: None,
        pkce: if client_type == ClientType::Hybrid { PkcePolicy::PkceOrNonce } else { PkcePolicy::Required },
        consent: ConsentPolicy::Never,
        auth_method: AuthMethodPolicy::Any,
        access_token_algorithm: SigningAlgorithm::Rs256,
        tags: vec![format!("site-{}", n % 97), "gateway".to_owned()],
        created_at: NOW,
        created_by: "bench".to_owned(),
        last_used_at: None,
        version: 1,
    };
    tx.insert_client(&client).await?;
    for number in 0..if client_type.has_secrets() { 2 } else { 0 } {
        let secret = ClientSecret {
            id: number + 1,
            hash: TokenKind::ClientSecret.hash(&format!("{n} {number}")),
            hint: "abcd".to_owned(),
            description: format!("secret {number} of {n}"),
            enabled: true,
            created_at: NOW,
            expires_at: (number == 0).then(|| NOW.plus(86_400 * i64::try_from(n % 400).unwrap_or(0))),
            last_used_at: None,
            last_used_from: None,
        };
        tx.insert_secret(&client.id, &secret).await?;
    }
    Ok(())
}

async fn add_user(tx: &mut Transaction, tenant: &TenantId, n: usize, roles: &[RoleId]) -> Result<(), StorageError> {
    let user = NewUser {
        id: UserId::new(id(n)),
        tenant_id: tenant.clone(),
        email: format!("user-{}@example.com", n * 7_919 % USERS),
        name: format!("User {n}"),
        claims: "{}".to_owned(),
        password_hash: None,
    };
    tx.insert_user(&user, NOW).await?;
    tx.set_user_roles(&user.id, roles).await?;
    let hash = TokenKind::OneTimeLink.hash(&format!("link {n}"));
    tx.insert_link(&hash, &user.id, LinkPurpose::Invitation, NOW, NOW.plus(86_400)).await
}
