//! `/portal`: what needs me today, then the ways on.

use super::chart::Chart;
use crate::web::pages::{Fact, Frame, Link, Shell, State};
use askama::Template;

/// Something that will not stay well by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attention {
    /// How urgent, in a word.
    pub state: State,
    /// What.
    pub text: String,
    /// Where or since when; may be empty.
    pub detail: String,
    /// What to do about it.
    pub link: Link,
}

/// One of the first things to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Whether it is done.
    pub done: bool,
    /// What.
    pub text: String,
    /// Where.
    pub link: Link,
}

/// How many there are of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub number: i64,
    /// Of what.
    pub label: String,
    /// Its page.
    pub href: String,
    /// Its icon.
    pub icon: &'static str,
}

/// *Home*. A card with nothing to say is not shown.
#[derive(Template)]
#[template(path = "portal/home.html")]
pub struct HomePage {
    /// Theme and messages.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// The tenant's name.
    pub tenant: String,
    /// Most urgent first.
    pub attention: Vec<Attention>,
    /// In the order of doing; not shown once all are done.
    pub steps: Vec<Step>,
    /// Tokens of the last 24 hours.
    pub tokens: Chart,
    /// Clients, users, roles.
    pub counts: Vec<Count>,
    /// Public URL, version.
    pub system: Vec<Fact>,
    /// Healthy, or not.
    pub health: State,
    /// Ways on.
    pub quick: Vec<Link>,
}

impl HomePage {
    fn to_do(&self) -> bool {
        self.steps.iter().any(|step| !step.done)
    }
}
