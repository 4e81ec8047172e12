//! Where answers go: standard output for the answer, standard error for everything else.

use super::args::{Color, Global};
use super::failure::{Exit, Failure};
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

/// What is typed once more before something that many feel and that cannot be undone.
#[derive(Debug)]
pub(super) struct Repeated<'a> {
    /// What will be lost, in whole sentences.
    pub facts: &'a str,
    /// What is to be typed, in words: `the key's id`.
    pub what: &'a str,
    /// The same as it must be typed.
    pub name: &'a str,
    /// What is done then: `revoke it`.
    pub act: &'a str,
    /// The command as it was typed; `--confirm` and the name are added to it.
    pub command: &'a str,
    /// The command that lists what there is.
    pub list: &'a str,
}

/// How this run writes and whether it may ask.
#[derive(Debug, Clone, Copy)]
pub(super) struct Console {
    /// Standard output is read by a person: columns, relative times.
    pub human: bool,
    /// Words may be coloured.
    pub colour: bool,
    /// One JSON object.
    pub json: bool,
    /// Ids alone, and no remarks.
    pub quiet: bool,
    /// There is someone to ask.
    pub may_ask: bool,
    /// Questions are answered already.
    pub yes: bool,
    /// What is written here is kept for years by others: no secrets unless asked for by name.
    pub ci: bool,
}

impl Console {
    /// Looks at the process once.
    pub(super) fn of(global: &Global) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let human = io::stdout().is_terminal();
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            human,
            colour: match global.color {
                Color::Always => true,
                Color::Never => false,
                Color::Auto => human && !dumb && !set("NO_COLOR"),
            },
            json: global.json,
            quiet: global.quiet,
            may_ask: !global.no_input && io::stdin().is_terminal(),
            yes: global.yes,
            ci: std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false")),
        }
    }

    /// Writes ids alone, one a line: the answer of `--quiet`.
    pub(super) fn answer_ids<I: std::fmt::Display>(self, ids: impl IntoIterator<Item = I>) -> Result<(), Failure> {
        let mut text = String::new();
        for id in ids {
            let _ = writeln!(text, "{id}");
        }
        self.answer(&text)
    }

    /// Tells that something was changed: with `--quiet` by its id alone, with `--json` by what it is now.
    pub(super) fn changed(
        self,
        id: impl std::fmt::Display,
        remark: &str,
        now: &impl serde::Serialize,
    ) -> Result<(), Failure> {
        self.note(remark);
        if self.json { self.answer_json(now) } else { self.answer_ids(self.quiet.then_some(id)) }
    }

    /// Writes the answer. `text` ends with a line break, unless it is empty.
    #[expect(clippy::unused_self, reason = "every answer goes through the console")]
    pub(super) fn answer(self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            // Whoever read us has read enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Failure::new(Exit::Failed, format!("the answer cannot be written: {error}"))),
            Ok(()) => Ok(()),
        }
    }

    /// Writes one JSON value over several lines, its members in the order of the type.
    pub(super) fn answer_json(self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value);
        self.answer(&(text.map_err(|error| Failure::new(Exit::Failed, error.to_string()))? + "\n"))
    }

    /// A remark beside the answer.
    pub(super) fn note(self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }

    /// A remark that must not be missed.
    pub(super) fn warn(text: &str) {
        let _ = writeln!(io::stderr().lock(), "warning: {text}");
    }

    /// Asks before something that cannot be undone. `facts` say what will be lost, `question` ends with a question mark.
    pub(super) fn confirm(self, facts: &str, question: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !self.may_ask {
            let sentence = format!("{facts}\n       {question} This needs a yes, and there is nobody to ask");
            return Err(Failure::usage(sentence).remedy("if you are sure", "the same command with --yes"));
        }
        let answer = ask(&format!("{facts}\n{question} [y/N] "));
        if matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes") {
            return Ok(());
        }
        Err(Failure::new(Exit::Failed, "nothing was changed")
            .remedy("without the question", "the same command with --yes"))
    }

    /// Asks for a name once more, unless it was `given` along with the command. A yes is not enough here.
    pub(super) fn confirm_name(self, wanted: &Repeated<'_>, given: Option<&str>) -> Result<(), Failure> {
        let Repeated { facts, what, name, act, command, list } = wanted;
        let typed = match given {
            Some(given) => given.to_owned(),
            None if !self.may_ask => {
                let sentence = format!("{facts}\n       This needs {what} once more, and there is nobody to ask");
                return Err(Failure::usage(sentence).remedy("if you are sure", format!("{command} --confirm {name}")));
            }
            None => ask(&format!("{facts}\nType {what} to {act}: ")),
        };
        if typed == *name {
            return Ok(());
        }
        let sentence = format!("what was repeated is not {what}; nothing was changed");
        Err(Failure::usage(sentence).remedy("compare", *list))
    }
}

/// Asks and waits for a line, which is given without the space around it; empty if there is none.
fn ask(question: &str) -> String {
    let mut err = io::stderr().lock();
    let _ = write!(err, "{question}");
    let _ = err.flush();
    drop(err);
    let mut line = String::new();
    // What cannot be read is no answer, however much of it there was.
    if io::stdin().read_line(&mut line).is_err() {
        return String::new();
    }
    line.trim().to_owned()
}
