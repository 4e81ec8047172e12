//! The first administrator: no default password, and no race for the first visitor.

use super::Provider;
use crate::keys::HashError;
use crate::oauth::admin_fields::{self, Field, FieldError, fold};
use crate::oauth::audit::{AuditEvent, Origin};
use crate::oauth::{BuiltInRole, Role, RoleId, TenantId, TokenKind, UnixTime, UserId, password_policy};
use crate::redacted::Redacted;
use crate::storage::{CodeTry, NewUser, StorageError, Tenant, Transaction};
use std::sync::Arc;

/// How long a set-up code works, in seconds.
const CODE_LIFETIME: i64 = 3_600;

/// What is wrong with a password, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordProblem(pub String);

/// A code for the set-up page.
#[derive(Debug, Clone)]
pub struct SetupCode {
    /// The page with the code filled in.
    pub url: Redacted<String>,
    /// Until when it works.
    pub expires_at: UnixTime,
}

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

    /// The set-up code that is out, so that a restart or a second node prints the same link; a new one if there is none.
    pub async fn setup_code(&self) -> Result<SetupCode, StorageError> {
        if let Some((hash, made, expires_at)) = self.database.read().await?.living_setup_code(self.clock.now()).await? {
            let code = self.derive_setup_code(made);
            if code_hash(&code) == hash {
                return Ok(self.setup_link(&code, expires_at));
            }
        }
        self.new_setup_code().await
    }

    /// Makes a new set-up code; the one before stops working.
    pub async fn new_setup_code(&self) -> Result<SetupCode, StorageError> {
        let now = self.clock.now();
        let living = self.database.read().await?.living_setup_code(now).await?;
        // The code follows from the time it was made: two made within a second must not be the same.
        let made = living.map_or(now, |(_, before, _)| if before < now { now } else { before.plus(1) });
        let (code, expires_at) = (self.derive_setup_code(made), now.plus(CODE_LIFETIME));
        let hash = code_hash(&code);
        self.database
            .write(move |tx| Box::pin(async move { tx.put_setup_code(&hash, made, expires_at).await }))
            .await?;
        Ok(self.setup_link(&code, expires_at))
    }

    /// 40 bits that follow from the master key and the time: every node can tell the code that is out, and nobody else.
    fn derive_setup_code(&self, made: UnixTime) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mac = self.sealer.mac("setup-code", &[&made.0.to_be_bytes()]);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, mac.as_bytes());
        let letters = digest.as_ref().iter().take(8).map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
        let letters: String = letters.collect();
        format!("{}-{}", &letters[..4], &letters[4..])
    }

    fn setup_link(&self, code: &str, expires_at: UnixTime) -> SetupCode {
        SetupCode { url: Redacted::new(format!("{}/setup?code={code}", self.settings.public_url)), expires_at }
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
        let name = admin_fields::person_name(&new.name);
        let email = admin_fields::email(&new.email);
        let min = self.settings.password_min_length;
        let password = password_policy(new.password.expose(), new.email.trim(), new.name.trim(), min)
            .map_err(|refusal| FieldError::new(Field::Password, refusal.to_string()));
        let (name, email) = match (name, email, password) {
            (Ok(name), Ok(email), Ok(())) => (name, email),
            (name, email, password) => {
                return Err(SetupError::Invalid(
                    [name.err(), email.err(), password.err()].into_iter().flatten().collect(),
                ));
            }
        };
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

fn code_hash(code: &str) -> crate::oauth::TokenHash {
    TokenKind::OneTimeLink.hash(&plain(code))
}

/// A set-up code without its dash, in upper case, with the letters that people confuse set right.
fn plain(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric).map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    letters.collect()
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
    fn a_code_may_be_typed_as_people_type() {
        for typed in ["K7QD-2M9X", "k7qd2m9x", " k7qd 2m9x "] {
            assert_eq!(plain(typed), "K7QD2M9X");
        }
        assert_eq!(plain("O0IL-1111"), "00111111");
    }

    #[test]
    fn an_alias_is_a_plain_word() {
        let id = TenantId::new("t");
        assert_eq!(alias("Contoso Ltd.", &id), "contoso-ltd");
        assert_eq!(alias("\u{65e5}\u{672c}", &id), "t");
    }
}
