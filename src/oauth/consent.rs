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

/// Decides. `prompted` is `prompt=consent`; `arrived_at` is when this request first came, if it comes back from a page:
/// a yes that was said since then answers it.
#[must_use]
pub fn consent_need(
    policy: ConsentPolicy,
    prompted: bool,
    asked: &Scope,
    given: Option<&Consent>,
    arrived_at: Option<UnixTime>,
) -> ConsentNeed {
    let new = given.map_or_else(|| asked.clone(), |given| asked.without(&given.scope));
    let said_since = given.zip(arrived_at).is_some_and(|(given, arrived)| given.granted_at >= arrived);
    let need = match policy {
        _ if new.is_empty() && said_since => false,
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
        // policy, prompt=consent, asked, agreed to before (scope, when), first arrived, new words if asked
        type Row = (ConsentPolicy, bool, &'static str, Option<(&'static str, i64)>, Option<i64>, Option<&'static str>);
        let rows: [Row; 14] = [
            (Never, false, "openid email", None, None, None),
            (Never, true, "openid", None, None, Some("openid")),
            (Never, true, "openid", Some(("openid", 10)), None, Some("")),
            (Never, true, "openid", Some(("openid", 10)), Some(11), Some("")),
            (Never, true, "openid", Some(("openid", 11)), Some(11), None),
            (FirstTime, false, "openid email", None, None, Some("email openid")),
            (FirstTime, false, "openid email", Some(("openid email phone", 1)), None, None),
            (FirstTime, false, "openid email", Some(("openid", 1)), None, Some("email")),
            (FirstTime, false, "openid email", Some(("openid", 9)), Some(5), Some("email")),
            (FirstTime, true, "openid", Some(("openid", 1)), None, Some("")),
            (Always, false, "openid", Some(("openid", 1)), None, Some("")),
            (Always, false, "openid", Some(("openid", 1)), Some(2), Some("")),
            (Always, false, "openid", Some(("openid", 3)), Some(2), None),
            (Always, false, "openid", None, Some(2), Some("openid")),
        ];
        for (policy, prompted, asked, given, arrived, expected) in rows {
            let given = given
                .map(|(scope, at)| Consent { scope: Scope::parse(scope).expect("a scope"), granted_at: UnixTime(at) });
            let asked = Scope::parse(asked).expect("a scope");
            let need = consent_need(policy, prompted, &asked, given.as_ref(), arrived.map(UnixTime));
            let expected =
                expected.map_or(ConsentNeed::None, |new| ConsentNeed::Ask { new: Scope::parse(new).expect("a scope") });
            assert_eq!(need, expected, "{policy:?} {prompted} {given:?} {arrived:?}");
        }
    }
}
