//! The rules of the fields people and programs fill in, and what they are told. Portal, commands and API share them.

mod fold;
mod role_fields;
mod secret_flags;
mod url_lines;
mod urls;

pub use fold::{fold, fold_part};
pub use role_fields::{guid, role_description, role_id, role_name, role_name_key};
pub use url_lines::{Said, UrlLine, look_at_urls, url_notices};
pub use urls::{cors_origins, is_loopback, logout_redirect_urls, origin_of, page_url, redirect_urls};

use super::{BuiltInRole, Client, Role, RoleId, UnixTime};

/// A field that cannot be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Which field.
    pub field: Field,
    /// What is wrong and what is needed, in one sentence.
    pub message: String,
}

impl FieldError {
    /// A sentence for a field.
    pub fn new(field: Field, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

/// The fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// Name of a client or user.
    Name,
    /// Token Lifetime.
    TokenLifetime,
    /// Roles.
    Roles,
    /// Description of a secret.
    Description,
    /// Expiry date of a secret.
    ExpiresOn,
    /// Allowed Redirect URL(s).
    RedirectUrls,
    /// Allowed Logout Redirect URL(s).
    LogoutRedirectUrls,
    /// Allowed CORS Origin(s).
    CorsOrigins,
    /// E-mail.
    Email,
    /// Password.
    Password,
    /// The set-up code.
    Code,
    /// The id of a client, given by the caller.
    Id,
    /// Words for programs.
    Tags,
    /// A page about the application.
    ClientUri,
    /// The address of its logo.
    LogoUri,
    /// Its logo, as a file.
    Logo,
}

impl Field {
    /// The name of its control in a form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::TokenLifetime => "token_lifetime",
            Self::Roles => "roles",
            Self::Description => "description",
            Self::ExpiresOn => "expires_on",
            Self::RedirectUrls => "redirect_urls",
            Self::LogoutRedirectUrls => "logout_redirect_urls",
            Self::CorsOrigins => "cors_origins",
            Self::Email => "email",
            Self::Password => "password",
            Self::Code => "code",
            Self::Id => "id",
            Self::Tags => "tags",
            Self::ClientUri => "client_uri",
            Self::LogoUri => "logo_uri",
            Self::Logo => "logo",
        }
    }
}

/// The name of a client: 1..100 characters after trimming, no control characters.
pub fn client_name(text: &str) -> Result<String, FieldError> {
    let name = text.trim();
    let wrong = |message: &str| Err(FieldError::new(Field::Name, message));
    if !is_seen(name) {
        wrong("Enter a name, like \"nightly-import\".")
    } else if name.chars().count() > 100 {
        wrong("Name must be 100 characters or fewer.")
    } else if name.chars().any(is_unprintable) {
        wrong("Name must not contain control characters.")
    } else {
        Ok(name.to_owned())
    }
}

/// What is said of a Token Lifetime that is no number of seconds.
pub const WHOLE_SECONDS: &str = "Enter Token Lifetime as a whole number of seconds.";

/// Token Lifetime from a text box: empty means the default.
pub fn token_lifetime(text: &str) -> Result<u32, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(*Client::TOKEN_LIFETIME.end());
    }
    let whole = text.bytes().all(|b| b.is_ascii_digit());
    if !whole && text.strip_prefix('-').is_none_or(|rest| !rest.bytes().all(|b| b.is_ascii_digit())) {
        return Err(FieldError::new(Field::TokenLifetime, WHOLE_SECONDS));
    }
    token_lifetime_seconds(text.parse::<i64>().unwrap_or(i64::MAX))
}

/// Token Lifetime as a number of seconds, 60..3600.
pub fn token_lifetime_seconds(seconds: i64) -> Result<u32, FieldError> {
    u32::try_from(seconds)
        .ok()
        .filter(|seconds| Client::TOKEN_LIFETIME.contains(seconds))
        .ok_or_else(|| FieldError::new(Field::TokenLifetime, "Token Lifetime must be between 60 and 3600 seconds."))
}

/// Holds a Token Lifetime to the most that this server allows.
pub fn token_lifetime_up_to(seconds: u32, most: u32) -> Result<(), FieldError> {
    if seconds <= most {
        return Ok(());
    }
    let message = format!("Token Lifetime must be between 60 and {most} seconds: this server allows no more.");
    Err(FieldError::new(Field::TokenLifetime, message))
}

/// The id of a client, chosen by a caller: 1..100 characters that need no escaping in a URL or a Basic header.
pub fn client_id(text: &str) -> Result<String, FieldError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~');
    if matches!(text, "." | "..") {
        // Whatever follows a path reads these as steps, not as names.
        return Err(FieldError::new(Field::Id, "Id must not be \".\" or \"..\"; a GUID is best."));
    }
    if (1..=100).contains(&text.len()) && text.bytes().all(plain) {
        Ok(text.to_owned())
    } else {
        let message = "Id must be 1 to 100 letters, digits, or - _ . ~; a GUID is best.";
        Err(FieldError::new(Field::Id, message))
    }
}

/// The roles of a client-credentials client: each one of the tenant's; Account Member is added by itself.
pub fn held_roles(asked: &[RoleId], roles: &[Role]) -> Result<Vec<RoleId>, FieldError> {
    let mut held: Vec<RoleId> = roles
        .iter()
        .filter(|role| role.built_in == Some(BuiltInRole::Member) || asked.contains(&role.id))
        .map(|role| role.id.clone())
        .collect();
    held.sort();
    match asked.iter().find(|id| !held.contains(id)) {
        None => Ok(held),
        Some(_) => Err(role_gone()),
    }
}

/// A role that was chosen is not there, or not any more.
#[must_use]
pub fn role_gone() -> FieldError {
    FieldError::new(Field::Roles, "A chosen role is no longer there. Choose again.")
}

/// Tags: up to 50 words of 1..100 characters.
pub fn tags(tags: &[String]) -> Result<Vec<String>, FieldError> {
    let plain = |tag: &String| (1..=100).contains(&tag.chars().count()) && !tag.chars().any(is_unprintable);
    if tags.len() <= 50 && tags.iter().all(plain) {
        Ok(tags.to_vec())
    } else {
        Err(FieldError::new(Field::Tags, "There can be up to 50 tags, each of 1 to 100 characters."))
    }
}

/// The description of a secret: 0..200 characters, no control characters.
pub fn secret_description(text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    if text.chars().count() > 200 {
        return Err(FieldError::new(Field::Description, "Description must be 200 characters or fewer."));
    }
    if text.chars().any(is_unprintable) {
        return Err(FieldError::new(Field::Description, "Description must not contain control characters."));
    }
    Ok(text.to_owned())
}

/// When a secret ends: what people and programs ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretEnd {
    /// At this second.
    At(UnixTime),
    /// Never.
    Never,
}

/// What this server allows of secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretPolicy {
    /// Most seconds a secret may live; none: no limit.
    pub max_lifetime: Option<i64>,
    /// Whether a secret may live for ever.
    pub allow_never: bool,
}

impl SecretEnd {
    /// What is said of a day that is not after today.
    pub const NOT_IN_THE_FUTURE: &str = "Expiry date must be in the future.";

    /// Checks the end of a secret against the calendar and this server's policy.
    pub fn check(self, policy: &SecretPolicy, now: UnixTime) -> Result<Option<UnixTime>, FieldError> {
        let wrong = |message: String| Err(FieldError::new(Field::ExpiresOn, message));
        match (self, policy.max_lifetime) {
            (Self::Never, _) if !policy.allow_never => {
                wrong("This server does not allow secrets that never expire. Enter an expiry date.".to_owned())
            }
            (Self::Never, _) => Ok(None),
            (Self::At(end), _) if end <= now => wrong(Self::NOT_IN_THE_FUTURE.to_owned()),
            (Self::At(end), _) if end > UnixTime::MAX => wrong("Enter a date before the year 10000.".to_owned()),
            (Self::At(end), Some(most)) if end.since(now) > most + 86_400 => {
                wrong(format!("This server allows at most {} days (until {}).", most / 86_400, now.plus(most).date()))
            }
            (Self::At(end), _) => Ok(Some(end)),
        }
    }

    /// Reads a date box: the secret works until the end of that day, UTC, which has to be after today.
    pub fn from_form(date: &str, never: bool, now: UnixTime) -> Result<Self, FieldError> {
        if never {
            return Ok(Self::Never);
        }
        let wrong = |message: &str| FieldError::new(Field::ExpiresOn, message);
        match UnixTime::end_of_day(date.trim()) {
            None => Err(wrong("Enter the expiry date as year, month and day, like 2027-11-24.")),
            Some(end) if end.date() == now.date() => Err(wrong(Self::NOT_IN_THE_FUTURE)),
            Some(end) => Ok(Self::At(end)),
        }
    }
}

/// What both boxes of a form for a secret hold: its description, as typed, and its end; or all that is wrong with them.
pub fn secret_form(
    description: &str,
    end: Result<SecretEnd, FieldError>,
) -> Result<(String, SecretEnd), Vec<FieldError>> {
    match (secret_description(description), end) {
        (Ok(_), Ok(end)) => Ok((description.to_owned(), end)),
        (description, end) => Err([description.err(), end.err()].into_iter().flatten().collect()),
    }
}

/// An e-mail address: something, an `@`, something; the mail system is the only true judge.
pub fn email(text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    let whole = text.len() <= 254 && !text.chars().any(|c| c.is_whitespace() || is_unprintable(c));
    match text.split_once('@') {
        Some((local, host)) if whole && !local.is_empty() && !host.is_empty() && !host.contains('@') => {
            Ok(text.to_owned())
        }
        _ => Err(FieldError::new(Field::Email, "Enter an e-mail address, like alex@example.com.")),
    }
}

/// The name of a person: 1..100 characters.
pub fn person_name(text: &str) -> Result<String, FieldError> {
    let name = text.trim();
    if !is_seen(name) || name.chars().count() > 100 || name.chars().any(is_unprintable) {
        return Err(FieldError::new(Field::Name, "Enter a name of 1 to 100 characters."));
    }
    Ok(name.to_owned())
}

/// Whether there is anything to see in a text.
fn is_seen(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !is_invisible(c))
}

/// Characters without a width or a shape of their own: joiners, fillers, selectors of variants, tags.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Control characters, and the marks that turn the direction of text: both can make a page lie.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_may_allow_shorter_token_lifetimes_only() {
        assert_eq!(token_lifetime_up_to(600, 600), Ok(()));
        let message = token_lifetime_up_to(601, 600).expect_err("too long").message;
        assert_eq!(message, "Token Lifetime must be between 60 and 600 seconds: this server allows no more.");
    }

    #[test]
    fn token_lifetime_is_a_whole_number_from_60_to_3600() {
        let range = "Token Lifetime must be between 60 and 3600 seconds.";
        let whole = "Enter Token Lifetime as a whole number of seconds.";
        let rows = [
            ("", Ok(3600)),
            (" 60 ", Ok(60)),
            ("3600", Ok(3600)),
            ("59", Err(range)),
            ("3601", Err(range)),
            ("-5", Err(range)),
            ("99999999999999999999", Err(range)),
            ("1h", Err(whole)),
            ("60.5", Err(whole)),
            ("6e2", Err(whole)),
        ];
        for (text, expected) in rows {
            assert_eq!(
                token_lifetime(text).map_err(|error| error.message),
                expected.map_err(ToOwned::to_owned),
                "{text}"
            );
        }
    }

    #[test]
    fn names_are_trimmed_and_measured() {
        assert_eq!(client_name("  nightly "), Ok("nightly".to_owned()));
        assert!(client_name(&"x".repeat(100)).is_ok());
        for bad in ["", "   ", &"x".repeat(101), "a\u{0}b", "a\nb", "a\u{202e}b", "\u{200b}", "\u{feff} \u{2060}"] {
            assert!(client_name(bad).is_err(), "{bad:?}");
        }
        assert!(client_name("\u{1f468}\u{200d}\u{1f469}").is_ok(), "joined with what is seen");
        assert!(person_name("\u{3164}").is_err());
    }

    #[test]
    fn a_client_id_is_one_word_of_a_path() {
        for good in ["a", "nightly-import", "a.b", "...", ".a", "2DC742AB-39EA-4FC0-A39E-2BCB71C26A5F", "~_-."] {
            assert!(client_id(good).is_ok(), "{good}");
        }
        for bad in ["", ".", "..", "a b", "a/b", "a%2e", "\u{e4}", &"x".repeat(101)] {
            assert!(client_id(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_secret_ends_in_the_future_or_never() {
        let free = SecretPolicy { max_lifetime: None, allow_never: true };
        let strict = SecretPolicy { max_lifetime: Some(730 * 86_400), allow_never: false };
        let now = UnixTime::start_of_day("2026-11-24").expect("a day").plus(3_600);
        let day = |text| SecretEnd::from_form(text, false, now).expect("a date");
        assert_eq!(SecretEnd::Never.check(&free, now), Ok(None));
        assert!(SecretEnd::Never.check(&strict, now).is_err());
        assert!(SecretEnd::from_form("2026-11-24", false, now).is_err(), "today is not the future");
        assert!(day("2026-11-25").check(&free, now).is_ok());
        assert!(SecretEnd::At(now.plus(1)).check(&free, now).is_ok(), "a time of day is as exact as it is written");
        assert!(day("2026-11-23").check(&free, now).is_err());
        assert!(day("2028-11-23").check(&strict, now).is_ok());
        let error = day("2028-11-30").check(&strict, now).expect_err("too far");
        assert_eq!(error.message, "This server allows at most 730 days (until 2028-11-23).");
        assert!(SecretEnd::from_form("soon", false, now).is_err());
        assert_eq!(SecretEnd::from_form("soon", true, now), Ok(SecretEnd::Never));
    }

    #[test]
    fn an_address_needs_two_halves() {
        for good in ["a@b", "Alex.Kim+x@example.com"] {
            assert!(email(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\nc", "a\n@b"] {
            assert!(email(bad).is_err(), "{bad:?}");
        }
        assert_eq!(email(" a@b\n"), Ok("a@b".to_owned()), "what stands around it goes");
    }
}
