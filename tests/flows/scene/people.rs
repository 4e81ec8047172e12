//! Who and what is there from the start.

use crate::support::Database;
use crate::support::samples::{add_client, add_role, add_secret, add_tenant, add_user, client, secret, user};
use portcullis::oauth::{BuiltInRole, Client, ClientSecret, ClientType, PkcePolicy, TokenKind, UrlLists, UserId};
use portcullis::storage::NewUser;

/// The user's id.
pub(crate) const ADA: &str = "ada";
/// The secret of the server-side apps `web` and `other`, and of the daemon.
const SECRET: &str = "pc_cs_a secret of tests";

/// A browser app `spa`; server-side apps `web` and `other`; a `daemon`; Ada; and Bob of another company.
pub(super) async fn add(database: &Database) {
    let tenant = add_tenant(database, "acme").await;
    let member = add_role(database, &tenant, "member", Some(BuiltInRole::Member)).await;
    let claims = r#"{"given_name":"Ada","email_verified":true,"birthdate":"1815"}"#.to_owned();
    add_user(database, &NewUser { claims, ..user(&tenant, ADA, "ada@example.com") }).await.unwrap();
    let ada = UserId::new(ADA);
    written!(database, (ada, member), tx => tx.set_user_roles(&ada, &[member]).await).await.unwrap();
    let globex = add_tenant(database, "globex").await;
    add_user(database, &user(&globex, "bob", "bob@example.com")).await.unwrap();

    let urls = |host: &str| UrlLists {
        redirect: vec![format!("https://{host}.example/cb")],
        logout: vec![format!("https://{host}.example/bye")],
        cors: Vec::new(),
    };
    let spa = Client { client_type: ClientType::AuthorizationCode, urls: urls("spa"), ..client(&tenant, "spa") };
    add_client(database, &spa).await;
    for (number, id) in [(1, "web"), (2, "other")] {
        let web = Client {
            client_type: ClientType::Hybrid,
            urls: urls(id),
            pkce: PkcePolicy::Optional,
            allow_offline_access: true,
            allow_access_tokens_via_browser: true,
            ..client(&tenant, id)
        };
        add_client(database, &web).await;
        // One hash may stand once in the whole store: the second app's secret differs by its last letter.
        let text = secret_of(id);
        let hash = TokenKind::ClientSecret.hash(&text);
        add_secret(database, &web.id, &ClientSecret { hash, ..secret(1, number) }).await;
    }
    add_client(database, &client(&tenant, "daemon")).await;
    let hash = TokenKind::ClientSecret.hash(&secret_of("daemon"));
    add_secret(database, &client(&tenant, "daemon").id, &ClientSecret { hash, ..secret(1, 3) }).await;
}

/// The secret of a client.
pub(crate) fn secret_of(client: &str) -> String {
    format!("{SECRET} {client}")
}
