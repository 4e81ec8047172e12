//! Finding things by what people type, and what they may have meant.

use super::failure::{Exit, Failure};
use super::run::Opened;
use crate::flows::admin::{ClientDetails, ClientFilter, Page};
use crate::oauth::admin_fields::fold;
use crate::oauth::{ClientId, Role, RoleId};

/// Less alike than this is no suggestion.
const ALIKE: f64 = 0.6;

/// Most clients that are looked through for a suggestion.
const LOOK_AT: i64 = 5_000;

/// The client that goes by this id or name.
pub(super) async fn find_client(opened: &Opened, text: &str) -> Result<ClientDetails, Failure> {
    let ids = opened.provider.clients_called(&opened.by, text).await?;
    match ids.as_slice() {
        [id] => Ok(opened.provider.client(&opened.by, id).await?),
        [] => Err(no_client(opened, text).await?),
        several => {
            let ids = several.iter().map(ClientId::as_str).collect::<Vec<_>>().join("\n               ");
            Err(Failure::new(Exit::Conflict, format!("several clients are called \"{text}\""))
                .remedy("use the id", ids)
                .remedy("compare", format!("portcullis client list --filter {}", quoted(text))))
        }
    }
}

async fn no_client(opened: &Opened, text: &str) -> Result<Failure, Failure> {
    let page = Page { count: LOOK_AT, ..Page::default() };
    let known = opened.provider.list_clients(&opened.by, &ClientFilter::default(), page).await?;
    let mut failure = Failure::new(Exit::NotFound, format!("there is no client called \"{text}\""));
    if let Some(nearest) = nearest(text, known.clients.iter().map(|client| client.name.as_str())) {
        failure = failure.remedy("did you mean", nearest);
    }
    let start: String = text.chars().take(3).collect();
    Ok(failure.remedy("list them", format!("portcullis client list --filter {}", quoted(&start))))
}

/// The ids of roles, each given by name, id or type id; `Viewer` is `Account Viewer` too.
pub(super) fn resolve_roles(roles: &[Role], asked: &[String]) -> Result<Vec<RoleId>, Failure> {
    asked.iter().map(|text| resolve_role(roles, text)).collect()
}

fn resolve_role(roles: &[Role], text: &str) -> Result<RoleId, Failure> {
    let wanted = fold(text);
    let fits = |role: &&Role| {
        let name = fold(&role.name);
        role.id.as_str() == wanted
            || role.built_in.is_some_and(|built_in| built_in.type_id() == wanted)
            || name == wanted
            || (role.built_in.is_some() && name.strip_prefix("account ") == Some(wanted.as_str()))
    };
    if let Some(role) = roles.iter().find(fits) {
        return Ok(role.id.clone());
    }
    let mut failure = Failure::new(Exit::NotFound, format!("there is no role called \"{text}\""));
    if let Some(nearest) = nearest(text, roles.iter().map(|role| role.name.as_str())) {
        failure = failure.remedy("did you mean", format!("--role {}", quoted(nearest)));
    }
    let names = roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>().join(", ");
    Err(failure.remedy("there is", names))
}

/// What is most like the text, if anything is like it.
pub(super) fn nearest<'a>(text: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let text = fold(text);
    let likeness = |name: &str| {
        let name = fold(name);
        // A word out of a long name counts as much as the whole name written wrong.
        let word = name.split_whitespace().map(|word| strsim::normalized_damerau_levenshtein(&text, word) * 0.95);
        word.fold(strsim::normalized_damerau_levenshtein(&text, &name), f64::max)
    };
    let best = known.map(|name| (likeness(name), name)).max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(alike, _)| *alike >= ALIKE).map(|(_, name)| name)
}

/// A word as a shell takes it.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:/@=+,~".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::{BuiltInRole, TenantId};

    fn roles() -> Vec<Role> {
        let role = |built_in: BuiltInRole| Role {
            id: RoleId::new(format!("id-{}", built_in.name())),
            tenant_id: TenantId::new("t"),
            name: built_in.name().to_owned(),
            description: String::new(),
            built_in: Some(built_in),
        };
        BuiltInRole::ALL.into_iter().map(role).collect()
    }

    #[test]
    fn a_role_is_found_by_name_short_name_and_type_id() {
        let viewer = BuiltInRole::Viewer.type_id().to_uppercase();
        for text in ["Account Viewer", "account viewer", "Viewer", &viewer] {
            assert_eq!(resolve_role(&roles(), text).unwrap().as_str(), "id-Account Viewer", "{text}");
        }
        let told = resolve_role(&roles(), "Viwer").unwrap_err().to_string();
        assert!(told.contains("did you mean: --role 'Account Viewer'"), "{told}");
    }

    #[test]
    fn a_misspelt_name_brings_the_right_one_to_mind() {
        let known = ["billing-export", "nightly-import"];
        assert_eq!(nearest("biling-export", known.into_iter()), Some("billing-export"));
        assert_eq!(nearest("zzz", known.into_iter()), None);
    }

    #[test]
    fn words_are_quoted_for_a_shell_only_if_needed() {
        for (text, quote) in [("a-b", "a-b"), ("a b", "'a b'"), ("", "''"), ("it's", r"'it'\''s'"), ("a;b", "'a;b'")] {
            assert_eq!(quoted(text), quote);
        }
    }
}
