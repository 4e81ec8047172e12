//! Times beyond 2038, beyond the year 9999, before 1970 and at the ends of 64 bits: nothing panics, nothing wraps.

use super::{any_seconds, any_time};
use crate::oauth::grant::tests::grant;
use crate::oauth::{
    AccountState, Allowance, AuthorizationCode, ClientId, ClientSecret, CodePresented, ConsentNeed, PresentUser,
    Prompts, RecentUse, RefreshLifetimes, RefreshPresented, RefreshToken, Situation, TenantId, TokenHash, UnixTime,
    UserId, expiry_notice, next_step, secret_advice,
};
use proptest::prelude::*;

/// Pure and fast: sixteen times as many as usual. `PROPTEST_CASES=62500` makes it a million.
fn many() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.saturating_mul(16), ..usual }
}

proptest! {
    #![proptest_config(many())]

    #[test]
    fn arithmetic_and_writing_stop_at_the_ends(at in any_time(), other in any_time(), seconds in any_seconds()) {
        prop_assert_eq!(i128::from(at.plus(seconds).0), clamped(i128::from(at.0) + i128::from(seconds)));
        prop_assert_eq!(i128::from(at.since(other)), clamped(i128::from(at.0) - i128::from(other.0)));
        for span in [1, 60, 3_600, 86_400, i64::MAX] {
            prop_assert!(at.beginning_of(span) <= at);
        }
        let text = at.rfc3339();
        prop_assert!(text.ends_with('Z') && text.len() >= 20, "{}", text);
        let later = at.plus_years(seconds);
        prop_assert!(if seconds < 0 { later <= at } else { later >= at }, "{} + {} = {}", at.0, seconds, later.0);
    }

    #[test]
    fn times_of_the_years_0_to_9999_come_back_as_they_were_written(seconds in -62_167_219_200..=UnixTime::MAX.0) {
        let at = UnixTime(seconds);
        prop_assert_eq!(UnixTime::parse_rfc3339(&at.rfc3339()), Some(at));
        let day = at.beginning_of(86_400);
        prop_assert_eq!(UnixTime::start_of_day(&at.date()), Some(day));
        prop_assert_eq!(UnixTime::end_of_day(&at.date()), Some(day.plus(86_399)));
    }

    #[test]
    fn whatever_is_read_as_a_time_can_be_written_and_read_again(
        text in "[0-9]{4}-[0-1][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,12})?([Zz]|[+-][0-2][0-9]:[0-6][0-9])?",
        anything in ".{0,30}",
    ) {
        for text in [text, anything] {
            if let Some(at) = UnixTime::parse_rfc3339(&text) {
                prop_assert_eq!(UnixTime::parse_rfc3339(&at.rfc3339()), Some(at), "{}", text);
            }
            let _ = (UnixTime::start_of_day(&text), UnixTime::end_of_day(&text));
        }
    }

    #[test]
    fn rules_hold_at_any_time(now in any_time(), one in any_time(), two in any_time(), seconds in any_seconds()) {
        let client_id = &ClientId::new("app");
        let lifetimes = RefreshLifetimes { idle: seconds, absolute: seconds, retry_window: 10 };
        prop_assert!(lifetimes.end_of_token(now, one) <= one);
        let token = RefreshToken { client_id: client_id.clone(), expires_at: one, consumed_at: Some(two) };
        let presented = RefreshPresented { client_id, authenticated: true, successor_unused: true };
        prop_assert!(token.redeem(presented, &lifetimes, now).is_ok());
        let unused = RefreshToken { consumed_at: None, ..token };
        prop_assert_eq!(unused.redeem(presented, &lifetimes, now).is_ok(), now < one);

        let code = AuthorizationCode {
            client_id: client_id.clone(), redirect_uri: "u".to_owned(), code_challenge: None, expires_at: one,
        };
        let presented = CodePresented { client_id, redirect_uri: Some("u"), code_verifier: None };
        prop_assert_eq!(code.redeem(presented, now).is_ok(), now < one);

        let account = AccountState { enabled: true, generation: 0, password_changed_at: Some(one) };
        let mut grant = grant("openid");
        grant.created_at = two;
        prop_assert_eq!(grant.require_usable(Some(account)).is_ok(), one <= two);
        let mut allowance = Allowance::full(now);
        let _ = (allowance.take(60, one), allowance.take(60, two), allowance.is_full(60, now));
    }

    #[test]
    fn secrets_are_told_of_at_any_time(now in any_time(), one in any_time(), two in any_time(), seconds in any_seconds()) {
        let secret = |id, expires_at, last_used_at| ClientSecret {
            id,
            hash: TokenHash([0; 32]),
            hint: String::new(),
            description: String::new(),
            enabled: true,
            created_at: one,
            expires_at,
            last_used_at,
            last_used_from: None,
        };
        let (old, new) = (secret(1, Some(one), Some(two)), secret(2, None, Some(now)));
        prop_assert_eq!(old.usable(now), now < one);
        let recent = RecentUse { uses: 2, addresses: 1, span: seconds.max(0) };
        prop_assert!(recent.quiet_after() >= 3_600);
        let _ = (secret_advice(&old, recent, &[&new], now), expiry_notice(one, now));
    }

    #[test]
    fn sign_ins_are_judged_at_any_time(
        now in any_time(), auth_time in any_time(), arrived_at in any_time(), max_age in any_seconds(),
    ) {
        let (id, tenant_id) = (&UserId::new("uma"), &TenantId::new("acme"));
        let _ = next_step(&Situation {
            prompts: Prompts::default(),
            max_age: Some(max_age),
            tenant_id,
            wanted: None,
            user: Some(PresentUser { id, tenant_id, auth_time }),
            arrived_at: Some(arrived_at),
            was_there: false,
            chosen: false,
            consent: &ConsentNeed::None,
            now,
        });
    }
}

fn clamped(seconds: i128) -> i128 {
    seconds.clamp(i64::MIN.into(), i64::MAX.into())
}
