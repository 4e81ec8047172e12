//! What stands around the pages of people who are signed in: header, breadcrumb, menu.

use super::view::{Link, Person};

/// A part of the menu with a heading; the first has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuSection {
    /// Its heading; may be empty.
    pub label: &'static str,
    /// Its entries.
    pub items: Vec<MenuItem>,
}

/// An entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuItem {
    /// What it says.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Whether the page shown belongs to it.
    pub current: bool,
    /// How much waits there.
    pub count: usize,
}

/// The pages that the menu leads to. An entry appears here when its page exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// What needs me today.
    Home,
    /// Security › Clients.
    Clients,
    /// Security › Users.
    Users,
    /// Security › Roles.
    Roles,
    /// Security › Signing Keys.
    Keys,
    /// Security › Audit Log.
    Audit,
    /// Security › Security Review.
    Review,
    /// Developer Tools › Token Viewer.
    TokenViewer,
    /// Developer Tools › API.
    Api,
    /// Support › System Health.
    System,
    /// Support › Settings.
    Settings,
    /// Support › Documentation.
    Docs,
    /// *Go to…*; in no menu.
    Go,
    /// Account › Overview.
    Overview,
    /// Account › Password.
    Password,
    /// Account › Devices.
    Devices,
    /// Account › Apps with access.
    Apps,
}

impl Area {
    /// The menu of the portal.
    pub const PORTAL: &[(&str, &[Self])] = &[
        ("", &[Self::Home]),
        ("Security", &[Self::Clients, Self::Users, Self::Roles, Self::Keys, Self::Audit, Self::Review]),
        ("Developer Tools", &[Self::TokenViewer, Self::Api]),
        ("Support", &[Self::System, Self::Settings, Self::Docs]),
    ];
    /// The menu of the account pages.
    pub const ACCOUNT: &[(&str, &[Self])] = &[("", &[Self::Overview, Self::Password, Self::Devices, Self::Apps])];

    /// What the menu, the breadcrumb and the page's heading call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::Clients => "Clients",
            Self::Users => "Users",
            Self::Roles => "Roles",
            Self::Keys => "Signing Keys",
            Self::Audit => "Audit Log",
            Self::Review => "Security Review",
            Self::TokenViewer => "Token Viewer",
            Self::Api => "API",
            Self::System => "System Health",
            Self::Settings => "Settings",
            Self::Docs => "Documentation",
            Self::Go => "Go to",
            Self::Overview => "Overview",
            Self::Password => "Password",
            Self::Devices => "Devices",
            Self::Apps => "Apps with access",
        }
    }

    /// Its address.
    #[must_use]
    pub const fn href(self) -> &'static str {
        match self {
            Self::Home => "/portal",
            Self::Clients => "/portal/clients",
            Self::Users => "/portal/users",
            Self::Roles => "/portal/roles",
            Self::Keys => "/portal/keys",
            Self::Audit => "/portal/audit",
            Self::Review => "/portal/review",
            Self::TokenViewer => "/portal/token-viewer",
            Self::Api => "/api/docs",
            Self::System => "/portal/system",
            Self::Settings => "/portal/settings",
            Self::Docs => "/docs",
            Self::Go => "/portal/go",
            Self::Overview => "/account",
            Self::Password => "/account/password",
            Self::Devices => "/account/devices",
            Self::Apps => "/account/apps",
        }
    }

    /// Its icon.
    #[must_use]
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Clients => "clients",
            Self::Users => "users",
            Self::Roles => "roles",
            Self::Keys => "keys",
            Self::Audit => "audit",
            Self::Review => "review",
            Self::TokenViewer => "token",
            Self::Api => "browser",
            Self::System => "health",
            Self::Settings => "settings",
            Self::Docs => "docs",
            Self::Go => "search",
            Self::Overview => "user",
            Self::Password => "password",
            Self::Devices => "device",
            Self::Apps => "apps",
        }
    }
}

/// Header, breadcrumb and menu of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shell {
    /// Who is signed in.
    pub person: Person,
    /// The portal's menu, or the account's.
    pub menu: Vec<MenuSection>,
    /// The way to this page; its last step is the page itself.
    pub trail: Vec<Link>,
    /// Whether this is the portal, not the account.
    pub in_portal: bool,
    /// Whether this person may only look.
    pub read_only: bool,
}

impl Shell {
    /// The portal around a page of `area`. `below` are the steps from there to the page, if it is not the area's own.
    #[must_use]
    pub fn portal(person: Person, area: Area, below: Vec<Link>) -> Self {
        Self::new(person, Area::PORTAL, area, below)
    }

    /// The account around one of its pages.
    #[must_use]
    pub fn account(person: Person, area: Area) -> Self {
        Self::new(person, Area::ACCOUNT, area, Vec::new())
    }

    /// How many findings of the security review are open, beside its entry in the menu.
    #[must_use]
    pub fn with_findings(mut self, count: usize) -> Self {
        let mut items = self.menu.iter_mut().flat_map(|section| &mut section.items);
        if let Some(review) = items.find(|item| item.href == Area::Review.href()) {
            review.count = count;
        }
        self
    }

    fn new(person: Person, sections: &[(&'static str, &'static [Area])], area: Area, below: Vec<Link>) -> Self {
        let item = |entry: &Area| MenuItem {
            label: entry.label(),
            href: entry.href(),
            icon: entry.icon(),
            current: *entry == area,
            count: 0,
        };
        let section = |(label, entries): &(&'static str, &'static [Area])| MenuSection {
            label,
            items: entries.iter().map(item).collect(),
        };
        let in_portal = sections == Area::PORTAL;
        let mut trail = vec![Link::new(if in_portal { area.label() } else { "My account" }, area.href())];
        trail.extend(below);
        Self { person, menu: sections.iter().map(section).collect(), trail, in_portal, read_only: false }
    }

    /// For those who may look at everything and change nothing.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }
}
