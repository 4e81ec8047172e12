//! Whoever sits at the server's terminal, and may do everything.

use super::daemon::Daemon;
use super::{TestServer, USER_PASSWORD};
use portcullis::flows::Provider;
use portcullis::flows::admin::{
    AdminError, Administrator, ClientChange, ClientSettings, CreatedSecret, NewClient, NewSecret, NewUserFields,
    SecretChange, UserChange,
};
use portcullis::oauth::admin_fields::SecretEnd;
use portcullis::oauth::{BuiltInRole, Client, ClientId, ClientSecret, ClientType};
use portcullis::redacted::Redacted;
use std::sync::Arc;

/// An operator of one server.
pub(crate) struct Operator {
    server: TestServer,
    provider: Arc<Provider>,
    by: Administrator,
}

impl Operator {
    /// Of this server, whose tenant there is.
    pub(crate) async fn of(server: &TestServer) -> Self {
        let provider = server.provider();
        let tenants = provider.list_tenants().await.expect("tenants");
        let by = Administrator::operator(tenants[0].id.clone(), Some("ops".to_owned()));
        Self { server: server.clone(), provider, by }
    }

    /// The tenant's id.
    pub(crate) fn tenant_id(&self) -> String {
        self.by.tenant_id().to_string()
    }

    /// Registers a client; with a first secret if its type has secrets.
    pub(crate) async fn register(&self, client_type: ClientType, name: &str, settings: ClientSettings) -> Daemon {
        let new = NewClient { id: None, client_type, name: name.to_owned(), settings };
        let secret = NewSecret { description: "first".to_owned(), end: SecretEnd::Never };
        let created = self.provider.create_client(&self.by, new, Some(secret), None).await.expect("a new client");
        let secret = created.secret.map(|secret| self.note(&secret)).unwrap_or_default();
        Daemon::new(&self.server.http(), created.client.id.as_str(), &secret)
    }

    /// Adds a secret; says its number and its value.
    pub(crate) async fn add_secret(&self, daemon: &Daemon, end: SecretEnd) -> (i32, String) {
        let secret = self.try_to_add_secret(daemon, end).await.expect("a new secret");
        (secret.id, self.note(&secret))
    }

    /// Adds a secret, or hears why not.
    pub(crate) async fn try_to_add_secret(&self, daemon: &Daemon, end: SecretEnd) -> Result<CreatedSecret, AdminError> {
        let new = NewSecret { description: "added".to_owned(), end };
        let added = self.provider.add_secret(&self.by, &id(daemon), new, None).await?;
        self.note(&added);
        Ok(added)
    }

    /// Remembers a value, so that it is searched for in the end.
    fn note(&self, secret: &CreatedSecret) -> String {
        self.server.confide(secret.value.expose());
        secret.value.expose().clone()
    }

    /// Disables or enables a secret.
    pub(crate) async fn enable_secret(&self, daemon: &Daemon, secret: i32, enabled: bool) {
        let change = SecretChange { enabled: Some(enabled), ..SecretChange::default() };
        self.provider.change_secret(&self.by, &id(daemon), secret, change).await.expect("a changed secret");
    }

    /// Removes a secret.
    pub(crate) async fn remove_secret(&self, daemon: &Daemon, secret: i32) {
        self.provider.remove_secret(&self.by, &id(daemon), secret, None).await.expect("a removed secret");
    }

    /// Changes a client's settings.
    pub(crate) async fn change(&self, daemon: &Daemon, settings: ClientSettings) {
        let change = ClientChange { settings, ..ClientChange::default() };
        self.provider.change_client(&self.by, &id(daemon), change).await.expect("a changed client");
    }

    /// Disables or enables a client.
    pub(crate) async fn enable(&self, daemon: &Daemon, enabled: bool) {
        self.change(daemon, ClientSettings { enabled: Some(enabled), ..ClientSettings::default() }).await;
    }

    /// Removes a client.
    pub(crate) async fn remove(&self, daemon: &Daemon) {
        self.provider.remove_client(&self.by, &id(daemon), None).await.expect("a removed client");
    }

    /// The client as it is stored.
    pub(crate) async fn client(&self, daemon: &Daemon) -> Client {
        self.provider.client(&self.by, &id(daemon)).await.expect("a client").client
    }

    /// A client's secret as it is stored.
    pub(crate) async fn secret(&self, daemon: &Daemon, secret: i32) -> ClientSecret {
        let details = self.provider.client(&self.by, &id(daemon)).await.expect("a client");
        details.secrets.into_iter().find(|found| found.id == secret).expect("a secret")
    }

    /// Adds a user.
    pub(crate) async fn add_user(&self, email: &str) {
        let password = Some(Redacted::new(USER_PASSWORD.to_owned()));
        let new = NewUserFields { email: email.to_owned(), password, ..NewUserFields::default() };
        self.provider.create_user(&self.by, new).await.expect("a new user");
    }

    /// Adds a user who gets an invitation.
    pub(crate) async fn invite(&self, email: &str) {
        let new = NewUserFields { email: email.to_owned(), ..NewUserFields::default() };
        let created = self.provider.create_user(&self.by, new).await.expect("a new user");
        let link = created.invitation.expect("an invitation").url.expose().clone();
        self.server.confide(link.rsplit('=').next().expect("a token in the link"));
    }

    /// Adds a user with a name and standard claims.
    pub(crate) async fn add_user_with_claims(&self, email: &str, name: &str, claims: &str) {
        let new = NewUserFields {
            email: email.to_owned(),
            name: name.to_owned(),
            password: Some(Redacted::new(USER_PASSWORD.to_owned())),
            claims: Some(claims.to_owned()),
            ..NewUserFields::default()
        };
        self.provider.create_user(&self.by, new).await.expect("a new user");
    }

    async fn change_user(&self, email: &str, change: UserChange) {
        let user = self.provider.user_by_email(&self.by, email).await.expect("a user");
        self.provider.change_user(&self.by, &user.id, change).await.expect("a changed user");
    }

    /// Disables or enables a user.
    pub(crate) async fn enable_user(&self, email: &str, enabled: bool) {
        self.change_user(email, UserChange { enabled: Some(enabled), ..UserChange::default() }).await;
    }

    /// Gives a user the role of an Account Administrator, or takes it away.
    pub(crate) async fn make_administrator(&self, email: &str, yes: bool) {
        let roles = self.roles().await.into_iter().filter(|role| role.built_in == Some(BuiltInRole::Administrator));
        let role_ids = Some(roles.filter(|_| yes).map(|role| role.id).collect());
        self.change_user(email, UserChange { role_ids, ..UserChange::default() }).await;
    }

    /// Gives a user one built-in role beside Account Member, and takes all others away.
    pub(crate) async fn give_role(&self, email: &str, role: BuiltInRole) {
        let roles = self.roles().await.into_iter().filter(|known| known.built_in == Some(role));
        let role_ids = Some(roles.map(|role| role.id).collect());
        self.change_user(email, UserChange { role_ids, ..UserChange::default() }).await;
    }

    /// A link with which a user chooses a new password.
    pub(crate) async fn reset_link(&self, email: &str) -> String {
        let user = self.provider.user_by_email(&self.by, email).await.expect("a user");
        let link = self.provider.reset_link(&self.by, &user).await.expect("a link").url.expose().clone();
        self.server.confide(link.rsplit('=').next().expect("a token in the link"));
        link
    }

    /// The tenant's roles by name: id and, if it is built in, type id.
    pub(crate) async fn roles(&self) -> Vec<portcullis::oauth::Role> {
        self.provider.read_roles(&self.by).await.expect("roles")
    }
}

fn id(daemon: &Daemon) -> ClientId {
    ClientId::new(&daemon.id)
}
