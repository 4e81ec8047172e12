//! The icons, drawn as lines on 24 units, in the colour of the text around them.

use askama::filters::HtmlSafe;
use std::fmt;

/// An icon, ready to stand in HTML. Always beside a word, never alone in place of one, so it is hidden from readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Icon(&'static str);

/// The icon with this name; a ring for an unknown one.
#[must_use]
pub fn icon(name: &str) -> Icon {
    Icon(
        ICONS
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(r#"<circle cx="12" cy="12" r="8.5"/>"#, |(_, lines)| lines),
    )
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>"#, self.0)
    }
}

impl HtmlSafe for Icon {}

#[rustfmt::skip]
const ICONS: &[(&str, &str)] = &[
    ("menu", r#"<path d="M4 7h16M4 12h16M4 17h16"/>"#),
    ("home", r#"<path d="M4 11.2 12 4.5l8 6.7V19a1 1 0 0 1-1 1h-4.6v-5.4H9.6V20H5a1 1 0 0 1-1-1z"/>"#),
    ("clients", r#"<rect x="3.5" y="5" width="17" height="14" rx="2.2"/><path d="m7.5 10 2.6 2.4-2.6 2.4M12.5 15h4"/>"#),
    ("users", r#"<circle cx="9" cy="8.6" r="3.4"/><path d="M2.8 19.2c.6-3.4 3-5.2 6.2-5.2s5.6 1.8 6.2 5.200M15.6 5.500a3.4 3.4 0 0 1 0 6.200M17.4 14.400c2 .7 3.3 2.3 3.8 4.8"/>"#),
    ("roles", r#"<path d="M12 3.6 5 6.200v5.300c0 4.3 2.9 7.4 7 8.9 4.1-1.5 7-4.6 7-8.900V6.200z"/><path d="m9.2 12 2 2 3.7-3.9"/>"#),
    ("keys", r#"<circle cx="8" cy="15.5" r="4"/><path d="m10.9 12.6 8.1-8.100M15.5 8l2.8 2.800M13 10.500l1.6 1.6"/>"#),
    ("audit", r#"<path d="M6 3.800h8.600L19 8.200V19a1.2 1.2 0 0 1-1.2 1.200H6A1.2 1.2 0 0 1 4.8 19V5A1.2 1.2 0 0 1 6 3.800z"/><path d="M8.3 11h7.400M8.3 14.400h7.400M8.3 7.600h3.5"/>"#),
    ("review", r#"<path d="M12 3.600 5 6.200v5.300c0 4.300 2.900 7.400 7 8.900 1.700-.6 3.200-1.500 4.400-2.700"/><circle cx="15.200" cy="12.700" r="3.300"/><path d="m17.700 15.200 3 3"/>"#),
    ("token", r#"<path d="M8 5.500 3.500 12 8 18.500M16 5.500l4.500 6.500-4.500 6.500M13.400 8.200l-2.800 7.600"/>"#),
    ("health", r#"<path d="M3.500 12.500h4l2.300-6 4 11 2.300-5h4.400"/>"#),
    ("settings", r#"<path d="M4 7.500h8M16.500 7.500H20M4 16.500h3.500M12 16.500h8"/><circle cx="14.200" cy="7.500" r="2.200"/><circle cx="9.700" cy="16.500" r="2.200"/>"#),
    ("docs", r#"<path d="M12 6.500C10.300 5.200 8 4.700 4.500 4.700v13.100c3.500 0 5.800.5 7.500 1.800 1.700-1.300 4-1.800 7.500-1.800V4.700c-3.500 0-5.800.5-7.500 1.800zM12 6.500v13.100"/>"#),
    ("help", r#"<circle cx="12" cy="12" r="8.500"/><path d="M9.600 9.600a2.500 2.500 0 1 1 3.500 2.300c-.8.400-1.100.8-1.100 1.700M12 16.400v.2"/>"#),
    ("user", r#"<circle cx="12" cy="8.4" r="3.9"/><path d="M4.6 20c.7-3.9 3.6-6 7.4-6s6.7 2.1 7.4 6"/>"#),
    ("password", r#"<rect x="5" y="10.5" width="14" height="9.5" rx="2"/><path d="M8.2 10.500V7.800a3.8 3.8 0 0 1 7.6 0v2.700M12 14.200v2.2"/>"#),
    ("device", r#"<rect x="4" y="5" width="16" height="11" rx="1.8"/><path d="M2.5 19.500h19"/>"#),
    ("apps", r#"<rect x="4" y="4" width="6.6" height="6.6" rx="1.4"/><rect x="13.4" y="4" width="6.6" height="6.6" rx="1.4"/><rect x="4" y="13.4" width="6.6" height="6.6" rx="1.4"/><rect x="13.4" y="13.4" width="6.6" height="6.6" rx="1.4"/>"#),
    ("right", r#"<path d="m9.5 6 6 6-6 6"/>"#),
    ("left", r#"<path d="m14.5 6-6 6 6 6"/>"#),
    ("down", r#"<path d="m6 9.5 6 6 6-6"/>"#),
    ("copy", r#"<rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2"/><path d="M15.5 8.500V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7.500a2 2 0 0 0 2 2h2.5"/>"#),
    ("plus", r#"<path d="M12 5v14M5 12h14"/>"#),
    ("more", r#"<circle class="dot" cx="5.5" cy="12" r="1.7"/><circle class="dot" cx="12" cy="12" r="1.7"/><circle class="dot" cx="18.5" cy="12" r="1.7"/>"#),
    ("search", r#"<circle cx="10.8" cy="10.8" r="6"/><path d="m15.4 15.4 4.8 4.8"/>"#),
    ("check", r#"<path d="m5 12.6 4.6 4.600L19 7.4"/>"#),
    ("good", r#"<circle cx="12" cy="12" r="8.5"/><path d="m8.2 12.3 2.6 2.6 5-5.3"/>"#),
    ("warning", r#"<path d="M12 4.2 21 19.800H3z"/><path d="M12 10v4.400M12 16.900v.2"/>"#),
    ("bad", r#"<circle cx="12" cy="12" r="8.5"/><path d="m9 9 6 6M15 9l-6 6"/>"#),
    ("quiet", r#"<circle cx="12" cy="12" r="8.5"/><path d="M8.5 12h7"/>"#),
    ("info", r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 7.900v.2"/>"#),
    ("locked", r#"<rect x="5.5" y="10.5" width="13" height="9.5" rx="2"/><path d="M8.5 10.500V7.800a3.5 3.5 0 0 1 7 0v2.7"/>"#),
    ("sort-asc", r#"<path d="m6.5 14.5 5.5-6 5.5 6"/>"#),
    ("sort-desc", r#"<path d="m6.5 9.5 5.5 6 5.5-6"/>"#),
    ("play", r#"<path d="M7.5 5v14l11-7z"/>"#),
    ("download", r#"<path d="M12 4v11M7.5 11l4.5 4.500L16.5 11M5 19.500h14"/>"#),
    ("leave", r#"<path d="M14 4.500H6.500a1.5 1.5 0 0 0-1.5 1.500v12a1.5 1.5 0 0 0 1.5 1.500H14M10.5 12H20M16.5 8.5 20 12l-3.5 3.5"/>"#),
    ("service", r#"<rect x="4" y="4.5" width="16" height="6" rx="1.6"/><rect x="4" y="13.5" width="16" height="6" rx="1.6"/><path d="M7.5 7.500h.2M7.5 16.500h.2M11 7.500h5M11 16.500h5"/>"#),
    ("browser", r#"<rect x="3.5" y="4.5" width="17" height="15" rx="2.2"/><path d="M3.5 9h17M6.6 6.800h.2M9.2 6.800h.2"/>"#),
    ("hybrid", r#"<rect x="3" y="4" width="12.5" height="10" rx="1.8"/><rect x="12" y="10" width="9" height="10" rx="1.8"/><path d="M14.8 13h3.400M14.8 16h3.400M6 17.500h3"/>"#),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_icon_is_drawn_twice_or_has_a_style_of_its_own() {
        for (at, (name, lines)) in ICONS.iter().enumerate() {
            assert!(ICONS[..at].iter().all(|(other, _)| other != name), "{name}");
            assert!(!lines.contains("style") && lines.ends_with("/>"), "{name}");
        }
        assert!(icon("no such icon").to_string().contains("circle"));
    }
}
