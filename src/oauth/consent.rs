//! Whether a user must be asked before a client gets what it asks for.

use super::{ConsentPolicy, Scope, UnixTime};

/// What a user agreed to before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// All that was ever agreed to and not taken back.
    pub scope: Scope,
    /// The last time that the user was asked and said yes.
    pub granted_at: UnixTime,
}

/// What has to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentNeed {
    /// Nothing.
    None,
    /// Whether the client may have the scope; those words of it that are new to the user.
    Ask {
        /// Never agreed to before.
        new: Scope,
    },
}

/// Decides. `prompted` is `prompt=consent`; `allowed`: a yes was said to this very request, which `arrived_at` then.
#[must_use]
pub fn consent_need(
    policy: ConsentPolicy,
    prompted: bool,
    asked: &Scope,
    given: Option<&Consent>,
    allowed: bool,
    arrived_at: Option<UnixTime>,
) -> ConsentNeed {
    // A second has room for two requests: a yes of the same one may have been said to the other.
    let answered = allowed || given.zip(arrived_at).is_some_and(|(given, at)| given.granted_at > at);
    let new = given.map_or_else(|| asked.clone(), |given| asked.without(&given.scope));
    let need = match policy {
        _ if new.is_empty() && answered => false,
        _ if prompted => true,
        ConsentPolicy::Never => false,
        ConsentPolicy::FirstTime => !new.is_empty(),
        ConsentPolicy::Always => true,
    };
    if need { ConsentNeed::Ask { new } } else { ConsentNeed::None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consent_is_asked_by_policy_and_prompt() {
        use ConsentPolicy::{Always, FirstTime, Never};
        // policy, prompt=consent, asked, agreed to before, yes to this request, new words if asked
        type Row = (ConsentPolicy, bool, &'static str, Option<&'static str>, bool, Option<&'static str>);
        let rows: [Row; 12] = [
            (Never, false, "openid email", None, false, None),
            (Never, true, "openid", None, false, Some("openid")),
            (Never, true, "openid", Some("openid"), false, Some("")),
            (Never, true, "openid", Some("openid"), true, None),
            (FirstTime, false, "openid email", None, false, Some("email openid")),
            (FirstTime, false, "openid email", Some("openid email phone"), false, None),
            (FirstTime, false, "openid email", Some("openid"), false, Some("email")),
            (FirstTime, false, "openid email", Some("openid"), true, Some("email")),
            (FirstTime, true, "openid", Some("openid"), false, Some("")),
            (Always, false, "openid", Some("openid"), false, Some("")),
            (Always, false, "openid", Some("openid"), true, None),
            (Always, false, "openid", None, true, Some("openid")),
        ];
        for (policy, prompted, asked, given, answered, expected) in rows {
            let scope = |words| Scope::parse(words).expect("a scope");
            let given = given.map(|words| Consent { scope: scope(words), granted_at: UnixTime(1) });
            let asked = scope(asked);
            let need = consent_need(policy, prompted, &asked, given.as_ref(), answered, None);
            let expected = expected.map_or(ConsentNeed::None, |new| ConsentNeed::Ask { new: scope(new) });
            assert_eq!(need, expected, "{policy:?} {prompted} {given:?} {answered}");
        }
    }

    #[test]
    fn a_yes_said_later_than_a_request_arrived_answers_it() {
        let scope = Scope::parse("openid").expect("a scope");
        let given = Consent { scope: scope.clone(), granted_at: UnixTime(100) };
        for (arrived, answered) in [(Some(99), true), (Some(100), false), (Some(101), false), (None, false)] {
            let (policy, arrived) = (ConsentPolicy::Always, arrived.map(UnixTime));
            let need = consent_need(policy, true, &scope, Some(&given), false, arrived);
            assert_eq!(need == ConsentNeed::None, answered, "{arrived:?}");
        }
    }
}
