//! What happens next to an authorize request: a page for the user, or an answer for the client (OpenID Connect Core
//! 3.1.2.3, 3.1.2.4).

use super::{AuthorizeRefusal, ConsentNeed, Prompts, Scope, TenantId, UnixTime, UserId};

/// The user who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresentUser<'a> {
    /// Who.
    pub id: &'a UserId,
    /// Of which tenant.
    pub tenant_id: &'a TenantId,
    /// When the password was given.
    pub auth_time: UnixTime,
}

/// All that the decision hangs on.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// `prompt`.
    pub prompts: Prompts,
    /// `max_age`, in seconds.
    pub max_age: Option<i64>,
    /// The tenant of the client.
    pub tenant_id: &'a TenantId,
    /// The users that the client means, any of whom will do, if it names them; nobody, if what it asks for is true of none.
    pub wanted: Option<&'a [String]>,
    /// Who is signed in.
    pub user: Option<PresentUser<'a>>,
    /// When this request first came, if it comes back from a page.
    pub arrived_at: Option<UnixTime>,
    /// Whether this user was signed in when it first came, by the very sign-in of now.
    pub was_there: bool,
    /// Whether this user has been chosen on *Choose an account* for this request.
    pub chosen: bool,
    /// What must be asked of this user.
    pub consent: &'a ConsentNeed,
    /// The time.
    pub now: UnixTime,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// Ask for e-mail and password.
    Login,
    /// Ask which account.
    SelectAccount,
    /// Ask for consent.
    Consent {
        /// What the user has not agreed to before.
        new: Scope,
    },
    /// Grant.
    Respond,
    /// Tell the client no.
    Refuse(AuthorizeRefusal),
}

/// How long after a sign-in a request still counts as waiting for it, in seconds.
const FRESH: i64 = 600;

/// Decides. A password given since the request first came satisfies `prompt=login`, `max_age` and
/// `prompt=select_account`: nothing that travels in the browser can be edited to the same effect.
#[must_use]
pub fn next_step(situation: &Situation<'_>) -> NextStep {
    let silent = situation.prompts.none;
    let login = || if silent { NextStep::Refuse(AuthorizeRefusal::LoginRequired) } else { NextStep::Login };
    if situation.wanted.is_some_and(<[String]>::is_empty) {
        // Nobody is asked for a password that can lead nowhere.
        return NextStep::Refuse(if silent { AuthorizeRefusal::LoginRequired } else { AuthorizeRefusal::OtherUser });
    }
    let Some(user) = situation.user else { return login() };
    // Later than the request, and not long ago: a sealed request that somebody kept is no way around a new sign-in.
    let fresh = situation.now.since(user.auth_time) <= FRESH;
    let just_signed_in =
        fresh && !situation.was_there && situation.arrived_at.is_some_and(|arrived| user.auth_time >= arrived);

    if situation.wanted.is_some_and(|wanted| !wanted.iter().any(|id| id == user.id.as_str())) {
        return if just_signed_in { NextStep::Refuse(AuthorizeRefusal::OtherUser) } else { login() };
    }
    if user.tenant_id != situation.tenant_id {
        return if just_signed_in { NextStep::Refuse(AuthorizeRefusal::UserOfAnotherTenant) } else { login() };
    }
    let too_old = situation.max_age.is_some_and(|max_age| situation.now.since(user.auth_time) > max_age);
    // `max_age=0` means `prompt=login`, also within the same second.
    let again = situation.prompts.login || too_old || situation.max_age == Some(0);
    if again && !just_signed_in {
        return login();
    }
    if situation.prompts.select_account && !just_signed_in && !situation.chosen {
        return NextStep::SelectAccount;
    }
    match situation.consent {
        ConsentNeed::None => NextStep::Respond,
        ConsentNeed::Ask { .. } if silent => NextStep::Refuse(AuthorizeRefusal::ConsentRequired),
        ConsentNeed::Ask { new } => NextStep::Consent { new: new.clone() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AuthorizeRefusal::{ConsentRequired, LoginRequired, OtherUser, UserOfAnotherTenant};
    use NextStep::{Login, Refuse, Respond, SelectAccount};

    const NOW: i64 = 1_000;

    /// A request at 1,000 by a user who gave the password at `auth_time`.
    struct Row {
        prompt: Option<&'static str>,
        max_age: Option<i64>,
        wanted: Option<&'static [&'static str]>,
        auth_time: Option<i64>,
        arrived_at: Option<i64>,
        expected: NextStep,
    }

    fn row(prompt: Option<&'static str>, auth_time: Option<i64>, expected: NextStep) -> Row {
        Row { prompt, max_age: None, wanted: None, auth_time, arrived_at: None, expected }
    }

    fn step(row: &Row, tenant: &str, chosen: bool, consent: &ConsentNeed) -> NextStep {
        step_of(row, tenant, chosen, consent, false)
    }

    fn step_of(row: &Row, tenant: &str, chosen: bool, consent: &ConsentNeed, was_there: bool) -> NextStep {
        let (user, tenant) = (UserId::new("u"), TenantId::new(tenant));
        let wanted: Option<Vec<String>> = row.wanted.map(|ids| ids.iter().map(|&id| id.to_owned()).collect());
        next_step(&Situation {
            prompts: Prompts::parse(row.prompt).expect("prompts"),
            max_age: row.max_age,
            tenant_id: &TenantId::new("acme"),
            wanted: wanted.as_deref(),
            user: row.auth_time.map(|at| PresentUser { id: &user, tenant_id: &tenant, auth_time: UnixTime(at) }),
            arrived_at: row.arrived_at.map(UnixTime),
            was_there,
            chosen,
            consent,
            now: UnixTime(NOW),
        })
    }

    #[test]
    fn the_password_is_asked_for_when_it_must_be() {
        let rows = [
            row(None, None, Login),
            row(Some("none"), None, Refuse(LoginRequired)),
            row(None, Some(1), Respond),
            row(Some("none"), Some(1), Respond),
            row(Some("login"), Some(NOW), Login),
            Row { arrived_at: Some(990), ..row(Some("login"), Some(989), Login) },
            Row { arrived_at: Some(990), ..row(Some("login"), Some(990), Respond) },
            Row { max_age: Some(10), ..row(None, Some(990), Respond) },
            Row { max_age: Some(10), ..row(None, Some(989), Login) },
            Row { max_age: Some(10), ..row(Some("none"), Some(989), Refuse(LoginRequired)) },
            Row { max_age: Some(10), arrived_at: Some(900), ..row(None, Some(950), Respond) },
            Row { max_age: Some(0), ..row(None, Some(NOW), Login) },
            Row { max_age: Some(0), arrived_at: Some(NOW), ..row(None, Some(NOW), Respond) },
        ];
        for row in rows {
            assert_eq!(
                step(&row, "acme", false, &ConsentNeed::None),
                row.expected,
                "{:?} {:?} {:?}",
                row.prompt,
                row.max_age,
                row.auth_time
            );
        }
    }

    #[test]
    fn a_sign_in_that_was_there_before_is_not_a_new_one() {
        let rows = [row(Some("login"), Some(NOW), Login), Row { max_age: Some(0), ..row(None, Some(NOW), Login) }];
        for row in rows {
            let row = Row { arrived_at: Some(NOW), ..row };
            assert_eq!(step_of(&row, "acme", false, &ConsentNeed::None, true), row.expected);
            assert_eq!(step_of(&row, "acme", false, &ConsentNeed::None, false), Respond);
        }
    }

    #[test]
    fn another_user_than_the_one_meant_is_asked_to_sign_in() {
        let wanted = |who: &'static [&'static str], prompt, arrived_at, expected| Row {
            wanted: Some(who),
            arrived_at,
            ..row(prompt, Some(500), expected)
        };
        let rows = [
            wanted(&["u"], None, None, Respond),
            wanted(&["v", "u"], None, None, Respond),
            wanted(&["v"], None, None, Login),
            wanted(&["v"], Some("none"), None, Refuse(LoginRequired)),
            wanted(&["v"], None, Some(501), Login),
            wanted(&["v", "w"], None, Some(500), Refuse(OtherUser)),
            wanted(&[], None, None, Refuse(OtherUser)),
            wanted(&[], Some("none"), None, Refuse(LoginRequired)),
        ];
        for row in rows {
            assert_eq!(step(&row, "acme", false, &ConsentNeed::None), row.expected, "{:?}", row.wanted);
        }
        let rows = [
            row(None, Some(500), Login),
            row(Some("none"), Some(500), Refuse(LoginRequired)),
            Row { arrived_at: Some(400), ..row(None, Some(500), Refuse(UserOfAnotherTenant)) },
        ];
        for row in rows {
            assert_eq!(step(&row, "globex", false, &ConsentNeed::None), row.expected);
        }
    }

    #[test]
    fn an_account_is_chosen_once() {
        let rows = [(false, None, SelectAccount), (true, None, Respond), (false, Some(500), Respond)];
        for (chosen, arrived_at, expected) in rows {
            let row = Row { arrived_at, ..row(Some("select_account"), Some(500), expected) };
            assert_eq!(step(&row, "acme", chosen, &ConsentNeed::None), row.expected);
        }
    }

    #[test]
    fn consent_comes_last_and_never_silently() {
        let need = ConsentNeed::Ask { new: Scope::of(&["email"]) };
        let rows = [
            row(None, None, Login),
            row(Some("select_account"), Some(1), SelectAccount),
            row(None, Some(1), NextStep::Consent { new: Scope::of(&["email"]) }),
            row(Some("none"), Some(1), Refuse(ConsentRequired)),
        ];
        for row in rows {
            assert_eq!(step(&row, "acme", false, &need), row.expected);
        }
    }
}
