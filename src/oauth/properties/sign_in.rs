//! A browser with its session, and authorize requests that come and come back.

use crate::oauth::{
    AuthorizeRefusal, ConsentNeed, NextStep, PresentUser, Prompts, Situation, TenantId, UnixTime, UserId, next_step,
};
use proptest::prelude::*;
use proptest::sample::Index;

/// What a client asks.
#[derive(Debug, Clone)]
struct Request {
    prompt: Option<&'static str>,
    max_age: Option<i64>,
    wanted: Option<&'static str>,
}

#[derive(Debug, Clone)]
enum Event {
    /// A client asks: the request is decided on, and kept by the browser.
    Ask(Request),
    /// A request that came before comes back.
    ComeBack(Index),
    /// Somebody gives the password.
    SignIn { user: &'static str, tenant: &'static str },
    /// The session ends.
    SignOut,
    /// Time passes.
    Wait(i64),
}

/// A sign-in: which one it is, whose, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SignedIn {
    number: usize,
    user: UserId,
    tenant: TenantId,
    at: UnixTime,
}

struct Kept {
    request: Request,
    arrived_at: UnixTime,
    arrived_with: Option<usize>,
}

fn event() -> impl Strategy<Value = Event> {
    let prompt = prop::sample::select(vec![None, Some("none"), Some("login"), Some("select_account")]);
    let max_age = prop_oneof![Just(None), (0..400_i64).prop_map(Some)];
    let wanted = prop::sample::select(vec![None, None, Some("uma"), Some("vik")]);
    let request = (prompt, max_age, wanted);
    let user = prop::sample::select(vec![("uma", "acme"), ("vik", "acme"), ("xia", "globex")]);
    prop_oneof![
        3 => request.prop_map(|(prompt, max_age, wanted)| Event::Ask(Request { prompt, max_age, wanted })),
        4 => any::<Index>().prop_map(Event::ComeBack),
        3 => user.prop_map(|(user, tenant)| Event::SignIn { user, tenant }),
        1 => Just(Event::SignOut),
        3 => prop_oneof![Just(0), 0..60_i64, 0..2_000_i64].prop_map(Event::Wait),
    ]
}

fn decide(kept: &Kept, came_back: bool, session: Option<&SignedIn>, now: UnixTime) -> NextStep {
    let wanted = kept.request.wanted.map(|id| vec![id.to_owned()]);
    next_step(&Situation {
        prompts: Prompts::parse(kept.request.prompt).expect("prompts"),
        max_age: kept.request.max_age,
        tenant_id: &TenantId::new("acme"),
        wanted: wanted.as_deref(),
        user: session.map(|one| PresentUser { id: &one.user, tenant_id: &one.tenant, auth_time: one.at }),
        arrived_at: came_back.then_some(kept.arrived_at),
        was_there: session.is_some_and(|one| kept.arrived_with == Some(one.number)),
        chosen: false,
        consent: &ConsentNeed::None,
        now,
    })
}

/// What must be true of an answer, whatever happened before it.
fn judge(kept: &Kept, step: &NextStep, session: Option<&SignedIn>, now: UnixTime) {
    let request = &kept.request;
    if request.prompt == Some("none") {
        assert!(matches!(step, NextStep::Respond | NextStep::Refuse(_)), "a page for prompt=none: {step:?}");
    }
    if *step != NextStep::Respond {
        return;
    }
    let session = session.expect("nobody is signed in, and something is granted");
    assert_eq!(session.tenant, TenantId::new("acme"), "granted to a user of another tenant");
    assert!(request.wanted.is_none_or(|wanted| wanted == session.user.as_str()), "granted to another user");
    let since_asked = session.at >= kept.arrived_at && kept.arrived_with != Some(session.number);
    if request.prompt == Some("login") || request.max_age == Some(0) {
        assert!(since_asked, "no password was given since it was asked for");
    }
    if request.max_age.is_some_and(|max_age| now.since(session.at) > max_age) {
        assert!(since_asked, "an old sign-in was taken for max_age");
    }
}

proptest! {
    #[test]
    fn nothing_is_granted_without_the_sign_in_that_was_asked_for(events in prop::collection::vec(event(), 1..60)) {
        let (mut now, mut session, mut kept, mut count) = (UnixTime(1_800_000_000), None::<SignedIn>, Vec::new(), 0);
        for event in events {
            match event {
                Event::Ask(request) => {
                    let arrived_with = session.as_ref().map(|one| one.number);
                    let request = Kept { request, arrived_at: now, arrived_with };
                    judge(&request, &decide(&request, false, session.as_ref(), now), session.as_ref(), now);
                    kept.push(request);
                }
                Event::ComeBack(which) if !kept.is_empty() => {
                    let request = &kept[which.index(kept.len())];
                    judge(request, &decide(request, true, session.as_ref(), now), session.as_ref(), now);
                }
                Event::ComeBack(_) => {}
                Event::SignIn { user, tenant } => {
                    count += 1;
                    let (user, tenant) = (UserId::new(user), TenantId::new(tenant));
                    session = Some(SignedIn { number: count, user, tenant, at: now });
                }
                Event::SignOut => session = None,
                Event::Wait(seconds) => now = now.plus(seconds),
            }
        }
    }

    #[test]
    fn a_password_given_for_a_request_settles_it(
        prompt in prop::sample::select(vec![None, Some("none"), Some("login"), Some("select_account")]),
        max_age in prop_oneof![Just(None), (0..400_i64).prop_map(Some)],
        wanted in prop::sample::select(vec![None, Some("uma"), Some("vik")]),
        (typing, back) in (0..5_000_i64, 0..600_i64),
    ) {
        let arrived_at = UnixTime(1_800_000_000);
        let at = arrived_at.plus(typing);
        let kept = Kept { request: Request { prompt, max_age, wanted }, arrived_at, arrived_with: None };
        let session = SignedIn { number: 1, user: UserId::new("uma"), tenant: TenantId::new("acme"), at };
        let expected = match wanted {
            Some("vik") => NextStep::Refuse(AuthorizeRefusal::OtherUser),
            _ => NextStep::Respond,
        };
        prop_assert_eq!(decide(&kept, true, Some(&session), at.plus(back)), expected, "asked again, and again");
    }
}
