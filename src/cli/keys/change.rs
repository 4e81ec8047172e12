//! `portcullis keys rotate`, `activate`, `revoke`

use super::list::{Answer, answer};
use crate::cli::console::{Console, Repeated};
use crate::cli::failure::{Exit, Failure};
use crate::cli::find::nearest;
use crate::cli::run::Run;
use crate::cli::times::relative;
use crate::flows::{KeyChangeError, KeySummary, Provider};
use crate::oauth::SigningAlgorithm;
use crate::oauth::audit::Origin;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis keys rotate
  portcullis keys rotate --alg RS256")]
pub(in crate::cli) struct RotateArgs {
    /// Only the key of this algorithm
    #[arg(long = "alg", value_name = "ALG", ignore_case = true,
          value_parser = PossibleValuesParser::new(SigningAlgorithm::ALL.iter().map(|algorithm| algorithm.as_str()))
              .try_map(|word| SigningAlgorithm::parse(&word.to_ascii_uppercase()).ok_or("unknown")))]
    algorithm: Option<SigningAlgorithm>,
}

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis keys revoke DGp0vI0hyhm-eA4ouO7Oj_pbRoJuEnkV5zO8BX1jMbw
  portcullis keys revoke DGp0vI0hyhm-eA4ouO7Oj_pbRoJuEnkV5zO8BX1jMbw --confirm DGp0vI0hyhm-eA4ouO7Oj_pbRoJuEnkV5zO8BX1jMbw")]
pub(in crate::cli) struct RevokeArgs {
    /// Its id, as `keys list` shows it
    #[arg(value_name = "KID", allow_hyphen_values = true)]
    kid: String,
    /// The id once more, instead of typing it when asked
    #[arg(long, value_name = "KID", allow_hyphen_values = true)]
    confirm: Option<String>,
}

fn by(run: &Run) -> Origin {
    Origin::operator(run.global.operator.clone())
}

pub(super) async fn rotate(args: RotateArgs, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_provider(async |provider| {
        let before = provider.list_signing_keys().await?;
        let announced = provider.announce_signing_keys(&by(run), args.algorithm).await?;
        let now = provider.now();
        if announced.is_empty() {
            console.note("Nothing signed with this yet: the new key does so at once.");
        }
        for key in &announced {
            let known = before.iter().any(|known| known.id == key.id && known.state == key.state);
            let so = if known { "was announced already" } else { "is announced" };
            let (algorithm, at) = (&key.algorithm, relative(key.activates_at, now));
            console.note(&format!("The next {algorithm} key {so}: it is published now and signs {at}"));
        }
        answer(&announced, now, console)
    })
    .await
}

pub(super) async fn activate(kid: &str, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_provider(async |provider| {
        let key = find(provider, kid).await?;
        let now = provider.now();
        if key.state == "pending" && key.activates_at > now {
            let facts = format!(
                "This key would sign {}. Programs that keep the published keys until then refuse its tokens.",
                relative(key.activates_at, now)
            );
            console.confirm(&facts, "Let it sign now?")?;
        }
        let key = provider.activate_signing_key(&by(run), &key.id).await?;
        let remark = format!("Key {} signs now; the one before stays published until its tokens are over", key.id);
        console.changed(&key.id, &remark, &Answer::new(std::slice::from_ref(&key)))
    })
    .await
}

pub(super) async fn revoke(args: RevokeArgs, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_provider(async |provider| {
        let key = find(provider, &args.kid).await?;
        confirm(&key, args.confirm.as_deref(), console)?;
        provider.revoke_signing_key(&by(run), &key.id).await?;
        console.note(&format!("Revoked key {} ({}): what it has signed is refused from now on", key.id, key.algorithm));
        let signs = provider.list_signing_keys().await?;
        if let Some(next) = signs.iter().find(|next| next.algorithm == key.algorithm && next.state == "active") {
            console.note(&format!("{} signs with {}", next.algorithm, next.id));
        }
        console.note("Programs that keep the published keys accept the old one until they fetch them again.");
        console.changed(&key.id, "See all: portcullis keys list", &json!({ "version": 1, "revoked": [key.id] }))
    })
    .await
}

/// This cannot be undone and every app feels it: the id is typed once more.
fn confirm(key: &KeySummary, given: Option<&str>, console: Console) -> Result<(), Failure> {
    let facts = format!(
        "Key {} ({}, {}): every token that it has signed is refused at once. Apps have to get new ones, browser apps \
         may have to sign in anew. This cannot be undone.",
        key.id, key.algorithm, key.state
    );
    let wanted = Repeated {
        facts: &facts,
        what: "the key's id",
        name: key.id.as_str(),
        act: "revoke it",
        command: &format!("portcullis keys revoke {}", key.id),
        list: "portcullis keys list",
    };
    console.confirm_name(&wanted, given)
}

async fn find(provider: &Provider, kid: &str) -> Result<KeySummary, Failure> {
    let keys = provider.list_signing_keys().await?;
    if let Some(key) = keys.iter().find(|key| key.id.as_str() == kid) {
        return Ok(key.clone());
    }
    let failure = Failure::new(Exit::NotFound, format!("there is no signing key \"{kid}\""));
    let near = nearest(kid, keys.iter().map(|key| key.id.as_str()));
    let failure = near.into_iter().fold(failure, |failure, near| failure.remedy("did you mean", near));
    Err(failure.remedy("list them", "portcullis keys list"))
}

impl From<KeyChangeError> for Failure {
    fn from(error: KeyChangeError) -> Self {
        match error {
            KeyChangeError::NotFound => {
                Self::new(Exit::NotFound, error.to_string()).remedy("list them", "portcullis keys list")
            }
            KeyChangeError::NotPending(_) => {
                Self::new(Exit::Conflict, error.to_string()).remedy("announce one", "portcullis keys rotate")
            }
            KeyChangeError::Overtaken => {
                Self::new(Exit::Conflict, error.to_string()).remedy("try again", "the same command")
            }
            KeyChangeError::Open(error) => error.into(),
        }
    }
}
