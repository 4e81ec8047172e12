//! What programs call themselves (RFC 9110 10.1.5), in words that people know.

use std::borrow::Cow;

/// Browser and system in words, as far as they can be told from what the browser calls itself: “Chrome on Linux”.
#[must_use]
pub fn browser_name(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Windows", "Windows"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

/// A program by its name: a browser in words, anything else as it calls itself.
#[must_use]
pub fn program_name(agent: &str) -> Cow<'_, str> {
    if agent.starts_with("Mozilla/") { browser_name(agent).into() } else { agent.into() }
}

#[cfg(test)]
mod tests {
    use super::{browser_name, program_name};

    #[test]
    fn browsers_are_told_by_what_they_call_themselves() {
        let rows = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126 Safari/537.36 Edg/126",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17 Safari/604",
                "Safari on iPhone",
            ),
            ("curl/8.5", "curl"),
            ("", "Unknown browser"),
        ];
        for (agent, expected) in rows {
            assert_eq!(browser_name(agent), expected);
        }
    }

    #[test]
    fn what_is_no_browser_keeps_its_own_name() {
        let headless =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126 Safari/537.36";
        let rows = [("python-httpx/0.28", "python-httpx/0.28"), (headless, "Chrome on Linux"), ("", "")];
        for (agent, expected) in rows {
            assert_eq!(program_name(agent), expected);
        }
    }
}
