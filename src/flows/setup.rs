//! The first administrator: no default password, and no race for the first visitor.

use super::Provider;
use super::setup_code::code_hash;
use crate::keys::HashError;
use crate::oauth::admin_fields::{self, Field, FieldError, fold};
use crate::oauth::audit::{AuditEvent, Origin};
use crate::oauth::{BuiltInRole, Role, RoleId, TenantId, UnixTime, UserId, password_policy};
use crate::redacted::Redacted;
use crate::storage::{CodeTry, NewUser, StorageError, Tenant, Transaction};
use std::sync::Arc;

/// Who the first administrator shall be.
#[derive(Debug, Clone)]
pub struct NewAdministrator {
    /// The person's name.
    pub name: String,
    /// E-mail, to sign in with.
    pub email: String,
    /// Password.
    pub password: Redacted<String>,
    /// What to call the tenant; empty: a name made of the e-mail's host.
    pub tenant_name: String,
}

impl NewAdministrator {
    /// Name and e-mail as they are kept, if all will do: asked again with the store open, and before anything is made.
    ///
    /// # Errors
    /// [`SetupError::Invalid`], with every field that will not do.
    pub fn check(&self, min_length: usize) -> Result<(String, String), SetupError> {
        let (name, email) = (admin_fields::person_name(&self.name), admin_fields::email(&self.email));
        let password = password_policy(self.password.expose(), self.email.trim(), self.name.trim(), min_length)
            .map_err(|refusal| FieldError::new(Field::Password, refusal.to_string()));
        match (name, email, password) {
            (Ok(name), Ok(email), Ok(())) => Ok((name, email)),
            (name, email, password) => {
                let errors = [name.err(), email.err(), password.err()];
                Err(SetupError::Invalid(errors.into_iter().flatten().collect()))
            }
        }
    }
}

/// What set-up made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupOutcome {
    /// The tenant.
    pub tenant_id: TenantId,
    /// The administrator.
    pub user_id: UserId,
}

/// Why nothing was set up.
#[derive(Debug)]
pub enum SetupError {
    /// There is an administrator already.
    AlreadyDone,
    /// A field will not do.
    Invalid(Vec<FieldError>),
    /// The code is over or was tried too often: a new one is needed.
    CodeDead,
    /// Too many passwords are being hashed at this moment.
    Busy,
    /// Our own trouble.
    Storage(StorageError),
}

impl From<StorageError> for SetupError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<HashError> for SetupError {
    fn from(_: HashError) -> Self {
        // The policy has refused what is too long; only the queue can be full.
        Self::Busy
    }
}

impl Provider {
    /// Whether there is an administrator. Once true it stays true.
    pub async fn is_set_up(&self) -> Result<bool, StorageError> {
        if self.set_up.load(std::sync::atomic::Ordering::Relaxed) {
            return Ok(true);
        }
        let done = self.database.read().await?.has_administrator().await?;
        if done {
            self.set_up.store(true, std::sync::atomic::Ordering::Relaxed);
        }
        Ok(done)
    }

    /// Makes tenant, roles and first administrator for whoever holds the code. A wrong code costs a try and nothing else:
    /// no password is hashed for it.
    pub async fn set_up_by_code(
        &self,
        code: &str,
        new: NewAdministrator,
        by: &Origin,
    ) -> Result<SetupOutcome, SetupError> {
        if self.is_set_up().await? {
            return Err(SetupError::AlreadyDone);
        }
        let (hash, now) = (code_hash(code), self.clock.now());
        let living = self.database.read().await?.living_setup_code(now).await?;
        if !living.is_some_and(|(living, _, _)| living.matches(&hash)) {
            let tried = self
                .database
                .write::<_, StorageError, _>(move |tx| Box::pin(async move { tx.try_setup_code(&hash, now).await }));
            return Err(match tried.await? {
                CodeTry::Wrong => SetupError::Invalid(vec![wrong_code()]),
                CodeTry::Dead | CodeTry::Right => SetupError::CodeDead,
            });
        }
        let prepared = self.prepare(new).await?;
        self.set_up(Some(hash), prepared, by).await
    }

    /// The same for whoever sits at the machine: no code.
    pub async fn set_up_unattended(&self, new: NewAdministrator, by: &Origin) -> Result<SetupOutcome, SetupError> {
        if self.is_set_up().await? {
            return Err(SetupError::AlreadyDone);
        }
        let prepared = self.prepare(new).await?;
        self.set_up(None, prepared, by).await
    }

    async fn prepare(&self, new: NewAdministrator) -> Result<Prepared, SetupError> {
        let (name, email) = new.check(self.settings.password_min_length)?;
        let host = email.split_once('@').map_or("", |(_, host)| host);
        let tenant_name = match new.tenant_name.trim() {
            "" => host.to_owned(),
            given => given.chars().take(100).collect(),
        };
        let password_hash = Some(Redacted::new(self.hasher.hash(new.password).await?));
        Ok(Prepared { name, email, password_hash, tenant_name })
    }

    async fn set_up(
        &self,
        code: Option<crate::oauth::TokenHash>,
        new: Prepared,
        by: &Origin,
    ) -> Result<SetupOutcome, SetupError> {
        let now = self.clock.now();
        let tenant_id = TenantId::new(self.random.uuid());
        let user_id = UserId::new(self.random.uuid());
        let roles: Vec<Role> = BuiltInRole::ALL.into_iter().map(|role| self.built_in(role, &tenant_id)).collect();
        let making = Arc::new(Making {
            tenant: Tenant {
                id: tenant_id.clone(),
                alias: alias(&new.tenant_name, &tenant_id),
                name: new.tenant_name,
                created_at: now,
                updated_at: now,
            },
            administrator: NewUser {
                id: user_id.clone(),
                tenant_id: tenant_id.clone(),
                email: new.email,
                name: new.name,
                claims: "{}".to_owned(),
                password_hash: new.password_hash,
            },
            roles,
            by: by.clone(),
            salt: self.random.base64url::<6>(),
        });
        match self
            .database
            .write(move |tx| {
                let making = Arc::clone(&making);
                Box::pin(async move { making.run(tx, code.as_ref(), now).await })
            })
            .await?
        {
            Some(refusal) => Err(refusal),
            None => Ok(SetupOutcome { tenant_id, user_id }),
        }
    }

    fn built_in(&self, role: BuiltInRole, tenant: &TenantId) -> Role {
        Role {
            id: RoleId::new(self.random.uuid()),
            tenant_id: tenant.clone(),
            name: role.name().to_owned(),
            description: role.description().to_owned(),
            built_in: Some(role),
        }
    }
}

struct Prepared {
    name: String,
    email: String,
    password_hash: Option<Redacted<String>>,
    tenant_name: String,
}

struct Making {
    tenant: Tenant,
    administrator: NewUser,
    roles: Vec<Role>,
    by: Origin,
    salt: String,
}

impl Making {
    /// A wrong code is an `Ok` with a refusal inside: the try must be remembered.
    async fn run(
        &self,
        tx: &mut Transaction,
        code: Option<&crate::oauth::TokenHash>,
        now: UnixTime,
    ) -> Result<Option<SetupError>, SetupError> {
        if let Some(code) = code {
            match tx.try_setup_code(code, now).await? {
                CodeTry::Right => {}
                CodeTry::Dead => return Ok(Some(SetupError::CodeDead)),
                CodeTry::Wrong => return Ok(Some(SetupError::Invalid(vec![wrong_code()]))),
            }
        }
        // Exactly one of several set-ups at once keeps this fact, whichever code or node it came through.
        if !tx.keep_instance_fact("first_administrator", self.administrator.id.as_str()).await? {
            return Err(SetupError::AlreadyDone);
        }
        tx.insert_tenant(&self.tenant).await?;
        for role in &self.roles {
            tx.insert_role(role, now).await?;
        }
        tx.insert_user(&self.administrator, now).await?;
        let held = |role: &&Role| matches!(role.built_in, Some(BuiltInRole::Administrator | BuiltInRole::Member));
        let held: Vec<RoleId> = self.roles.iter().filter(held).map(|role| role.id.clone()).collect();
        tx.set_user_roles(&self.administrator.id, &held).await?;
        let event = AuditEvent {
            tenant_id: Some(self.tenant.id.clone()),
            action: "instance.set_up",
            target_kind: "user",
            target_id: self.administrator.id.as_str().to_owned(),
            target_name: self.administrator.email.clone(),
            detail: serde_json::json!({ "tenant": self.tenant.name, "role": "Account Administrator" }).to_string(),
        };
        super::audit::record(tx, &event, &self.by, &self.salt, now).await?;
        Ok(None)
    }
}

fn wrong_code() -> FieldError {
    FieldError::new(Field::Code, "That is not the set-up code. Copy it from the terminal where the server was started.")
}

/// A short unique word for a tenant.
fn alias(name: &str, id: &TenantId) -> String {
    let word: String = fold(name).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(40).collect();
    let word = word.trim_matches('-');
    if word.is_empty() { id.as_str().to_owned() } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_a_plain_word() {
        let id = TenantId::new("t");
        assert_eq!(alias("Contoso Ltd.", &id), "contoso-ltd");
        assert_eq!(alias("\u{65e5}\u{672c}", &id), "t");
    }
}
