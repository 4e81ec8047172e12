//! Why a command did not do what it was asked to: a sentence, what to do about it, and an exit code.

use crate::config::ConfigErrors;
use crate::flows::admin::{AdminError, RoleError};
use crate::flows::{OpenError, SetupError, StorageError};
use crate::oauth::ClientType;
use crate::oauth::admin_fields::{Field, FieldError};
use crate::opening::StoreError;
use crate::outgoing::Unreachable;
use crate::server::ServeError;
use std::fmt;

/// The exit codes. `portcullis help exit-codes` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Something unexpected.
    Failed = 1,
    /// The command was not written right.
    Usage = 2,
    /// The configuration is not valid.
    Configuration = 3,
    /// There is no such thing.
    NotFound = 4,
    /// It is there already, or several things fit.
    Conflict = 5,
    /// The server refused.
    NotAllowed = 6,
    /// Database or server cannot be reached.
    Unreachable = 7,
    /// A check found something.
    ChecksFailed = 8,
}

/// A failed command. Written out, it is the sentence and the remedies below it.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    sentence: String,
    remedies: Vec<(String, String)>,
}

impl Failure {
    /// A sentence without capital letter and full stop, as it follows `error: `.
    pub fn new(exit: Exit, sentence: impl Into<String>) -> Self {
        Self { exit, sentence: sentence.into(), remedies: Vec::new() }
    }

    /// Adds what to do: a label, and the command or address.
    #[must_use]
    pub fn remedy(mut self, label: &str, command: impl Into<String>) -> Self {
        self.remedies.push((label.to_owned(), command.into()));
        self
    }

    /// The command was not written right.
    pub(super) fn usage(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Usage, sentence)
    }

    /// Adds what to do, unless something is said already.
    #[must_use]
    pub(super) fn or_remedy(self, label: &str, command: impl Into<String>) -> Self {
        if self.remedies.is_empty() { self.remedy(label, command) } else { self }
    }

    /// The same for a command whose argument is no flag: without the flag's name in sentence and remedies.
    #[must_use]
    pub(super) fn without_flag(mut self, flag: &str) -> Self {
        self.sentence = self.sentence.replace(flag, "");
        for (_, command) in &mut self.remedies {
            *command = command.replace(flag, "");
        }
        self
    }

    /// The same with another exit code.
    #[must_use]
    pub(super) const fn with_exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// What it says, without what to do.
    #[must_use]
    pub(crate) fn sentence(&self) -> &str {
        &self.sentence
    }

    /// Its exit code.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)?;
        let width = self.remedies.iter().map(|(label, _)| label.chars().count() + 1).max().unwrap_or(0);
        for (label, command) in &self.remedies {
            write!(f, "\n  {:width$} {command}", format!("{label}:"))?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(_) | StorageError::Schema(_) => Self::new(Exit::Unreachable, error.to_string())
                .remedy("which database", "portcullis config show --origin"),
            StorageError::Conflict(_) | StorageError::Gone(_) => {
                Self::new(Exit::Conflict, error.to_string()).remedy("try again", "the same command")
            }
            StorageError::Corrupt(_) => Self::new(Exit::ChecksFailed, error.to_string())
                .remedy("put a backup there", "portcullis backup restore FILE --confirm NAME")
                .remedy("what else is wrong", "portcullis doctor"),
            _ => Self::new(Exit::Failed, error.to_string()).remedy("look closer", "portcullis migrate --check"),
        }
    }
}

impl From<ConfigErrors> for Failure {
    fn from(errors: ConfigErrors) -> Self {
        Self::new(Exit::Configuration, errors.to_string())
            .remedy("all settings", "portcullis config schema")
            .remedy("check again", "portcullis config check")
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Storage(error) | StoreError::Open(OpenError::Storage(error)) => error.into(),
            StoreError::DataDir(..) => {
                Self::new(Exit::Unreachable, error.to_string()).remedy("choose another", "portcullis --data-dir DIR …")
            }
            StoreError::Lock(..) => Self::new(Exit::Unreachable, error.to_string())
                .remedy("which folder", "portcullis config show --origin (data_dir, database.url)"),
            StoreError::Empty => Self::new(Exit::Unreachable, error.to_string())
                .remedy("set it up", "portcullis serve, or portcullis init")
                .remedy("which database", "portcullis config show --origin"),
            StoreError::Older(_) => Self::new(Exit::Unreachable, error.to_string())
                .remedy("back up first", "portcullis backup create DIR (PostgreSQL: pg_dump)")
                .remedy("then", "portcullis migrate"),
            StoreError::HalfRestored { .. } => Self::new(Exit::Unreachable, error.to_string())
                .remedy("again", "portcullis backup restore FILE")
                .remedy("copies", "portcullis backup list DIR"),
            StoreError::Restoring => {
                Self::new(Exit::Conflict, error.to_string()).remedy("try again", "the same command")
            }
            StoreError::Open(OpenError::Generate(_)) => {
                Self::new(Exit::Failed, error.to_string()).remedy("try again", "the same command")
            }
            StoreError::OpenToOthers { .. } => {
                Self::new(Exit::Configuration, error.to_string()).remedy("all of them", "portcullis doctor")
            }
            StoreError::MasterKey(_)
            | StoreError::MasterKeyGone(_)
            | StoreError::MasterKeyNeeded(_)
            | StoreError::Open(_) => Self::new(Exit::Configuration, error.to_string())
                .remedy("which file", "portcullis config show --origin"),
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        StoreError::Open(error).into()
    }
}

impl From<AdminError> for Failure {
    fn from(error: AdminError) -> Self {
        let words = error.words();
        let exit = match &error {
            AdminError::NotFound(_) => Exit::NotFound,
            AdminError::Busy => Exit::Failed,
            _ => Exit::Conflict,
        };
        let failure = Self::new(exit, as_sentence(&words.reason));
        match error {
            // These say more here: which flag, and what is wrong with the database.
            AdminError::Invalid(errors) => invalid(&errors),
            AdminError::Taken(error) => invalid(&[error]),
            AdminError::Storage(error) => error.into(),
            AdminError::IdTaken => failure.remedy("let one be drawn", "leave --id out"),
            AdminError::Stale | AdminError::Busy => failure.remedy("try again", "the same command"),
            AdminError::Limit(_) | AdminError::Repeated(_) => {
                failure.remedy("what to do", as_sentence(&words.resolution))
            }
            // Whoever looked for it knows better where to look.
            AdminError::NotFound(_) => failure,
        }
    }
}

impl From<RoleError> for Failure {
    fn from(error: RoleError) -> Self {
        let words = error.words();
        let exit = match error {
            RoleError::Admin(error) => return error.into(),
            RoleError::BuiltIn => Exit::NotAllowed,
            RoleError::Taken => Exit::Conflict,
        };
        Self::new(exit, as_sentence(&words.reason)).remedy("what to do", as_sentence(&words.resolution))
    }
}

/// Words that portal and API use as well, as they follow `error: `.
fn as_sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    // A name keeps its capital.
    if ClientType::ALL.iter().any(|client_type| text.starts_with(client_type.label())) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_lowercase(), letters.as_str()))
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        match error {
            SetupError::AlreadyDone => Self::new(Exit::Conflict, "this server is set up already; nothing was changed")
                .remedy("who is there", "portcullis user list")
                .remedy("a way back in", "portcullis user setup-link EMAIL"),
            SetupError::Invalid(errors) => invalid(&errors),
            SetupError::CodeDead => {
                Self::new(Exit::NotAllowed, "the set-up code is over").remedy("a new one", "portcullis user setup-link")
            }
            SetupError::Busy => AdminError::Busy.into(),
            SetupError::Storage(error) => error.into(),
        }
    }
}

impl From<Unreachable> for Failure {
    fn from(error: Unreachable) -> Self {
        Self::new(Exit::Unreachable, error.to_string())
            .remedy("start it", "portcullis serve")
            .remedy("its address", "portcullis config show --origin (public_url)")
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        match error {
            ServeError::Store(error) => error.into(),
            ServeError::Listen(address, _) => {
                let port = address.port();
                let other = port.checked_add(1).unwrap_or(8585);
                let example = format!(
                    "portcullis serve --listen {} --public-url http://localhost:{other}",
                    std::net::SocketAddr::new(address.ip(), other)
                );
                Self::new(Exit::Conflict, error.to_string())
                    .remedy("who has it", format!("ss --listening --tcp --processes 'sport = :{port}'"))
                    .remedy("for example", example)
            }
            ServeError::Tracing(_) => {
                Self::new(Exit::Configuration, error.to_string()).remedy("no traces", "leave the variable out")
            }
            ServeError::Bootstrap(_) | ServeError::Certificate(_) | ServeError::Mail(_) => {
                Self::new(Exit::Configuration, error.to_string())
                    .remedy("what is set", "portcullis config show --origin")
            }
            ServeError::Io(_) => Self::new(Exit::Failed, error.to_string()),
        }
    }
}

impl From<FieldError> for Failure {
    fn from(error: FieldError) -> Self {
        invalid(&[error])
    }
}

/// Fields that will not do, each with its flag and sentence.
fn invalid(errors: &[FieldError]) -> Failure {
    let told = errors.iter().map(|error| match flag(error.field) {
        "" => error.message.clone(),
        flag => format!("{flag}: {}", error.message),
    });
    Failure::usage(told.collect::<Vec<_>>().join("\n       "))
}

/// Where a field came from on the command line. Empty: from its place.
const fn flag(field: Field) -> &'static str {
    match field {
        Field::Name => "name",
        Field::TokenLifetime => "--token-lifetime",
        Field::Roles => "--role",
        Field::Description => "description",
        Field::ExpiresOn => "--expires",
        Field::RedirectUrls => "--redirect-url",
        Field::LogoutRedirectUrls => "--logout-redirect-url",
        Field::CorsOrigins => "--cors-origin",
        Field::Email => "e-mail",
        Field::Password => "password",
        Field::Code => "code",
        Field::Id => "--id",
        Field::Tags => "--tag",
        Field::ClientUri => "--client-uri",
        Field::LogoUri => "--logo-uri",
        Field::Logo => "logo",
    }
}

#[cfg(test)]
mod tests {
    use super::{AdminError, Exit, Failure, RoleError};

    #[test]
    fn a_failure_ends_with_what_to_do() {
        let failure = Failure::new(Exit::NotFound, "there is no client called \"biling\"")
            .remedy("did you mean", "billing")
            .remedy("list them", "portcullis client list");
        let told =
            "there is no client called \"biling\"\n  did you mean: billing\n  list them:    portcullis client list";
        assert_eq!(failure.to_string(), told);
        assert_eq!(failure.exit() as u8, 4);
    }

    #[test]
    fn a_refusal_has_the_words_of_portal_and_api() {
        let limit = AdminError::Limit("This client already has 10 secrets. Remove one you no longer use.");
        let rows = [
            (Failure::from(AdminError::NotFound("client")), 4, "there is no client with this id in this account"),
            (AdminError::IdTaken.into(), 5, "this id is taken already\n  let one be drawn: leave --id out"),
            (limit.into(), 5, "this client already has 10 secrets\n  what to do: remove one you no longer use"),
            (
                RoleError::BuiltIn.into(),
                6,
                "this role is built in. It can neither be changed nor removed\n  what to do: add a role of your own for \
                 what you have in mind",
            ),
        ];
        for (failure, exit, told) in rows {
            assert_eq!((failure.exit() as u8, failure.to_string().as_str()), (exit, told));
        }
    }
}
