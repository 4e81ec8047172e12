//! `/portal/clients/new`: the seed's *Add Client* window, for each of the three types.

use crate::oauth::ClientType;
use crate::oauth::admin_fields::{Field, Said, look_at_urls, origin_of};
use crate::web::brand::Brand;
use crate::web::pages::{Frame, Shell, duration};
use askama::Template;

/// *What are you building?* for those who have not chosen a type. Sends `type` by GET.
#[derive(Template)]
#[template(path = "portal/client_choose.html")]
pub struct ChooseClientTypePage {
    /// Theme.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// The list that the person came from.
    pub cancel_href: String,
}

/// A role to tick.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleChoice {
    /// What the form sends in `roles`.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it may do.
    pub description: String,
    /// Whether it is ticked.
    pub ticked: bool,
    /// Account Member: ticked, and cannot be taken away.
    pub locked: bool,
    /// Shown while it is ticked; may be empty.
    pub warning: String,
}

/// *Add Client*. Posts `type`, `name`, `token_lifetime`, `step` (`secret` from client-credentials, else `add`), and by
/// type `roles`; `redirect_urls`, `logout_redirect_urls`, `cors_origins`; `allow_refresh_token`. `allow_same_name` is
/// asked when another client has the name.
#[derive(Template)]
#[template(path = "portal/client_add.html")]
pub struct AddClientPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// Makes a second press of the button add nothing.
    pub nonce: String,
    /// Which form.
    pub client_type: ClientType,
    /// As typed.
    pub name: String,
    /// Whether another client has this name, and it has to be meant.
    pub same_name: bool,
    /// For client-credentials.
    pub roles: Vec<RoleChoice>,
    /// As typed; first 3600.
    pub token_lifetime: String,
    /// One per line.
    pub redirect_urls: String,
    /// One per line.
    pub logout_redirect_urls: String,
    /// One per line; authorization code only.
    pub cors_origins: String,
    /// For hybrid.
    pub allow_refresh_token: bool,
    /// The list that the person came from.
    pub cancel_href: String,
}

impl AddClientPage {
    /// An empty form with the defaults.
    #[must_use]
    pub fn new(frame: Frame, shell: Shell, nonce: String, client_type: ClientType) -> Self {
        Self {
            frame,
            shell,
            nonce,
            client_type,
            name: String::new(),
            same_name: false,
            roles: Vec::new(),
            token_lifetime: "3600".to_owned(),
            redirect_urls: String::new(),
            logout_redirect_urls: String::new(),
            cors_origins: String::new(),
            allow_refresh_token: false,
            cancel_href: format!("/portal/clients?type={}", client_type.as_str()),
        }
    }

    fn name_hint(&self) -> &'static str {
        match self.client_type {
            ClientType::ClientCredentials | ClientType::AuthorizationCode => {
                "The device or application that will use this client."
            }
            ClientType::Hybrid => "The application that will use this client.",
        }
    }

    fn lifetime_words(&self) -> String {
        lifetime_words(&self.token_lifetime)
    }

    fn cors_hint(&self) -> String {
        cors_hint(&self.redirect_urls)
    }
}

/// What the list of origins is for, and which are allowed without it.
#[must_use]
pub fn cors_hint(redirect_urls: &str) -> String {
    let lines: Vec<String> = redirect_urls.lines().map(ToOwned::to_owned).collect();
    let taken =
        look_at_urls(Field::RedirectUrls, &lines).into_iter().filter(|line| !matches!(line.said, Said::Wrong(_)));
    let mut origins: Vec<String> = taken.filter_map(|line| origin_of(&line.text)).collect();
    origins.sort();
    origins.dedup();
    let known = if origins.is_empty() {
        "The origins of the redirect URLs are allowed already.".to_owned()
    } else {
        format!("Already allowed: {} (from your redirect URLs).", origins.join(", "))
    };
    let product = &Brand::current().product;
    format!("Other addresses your app calls {product} from, like https://admin.example.com, one per line. {known}")
}

/// “= 1 hour” beside a number of seconds; nothing if it is no such number.
#[must_use]
pub fn lifetime_words(text: &str) -> String {
    text.trim().parse::<u32>().map_or_else(|_| String::new(), |seconds| format!("= {}", duration(seconds)))
}
