//! A family of refresh tokens: all that were ever made of one grant.

use crate::oauth::grant::{AccountState, Grant, tests::grant};
use crate::oauth::{
    ClientId, RefreshDecision, RefreshLifetimes, RefreshPresented, RefreshToken, TokenRefusal, UnixTime,
};
use proptest::prelude::*;
use proptest::sample::Index;

const LIFETIMES: RefreshLifetimes = RefreshLifetimes { idle: 1_000, absolute: 5_000, retry_window: 10 };
const ACCOUNT: Option<AccountState> = Some(AccountState { enabled: true, generation: 0, password_changed_at: None });

#[derive(Debug, Clone)]
enum Event {
    /// Somebody presents a token: read what is stored, and decide.
    Present { token: Index, stranger: bool, authenticated: bool },
    /// One of those who presented a token carries out what was decided, however long ago.
    CarryOut(Index),
    /// The client gives the grant back, or the user takes it back.
    Revoke,
    /// Time passes; or the clock is set back a little.
    Wait(i64),
}

fn event() -> impl Strategy<Value = Event> {
    let present = (any::<Index>(), prop::bool::weighted(0.1), prop::bool::weighted(0.8))
        .prop_map(|(token, stranger, authenticated)| Event::Present { token, stranger, authenticated });
    prop_oneof![
        8 => present,
        8 => any::<Index>().prop_map(Event::CarryOut),
        1 => Just(Event::Revoke),
        6 => prop_oneof![0..12_i64, -5..0_i64, 0..1_500_i64].prop_map(Event::Wait),
    ]
}

/// What is stored, and who is under way. A token's successor follows from it, so there is a place for one.
struct Family {
    grant: Grant,
    tokens: Vec<(RefreshToken, Option<usize>)>,
    under_way: Vec<(usize, RefreshDecision, bool)>,
    now: UnixTime,
}

impl Family {
    fn new() -> Self {
        let grant = grant("openid offline_access");
        let now = grant.created_at;
        let grant = Grant { ends_at: now.plus(LIFETIMES.absolute), ..grant };
        let mut family = Self { grant, tokens: Vec::new(), under_way: Vec::new(), now };
        family.make();
        family
    }

    fn make(&mut self) -> usize {
        let expires_at = LIFETIMES.end_of_token(self.now, self.grant.ends_at);
        let client_id = self.grant.client_id.clone();
        self.tokens.push((RefreshToken { client_id, expires_at, consumed_at: None }, None));
        self.tokens.len() - 1
    }

    fn decide(&self, token: usize, client: &ClientId, authenticated: bool) -> Result<RefreshDecision, TokenRefusal> {
        let (stored, successor) = &self.tokens[token];
        let successor_unused = successor.is_some_and(|successor| self.tokens[successor].0.consumed_at.is_none());
        let presented = RefreshPresented { client_id: client, authenticated, successor_unused };
        let decision = stored.redeem(presented, &LIFETIMES, self.now)?;
        if decision != RefreshDecision::Reused {
            self.grant.require_usable(ACCOUNT)?;
        }
        Ok(decision)
    }

    /// As the statements of the storage do it: what is spent can be spent by one alone, who comes second looks again.
    fn carry_out(&mut self, token: usize, decision: RefreshDecision, authenticated: bool) -> Option<usize> {
        match decision {
            RefreshDecision::Reused => {
                self.grant.revoked_at.get_or_insert(self.now);
                None
            }
            RefreshDecision::Repeat => self.tokens[token].1,
            RefreshDecision::Rotate => {
                let stored = &mut self.tokens[token].0;
                if stored.consumed_at.is_none() && stored.expires_at > self.now {
                    stored.consumed_at = Some(self.now);
                    let successor = self.make();
                    self.tokens[token].1 = Some(successor);
                    return Some(successor);
                }
                let again = self.decide(token, &self.grant.client_id, authenticated).ok()?;
                if again == RefreshDecision::Rotate { None } else { self.carry_out(token, again, authenticated) }
            }
        }
    }

    /// The tokens that would give new ones now.
    fn alive(&self) -> Vec<usize> {
        let rotates = |token: &usize| self.decide(*token, &self.grant.client_id, true) == Ok(RefreshDecision::Rotate);
        (0..self.tokens.len()).filter(rotates).collect()
    }

    fn happen(&mut self, event: &Event) {
        match event {
            Event::Present { token, stranger, authenticated } => {
                let token = token.index(self.tokens.len());
                let client = if *stranger { ClientId::new("other") } else { self.grant.client_id.clone() };
                match self.decide(token, &client, *authenticated) {
                    Ok(decision) => {
                        assert!(!stranger, "a stranger got {decision:?}");
                        assert!(*authenticated || decision != RefreshDecision::Repeat, "a public client was forgiven");
                        self.under_way.push((token, decision, *authenticated));
                    }
                    Err(refusal) => assert_eq!(*stranger, refusal == TokenRefusal::RefreshTokenOfAnotherClient),
                }
            }
            Event::CarryOut(who) if !self.under_way.is_empty() => {
                let (token, decision, authenticated) = self.under_way.remove(who.index(self.under_way.len()));
                let given = self.carry_out(token, decision, authenticated);
                assert!(given.is_none() || given == self.tokens[token].1, "a token has one successor");
            }
            Event::CarryOut(_) => {}
            Event::Revoke => {
                self.grant.revoked_at.get_or_insert(self.now);
            }
            Event::Wait(seconds) => self.now = self.now.plus(*seconds),
        }
    }
}

proptest! {
    #[test]
    fn a_family_has_one_living_branch_at_most_and_none_after_a_revocation(
        events in prop::collection::vec(event(), 1..80),
    ) {
        let mut family = Family::new();
        for event in &events {
            family.happen(event);
            let alive = family.alive();
            prop_assert!(alive.len() <= 1, "alive: {:?}", alive);
            prop_assert!(family.grant.revoked_at.is_none() || alive.is_empty(), "revoked, and alive: {:?}", alive);
            for (token, _) in &family.tokens {
                prop_assert!(token.expires_at <= family.grant.ends_at, "a token outlives its grant");
            }
        }
    }

    #[test]
    fn a_family_ends_when_a_token_comes_again_whose_successor_was_used(
        generations in 2..12_usize,
        replayed in any::<Index>(),
        wait in 0..20_i64,
    ) {
        let mut family = Family::new();
        for token in 0..generations {
            family.carry_out(token, RefreshDecision::Rotate, true);
        }
        family.now = family.now.plus(wait);
        let token = replayed.index(generations - 1);
        let decision = family.decide(token, &family.grant.client_id, true);
        prop_assert_eq!(&decision, &Ok(RefreshDecision::Reused));
        family.carry_out(token, RefreshDecision::Reused, true);
        prop_assert_eq!(family.alive(), Vec::<usize>::new());
    }
}
