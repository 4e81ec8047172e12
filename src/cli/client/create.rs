//! `portcullis client create`

use super::notices::tell_notices;
use super::settings::{SettingFlags, unfitting};
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::find::{quoted, resolve_roles};
use crate::cli::reveal::{Form, Reveal};
use crate::cli::run::{Opened, Run};
use crate::cli::times::parse_end;
use crate::flows::admin::{ClientSettings, Created, NewClient, NewSecret};
use crate::oauth::admin_fields::{Field, SecretEnd};
use crate::oauth::{BuiltInRole, ClientType, Role, RoleId};
use crate::web::{ClientView, CreatedView};
use clap::Args;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis client create nightly-import
  portcullis client create nightly-import --role \"Account Contributor\" --expires 180d --output env > .env
  portcullis client create shop-spa --type authorization-code --redirect-url https://shop.example.com/callback")]
pub(in crate::cli) struct CreateArgs {
    /// A name for people: the device or application that will use the client
    name: String,
    /// For a service, for a browser or mobile app, or for a web app with a server
    #[arg(long = "type", value_name = "TYPE", default_value = "client-credentials", ignore_case = true,
          value_parser = ["client-credentials", "authorization-code", "hybrid"])]
    client_type: String,
    /// A role of a client-credentials client, by name or id; Account Member is always there. May repeat
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// Where sign-in results are sent. May repeat
    #[arg(long = "redirect-url", value_name = "URL")]
    redirect_urls: Vec<String>,
    /// Where the browser may go after signing out. May repeat
    #[arg(long = "logout-redirect-url", value_name = "URL")]
    logout_redirect_urls: Vec<String>,
    /// Another origin that calls this server from a browser (authorization-code). May repeat
    #[arg(long = "cors-origin", value_name = "ORIGIN")]
    cors_origins: Vec<String>,
    #[command(flatten)]
    settings: SettingFlags,
    /// A word for programs. May repeat
    #[arg(hide_short_help = true, long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// An id of your choice, such as a GUID; otherwise one is drawn
    #[arg(hide_short_help = true, long, value_name = "ID")]
    id: Option<String>,
    /// Where the secret will be used
    #[arg(long, value_name = "TEXT")]
    secret_description: Option<String>,
    /// When the secret ends: 1y, 180d, 2027-11-24 or never
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
    /// Add no secret now
    #[arg(long)]
    no_secret: bool,
    /// How to answer: for people, as lines for a .env file, or as the REST API answers
    #[arg(long, value_enum, value_name = "FORM")]
    output: Option<Form>,
}

pub(super) async fn run(args: CreateArgs, run: &Run) -> Result<(), Failure> {
    let form = Form::of(args.output, run.console);
    let client_type =
        ClientType::parse(&args.client_type.to_ascii_lowercase()).unwrap_or(ClientType::ClientCredentials);
    require_fitting(&args, client_type)?;
    let with_secret = client_type.has_secrets() && !args.no_secret;
    if form == Form::Table && run.console.quiet && with_secret {
        return Err(Failure::usage("with --quiet alone the secret would be lost")
            .remedy("add", "--no-secret, or --output env or json"));
    }
    run.with_tenant(async |opened| {
        require_new_name(opened, &args.name, run.console).await?;
        let roles = opened.provider.read_roles(&opened.by).await?;
        let role_ids = resolve_roles(&roles, &args.roles)?;
        warn_of_administrator(&roles, &role_ids);
        let secret = if with_secret { Some(new_secret(&args, opened)?) } else { None };
        let settings = ClientSettings {
            role_ids: (client_type == ClientType::ClientCredentials).then_some(role_ids),
            redirect_urls: client_type.has_users().then(|| args.redirect_urls.clone()),
            logout_redirect_urls: client_type.has_users().then(|| args.logout_redirect_urls.clone()),
            cors_origins: (client_type == ClientType::AuthorizationCode).then(|| args.cors_origins.clone()),
            tags: Some(args.tags.clone()),
            ..args.settings.settings()
        };
        let lists = [
            (Field::RedirectUrls, args.redirect_urls.as_slice()),
            (Field::LogoutRedirectUrls, &args.logout_redirect_urls),
            (Field::CorsOrigins, &args.cors_origins),
        ];
        let new = NewClient { id: args.id.clone(), client_type, name: args.name.clone(), settings };
        let created = opened.provider.create_client(&opened.by, new, secret, None).await?;
        tell_notices(&lists);
        answer(&created, form, run.console, opened)
    })
    .await
}

fn answer(created: &Created, form: Form, console: Console, opened: &Opened) -> Result<(), Failure> {
    let client = &created.client;
    let reveal = Reveal { client, secret: created.secret.as_ref() };
    console.note(&format!("Added client {} ({})", client.name, client.client_type.label()));
    let answered = match form {
        Form::Json => match CreatedView::of(created) {
            Some(with_secret) => console.answer_json(&with_secret),
            None => console.answer_json(&ClientView::from(client)),
        },
        Form::Env => console.answer(&reveal.env()),
        Form::Table => console.answer(&reveal.table(console)),
    };
    if let (Err(_), None) = (&answered, &created.secret) {
        return answered;
    }
    answered.map_err(|failure| match &created.secret {
        Some(secret) => failure.remedy(
            "nobody saw the secret",
            format!("portcullis secret rotate {} --old {}", quoted(&client.name), secret.id),
        ),
        None => failure,
    })?;
    let url = &opened.provider.settings().public_url;
    let name = quoted(&client.name);
    let page = format!("{url}/portal/clients/{}", client.id);
    if client.client_type.has_secrets() && created.secret.is_none() {
        console.note(&format!("Next: add a secret  portcullis secret add {name}"));
        console.note(&format!("      see it        {page}"));
    } else if client.client_type == ClientType::ClientCredentials {
        console.note(&format!("Next: try it        portcullis token {name}"));
        console.note(&format!("      see it        {page}"));
    } else {
        console.note(&format!("Next: connect your app  {page}?tab=quick-start"));
        console.note(&format!("      see it            {page}"));
    }
    Ok(())
}

fn new_secret(args: &CreateArgs, opened: &Opened) -> Result<NewSecret, Failure> {
    let end = match &args.expires {
        Some(text) => {
            parse_end(text, opened.now).map_err(|sentence| Failure::usage(format!("--expires: {sentence}")))?
        }
        None => default_end(opened),
    };
    let description = args.secret_description.clone();
    Ok(NewSecret { description: description.unwrap_or_else(|| format!("First secret, {}", opened.now.date())), end })
}

/// The end of a secret unless somebody says otherwise: the last second of the day on which the usual lifetime is over.
pub(in crate::cli) fn default_end(opened: &Opened) -> SecretEnd {
    let end = opened.now.plus(opened.provider.settings().secret_lifetime);
    SecretEnd::At(crate::oauth::UnixTime::end_of_day(&end.date()).unwrap_or(end))
}

/// Flags that this type of client has no use for are mistakes.
fn require_fitting(args: &CreateArgs, client_type: ClientType) -> Result<(), Failure> {
    let wrong = |flag: &str, why: &str| Err(unfitting(client_type, flag, why));
    match client_type {
        ClientType::ClientCredentials if !args.redirect_urls.is_empty() => wrong("--redirect-url", "has no users")
            .map_err(|failure| failure.remedy("or add", "--type authorization-code or hybrid")),
        ClientType::ClientCredentials if !args.logout_redirect_urls.is_empty() => {
            wrong("--logout-redirect-url", "has no users")
        }
        ClientType::AuthorizationCode | ClientType::Hybrid if !args.roles.is_empty() => {
            wrong("--role", "acts with the roles of its users")
        }
        ClientType::ClientCredentials | ClientType::Hybrid if !args.cors_origins.is_empty() => {
            wrong("--cors-origin", "is not called from browsers")
        }
        ClientType::AuthorizationCode if args.expires.is_some() => wrong("--expires", "has no secrets"),
        ClientType::AuthorizationCode if args.secret_description.is_some() => {
            wrong("--secret-description", "has no secrets")
        }
        _ => args.settings.require_fitting(client_type),
    }
}

/// Two clients may have one name, but rarely should.
async fn require_new_name(opened: &Opened, name: &str, console: Console) -> Result<(), Failure> {
    let taken = opened.provider.clients_called(&opened.by, name.trim()).await?;
    let Some(first) = taken.first() else { return Ok(()) };
    let facts = format!("Another client is called \"{}\" ({first}).", name.trim());
    if !console.yes && !console.may_ask {
        return Err(Failure::new(Exit::Conflict, format!("another client is called \"{}\"", name.trim()))
            .remedy("see it", format!("portcullis client show {first}"))
            .remedy("add it anyway", "the same command with --yes"));
    }
    console.confirm(&facts, "Add it anyway?")
}

fn warn_of_administrator(roles: &[Role], asked: &[RoleId]) {
    let administrator = |role: &&Role| role.built_in == Some(BuiltInRole::Administrator);
    if roles.iter().find(administrator).is_some_and(|role| asked.contains(&role.id)) {
        Console::warn("whoever gets the secret of this client controls the account. Prefer a smaller role.");
    }
}
