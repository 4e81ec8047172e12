//! The state of the list of clients: all of it is in the address.

use super::shown::{client_type, query};
use crate::flows::admin::{ClientFilter, ClientSort, ClientStatus, Page};
use crate::oauth::ClientType;
use serde::Deserialize;

/// Rows of one page of the list.
pub(super) const SIZE: i64 = 25;

/// The state of the list; all of it is in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    pub(super) r#type: Option<String>,
    pub(super) q: String,
    pub(super) status: String,
    pub(super) sort: String,
    pub(super) dir: String,
    pub(super) page: String,
    pub(super) tab: String,
    pub(super) alone: String,
    pub(super) done: String,
    /// *Quick Start*: the language of the program.
    pub(super) lang: String,
    /// *Activity*: the period, and what is shown of it.
    pub(super) range: String,
    pub(super) show: String,
    /// *Activity*: the second in which the bar begins whose lines alone are shown.
    pub(super) from: String,
}

impl ListQuery {
    /// The type shown; Client-Credentials unless said otherwise, none for all.
    pub(super) fn client_type(&self) -> Option<ClientType> {
        match self.r#type.as_deref() {
            None | Some("") => Some(ClientType::ClientCredentials),
            Some(word) => client_type(word),
        }
    }

    pub(super) fn type_word(&self) -> &'static str {
        self.client_type().map_or("all", ClientType::as_str)
    }

    pub(super) fn number(&self) -> i64 {
        self.page.parse::<i64>().unwrap_or(1).clamp(1, 10_000)
    }

    pub(super) fn filter(&self) -> ClientFilter {
        ClientFilter {
            client_type: self.client_type(),
            text: Some(self.q.trim().chars().take(200).collect::<String>()).filter(|text| !text.is_empty()),
            status: ClientStatus::parse(&self.status),
        }
    }

    pub(super) fn page(&self) -> Page {
        let sort = match self.sort.as_str() {
            "last_used" => ClientSort::LastUsed,
            "created" => ClientSort::Created,
            _ => ClientSort::Name,
        };
        Page { skip: (self.number() - 1) * SIZE, count: SIZE, sort, descending: self.dir == "desc" }
    }

    /// The address of this list, with some of its state replaced.
    pub(super) fn address(&self, path: &str, changes: &[(&str, &str)]) -> String {
        let own = [
            ("type", self.type_word()),
            ("q", self.q.trim()),
            ("status", self.status.as_str()),
            ("sort", self.sort.as_str()),
            ("dir", self.dir.as_str()),
            ("page", self.page.as_str()),
        ];
        let mut pairs: Vec<(&str, &str)> =
            own.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name)).collect();
        pairs.extend_from_slice(changes);
        format!("{path}{}", query(&pairs))
    }

    /// The same for the list alone.
    pub(super) fn list_address(&self, changes: &[(&str, &str)]) -> String {
        self.address("/portal/clients", changes)
    }
}
