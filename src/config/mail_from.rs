//! `mail.from`.

use super::table::Kind;
use super::value::{Context, SettingValue};
use lettre::message::Mailbox;

/// Who writes the mails: an address, with or without a name before it.
#[derive(Debug, Clone)]
pub struct MailFrom(Mailbox);

impl MailFrom {
    /// As mails want it.
    #[must_use]
    pub const fn mailbox(&self) -> &Mailbox {
        &self.0
    }
}

impl SettingValue for MailFrom {
    const KIND: Kind = Kind::Text;

    fn read(text: &str, _: &Context<'_>) -> Result<Self, String> {
        let read = text.trim().parse::<Mailbox>();
        read.map(Self).map_err(|_| "is no e-mail address: write Portcullis <login@example.com>".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::table::find;

    #[test]
    fn an_address_may_have_a_name_and_anything_else_is_refused() {
        let setting = find("mail.from").unwrap();
        let read = |text: &str| MailFrom::read(text, &Context { setting, cwd: std::path::Path::new("") });
        for text in ["login@example.com", "Portcullis <login@example.com>", " login@example.com "] {
            assert_eq!(read(text).unwrap().mailbox().email.to_string(), "login@example.com", "{text}");
        }
        for wrong in ["", "Portcullis", "login@", "Portcullis <login>", "@example.com"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
