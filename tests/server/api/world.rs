//! Who calls the API: clients and users with this or that role, in this tenant or in another one.

use crate::support::http::send;
use crate::support::{Answer, Daemon, Http, NOW, TestServer, keys};
use portcullis::flows::admin::{Administrator, ClientSettings, NewClient, NewUserFields};
use portcullis::oauth::{
    BuiltInRole, ClaimsRequest, ClientId, ClientType, Grant, GrantId, Role, RoleId, Scope, SessionId, TenantId, UserId,
};
use portcullis::storage::{Database, StorageError, Tenant};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// A way to one tenant's API, with a token or without.
#[derive(Clone)]
pub(super) struct Api {
    http: Http,
    base: String,
    token: Option<String>,
}

impl Api {
    /// To the server's first tenant, with the token of a new client that holds this role.
    pub(super) async fn of(server: &TestServer, role: BuiltInRole) -> Self {
        let daemon = daemon_with(server, role).await;
        Self::with(server, &daemon.token().await).await
    }

    /// To the server's first tenant, with this token.
    pub(super) async fn with(server: &TestServer, token: &str) -> Self {
        let tenant = server.operator().await.tenant_id();
        Self { http: server.http(), base: format!("/api/v1/Tenants/{tenant}"), token: Some(token.to_owned()) }
    }

    /// The same caller at another tenant.
    pub(super) fn at_tenant(&self, tenant: &str) -> Self {
        Self { base: format!("/api/v1/Tenants/{tenant}"), ..self.clone() }
    }

    /// The same way with another token.
    pub(super) fn as_holder_of(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same way without a token.
    pub(super) fn as_stranger(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// What it sends to say who it is; empty without a token.
    pub(super) fn authorization(&self) -> String {
        self.token.as_ref().map(|token| format!("Bearer {token}")).unwrap_or_default()
    }

    /// The path of something in the tenant.
    pub(super) fn path(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A request to be completed.
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_at(method, &self.path(path))
    }

    /// The same with the whole path.
    pub(super) fn request_at(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, path);
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub(super) async fn head(&self, path: &str) -> Answer {
        send(self.request(Method::HEAD, path)).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub(super) async fn put(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PUT, path).json(&body)).await
    }

    pub(super) async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    /// The id of a built-in role, as programs find it.
    pub(super) async fn role_id(&self, role: BuiltInRole) -> String {
        let roles = self.get("/Roles?count=1000").await.json();
        let roles = roles.as_array().expect("a list").clone();
        let role = roles.into_iter().find(|known| known["RoleTypeId"] == role.type_id()).expect("the role");
        role["Id"].as_str().expect("an id").to_owned()
    }

    /// Adds a client-credentials client; gives its id and its secret, which is searched for in the end.
    pub(super) async fn add_daemon(&self, server: &TestServer, name: &str) -> (String, String) {
        let answer = self.post("/ClientCredentialClients", json!({ "Name": name })).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let body = answer.json();
        let secret = body["Secret"].as_str().expect("a secret").to_owned();
        server.confide(&secret);
        (body["Client"]["Id"].as_str().expect("an id").to_owned(), secret)
    }
}

/// A refusal has the four members that programs read, and its reference in the header too.
#[track_caller]
pub(super) fn assert_refused(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text());
    let body = answer.json();
    for member in ["OperationId", "Error", "Reason", "Resolution"] {
        assert!(body[member].as_str().is_some_and(|text| !text.is_empty()), "{member} in {body}");
    }
    assert_eq!(body["OperationId"], answer.header("operation-id"));
}

/// A new client-credentials client that holds this role and Account Member.
pub(super) async fn daemon_with(server: &TestServer, role: BuiltInRole) -> Daemon {
    let operator = server.operator().await;
    let roles = operator.roles().await.into_iter().filter(|known| known.built_in == Some(role));
    let role_ids = Some(roles.map(|role| role.id).collect());
    let settings = ClientSettings { role_ids, ..ClientSettings::default() };
    operator.register(ClientType::ClientCredentials, role.name(), settings).await
}

/// A tenant beside the first one, with its roles; gives its id.
pub(super) async fn other_tenant(server: &TestServer) -> TenantId {
    let database = Database::open(&server.place().location, 2).await.expect("a database");
    let id = TenantId::new("5b0e4b5e-0000-4000-8000-000000000002");
    let (name, alias) = ("Fabrikam".to_owned(), "fabrikam".to_owned());
    let tenant = Tenant { id: id.clone(), name, alias, created_at: NOW, updated_at: NOW };
    database
        .write::<_, StorageError, _>(move |tx| {
            let tenant = tenant.clone();
            Box::pin(async move {
                tx.insert_tenant(&tenant).await?;
                for (at, kind) in BuiltInRole::ALL.into_iter().enumerate() {
                    let role = Role {
                        id: RoleId::new(format!("5b0e4b5e-0000-4000-8000-00000000010{at}")),
                        tenant_id: tenant.id.clone(),
                        name: kind.name().to_owned(),
                        description: String::new(),
                        built_in: Some(kind),
                    };
                    tx.insert_role(&role, NOW).await?;
                }
                Ok(())
            })
        })
        .await
        .expect("another tenant");
    database.close().await;
    id
}

/// A client of another tenant, which is an administrator there.
pub(super) async fn foreign_administrator(server: &TestServer, tenant: &TenantId) -> Daemon {
    let by = Administrator::operator(tenant.clone(), None);
    let roles = server.provider().read_roles(&by).await.expect("roles");
    let role_ids = Some(roles.into_iter().map(|role| role.id).collect());
    let settings = ClientSettings { role_ids, ..ClientSettings::default() };
    let new = NewClient { id: None, client_type: ClientType::ClientCredentials, name: "Foreign".to_owned(), settings };
    let secret = portcullis::flows::admin::NewSecret {
        description: String::new(),
        end: portcullis::oauth::admin_fields::SecretEnd::Never,
    };
    let made = server.provider().create_client(&by, new, Some(secret), None).await.expect("a client");
    let secret = made.secret.expect("a secret").value.expose().clone();
    server.confide(&secret);
    Daemon::new(&server.http(), made.client.id.as_str(), &secret)
}

/// A new user of the first tenant with this role.
pub(super) async fn user_with(server: &TestServer, role: BuiltInRole, email: &str) -> UserId {
    let tenant = TenantId::new(server.operator().await.tenant_id());
    let by = Administrator::operator(tenant, None);
    let roles = server.provider().read_roles(&by).await.expect("roles");
    let role_ids = roles.into_iter().filter(|known| known.built_in == Some(role)).map(|role| role.id).collect();
    let new = NewUserFields { email: email.to_owned(), role_ids, ..NewUserFields::default() };
    server.provider().create_user(&by, new).await.expect("a user").user.id
}

/// The claims of a token that this server would make for a user who has signed in to this client.
pub(super) async fn user_claims(server: &TestServer, client: &str, user: &UserId) -> Value {
    let tenant_id = TenantId::new(server.operator().await.tenant_id());
    let database = Database::open(&server.place().location, 2).await.expect("a database");
    let stored = database.read().await.expect("a reader").find_user(user).await.expect("an answer");
    let grant = Grant {
        id: GrantId::new(format!("grant of {user} to {client}")),
        tenant_id: tenant_id.clone(),
        client_id: ClientId::new(client),
        user_id: user.clone(),
        sid: SessionId::new("sid"),
        scope: Scope::of(&["openid", "ocsapi", "offline_access"]),
        claims: ClaimsRequest::default(),
        auth_time: NOW,
        user_generation: stored.map_or(0, |user| user.generation),
        created_at: NOW,
        ends_at: NOW.plus(86_400),
        revoked_at: None,
    };
    let claims = json!({
        "iss": server.issuer(), "aud": format!("{}/api", server.public_url()), "sub": user, "client_id": client,
        "tid": tenant_id, "scope": "openid ocsapi", "jti": "1", "grant_id": grant.id,
        "iat": NOW.0, "nbf": NOW.0, "exp": NOW.0 + 3_600,
    });
    let keep = database.write::<_, StorageError, _>(move |tx| {
        let grant = grant.clone();
        Box::pin(async move { tx.insert_grant(&grant).await })
    });
    keep.await.expect("a grant");
    database.close().await;
    claims
}

/// A token of a user, signed as the server signs.
pub(super) async fn user_token(server: &TestServer, client: &str, user: &UserId) -> String {
    keys::sign(&server.place().master_key_file(), "at+jwt", &user_claims(server, client, user).await)
}
