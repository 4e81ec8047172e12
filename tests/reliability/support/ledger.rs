//! What was asked and what was answered: written before the question and after the answer.

use super::App;
use super::door::{Answer, Heard};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a thing must be, as far as its owner was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It works.
    Good,
    /// It works no more, for ever.
    Gone,
    /// A question about it was not answered: both are right.
    Unknown,
}

/// A thing that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Thing {
    Code(String),
    Refresh(String),
    /// The value of a secret, and its number at its client.
    Secret(String, i64),
}

/// How often which kind of answer came.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) yes: usize,
    pub(crate) no: usize,
    pub(crate) later: usize,
    pub(crate) nothing: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) things: HashMap<Thing, (App, State)>,
    /// Access tokens that were given out.
    pub(crate) access_tokens: Vec<String>,
    /// Secrets added and removed, acknowledged: each must have its row in the audit log.
    pub(crate) added: Vec<(String, i64)>,
    pub(crate) removed: Vec<(String, i64)>,
    /// What must never happen and did.
    pub(crate) troubles: Vec<String>,
    /// Answers of 500 that may still come, for as many panics that were asked for.
    pub(crate) pardons: usize,
    pub(crate) counts: Counts,
}

impl Book {
    /// What somebody asked for since this page was closed may be so or not at a moment in between.
    pub(crate) fn doubt(&mut self, since: &Self) {
        for (thing, (_, state)) in &since.things {
            if let Some((_, known)) = self.things.get_mut(thing)
                && known != state
            {
                *known = State::Unknown;
            }
        }
    }

    /// Refresh tokens that work.
    pub(crate) fn good_refresh_tokens(&self) -> Vec<(&App, &str)> {
        let good = self.things.iter().filter(|(_, (_, state))| *state == State::Good);
        good.filter_map(
            |(thing, (app, _))| if let Thing::Refresh(token) = thing { Some((app, token.as_str())) } else { None },
        )
        .collect()
    }
}

/// The ledger, shared by all who ask.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Book>);

impl Ledger {
    /// One with this in it.
    pub(crate) fn of(book: Book) -> Self {
        Self(Mutex::new(book))
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes all that is written and begins anew.
    pub(crate) fn close(&self) -> Book {
        std::mem::take(&mut self.book())
    }

    pub(crate) fn set(&self, app: &App, thing: Thing, state: State) {
        self.book().things.insert(thing, (app.clone(), state));
    }

    pub(crate) fn trouble(&self, text: String) {
        self.book().troubles.push(text);
    }

    /// Counts an answer; gives it if it is a yes. A no is trouble: nothing is asked that the server may refuse.
    pub(crate) fn hear(&self, what: &str, heard: Heard) -> Option<Answer> {
        let mut book = self.book();
        match heard {
            Heard::Yes(answer) => {
                book.counts.yes += 1;
                return Some(answer);
            }
            Heard::No(answer) => {
                book.counts.no += 1;
                book.troubles.push(format!("{what} was refused: {} {}", answer.status, answer.body));
            }
            Heard::Later => book.counts.later += 1,
            Heard::Wrong(answer) if answer.status == 500 && book.pardons > 0 => {
                book.pardons -= 1;
                book.counts.nothing += 1;
            }
            Heard::Wrong(answer) => {
                book.troubles.push(format!("{what}: I5: {} {}", answer.status, answer.body));
            }
            Heard::Nothing => book.counts.nothing += 1,
        }
        None
    }
}
