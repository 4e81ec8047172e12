//! Looks at one of every page and holds what must be true of all of them. With `PORTCULLIS_SAMPLES` set to a folder, the
//! pages are also written there, to be opened in a browser.

use crate::web::assets::asset_url;
use crate::web::{pages, portal};
use askama::Template;
use std::collections::HashSet;

/// A rendered page.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) html: String,
}

pub(crate) fn sample(name: &str, page: &impl Template) -> Sample {
    Sample { name: name.to_owned(), html: page.render().expect("a page") }
}

pub(crate) fn person() -> pages::Person {
    pages::Person { name: "Alex Kim".to_owned(), email: "alex@example.com".to_owned(), portal: true }
}

fn all() -> Vec<Sample> {
    let mut all = pages::samples::samples();
    all.extend(portal::samples::samples());
    all.extend(crate::web::api::samples());
    all
}

/// The start tags of elements with this name, attributes and all.
fn tags<'a>(html: &'a str, element: &str) -> Vec<&'a str> {
    let open = format!("<{element}");
    html.match_indices(&open)
        .filter_map(|(at, _)| html[at..].split_once('>').map(|(tag, _)| tag))
        .filter(|tag| tag[open.len()..].chars().next().is_none_or(char::is_whitespace))
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

fn text(html: &str, from: &str, to: &str) -> String {
    let inner = html.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map_or("", |(inner, _)| inner);
    let inner = inner.split_once('>').map_or(inner, |(_, inner)| inner);
    let mut plain = String::new();
    let mut depth = 0;
    for c in inner.chars() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_page_has_one_heading_and_a_title_that_begins_with_it() {
    for Sample { name, html } in all() {
        assert_eq!(tags(&html, "h1").len(), 1, "{name}");
        let title = text(&html, "<title", "</title>");
        let heading = text(&html, "<h1", "</h1>");
        assert!(title.ends_with(" - Portcullis"), "{name}: {title}");
        assert_eq!(title.starts_with("Error: "), html.contains("There is a problem"), "{name}: {title}");
        let first = title.trim_start_matches("Error: ").split(" - ").next().unwrap_or_default();
        let first = first.trim_end_matches('?');
        let exempt = ["logout", "consent", "secret-gone"].contains(&name.as_str());
        assert!(exempt || heading.trim_end_matches('?') == first, "{name}: {title:?}, but {heading:?}");
    }
}

#[test]
fn no_page_has_a_style_or_script_of_its_own_or_asks_another_origin() {
    for Sample { name, html } in all() {
        let scripts: Vec<_> = tags(&html, "script").into_iter().map(|script| attribute(script, "src")).collect();
        let mut expected = vec![Some(asset_url("portcullis.js"))];
        if name.starts_with("form-post") {
            // This one does not wait: the form before it goes on its way.
            expected.push(Some(asset_url("form-post.js")));
            assert!(html.contains(&format!("</form>\n<script src=\"{}\"></script>", asset_url("form-post.js"))));
        }
        assert_eq!(scripts, expected, "{name}");
        assert!(html.contains("</script>") && html.contains(" defer></script>"), "{name}");
        assert!(tags(&html, "style").is_empty() && !html.contains(" style="), "{name}");
        for (at, _) in html.match_indices(" on") {
            let word: String = html[at + 1..].chars().take_while(char::is_ascii_alphanumeric).collect();
            assert!(!html[at + 1 + word.len()..].starts_with('='), "{name}: {word}");
        }
        for tag in tags(&html, "link").into_iter().chain(tags(&html, "img")) {
            let address = attribute(tag, "href").or_else(|| attribute(tag, "src")).unwrap_or_default();
            assert!(address.starts_with('/'), "{name}: {tag}");
        }
        assert!(html.len() < 60_000, "{name} has {} bytes", html.len());
    }
}

#[test]
fn every_control_has_a_label_and_no_id_is_there_twice() {
    for Sample { name, html } in all() {
        let labels: HashSet<&str> = tags(&html, "label").into_iter().filter_map(|tag| attribute(tag, "for")).collect();
        for element in ["input", "select", "textarea"] {
            for tag in tags(&html, element) {
                if attribute(tag, "type") == Some("hidden") {
                    continue;
                }
                let labelled = attribute(tag, "id").is_some_and(|id| labels.contains(id));
                assert!(labelled || attribute(tag, "aria-label").is_some(), "{name}: {tag}");
            }
        }
        let mut ids = HashSet::new();
        for (at, _) in html.match_indices(" id=\"") {
            let id = html[at + 5..].split('"').next().unwrap_or_default();
            assert!(ids.insert(id), "{name}: {id} is there twice");
        }
        for relation in [" for=\"", " aria-describedby=\"", " aria-labelledby=\"", " href=\"#"] {
            for (at, _) in html.match_indices(relation) {
                let named = html[at + relation.len()..].split('"').next().unwrap_or_default();
                assert!(named.split(' ').all(|id| ids.contains(id)), "{name}: nothing has the id {named}");
            }
        }
    }
}

#[test]
fn every_form_that_changes_something_carries_the_token_of_its_session() {
    for Sample { name, html } in all() {
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap_or_default();
            let outbound = form.contains("data-outbound");
            if form.contains("method=\"post\"") {
                let token =
                    form.matches("<input type=\"hidden\" name=\"csrf\" value=\"csrf-of-this-session\">").count();
                assert_eq!(token, usize::from(!outbound), "{name}: {form}");
            } else {
                assert!(!form.contains("name=\"csrf\""), "{name}: a token must not get into an address");
            }
            if form.contains("/new\"") && form.contains("method=\"post\"") {
                assert!(form.contains("<input type=\"hidden\" name=\"nonce\""), "{name}: may add twice");
            }
        }
    }
}

#[test]
fn headings_leave_no_level_out_and_tables_have_a_caption() {
    for Sample { name, html } in all() {
        let mut before = 0;
        for (at, _) in html.match_indices("<h") {
            let Some(level) = html[at + 2..].chars().next().and_then(|c| c.to_digit(10)) else { continue };
            let first = before == 0 && level == 2; // the menu's and the list's headings stand before the page's own
            assert!(level <= before + 1 || first, "{name}: h{level} after h{before}");
            before = level;
        }
        assert_eq!(tags(&html, "table").len(), tags(&html, "caption").len(), "{name}");
        assert!(tags(&html, "th").iter().all(|tag| attribute(tag, "scope").is_some()), "{name}");
    }
}

#[test]
fn the_secret_is_on_no_page_but_the_one_that_shows_it() {
    let pages = all();
    let with: Vec<&str> =
        pages.iter().filter(|page| page.html.contains("pc_cs_")).map(|page| page.name.as_str()).collect();
    assert_eq!(with, ["created-client-credentials", "created-secret"]);
    for Sample { name, html } in pages.iter().filter(|page| with.contains(&page.name.as_str())) {
        assert_eq!(html.matches("pc_cs_").count(), 1, "{name}");
    }
}

#[test]
fn samples_are_written_where_somebody_wants_to_look_at_them() {
    let Some(folder) = std::env::var_os("PORTCULLIS_SAMPLES").map(std::path::PathBuf::from) else {
        assert!(all().len() > 60, "a page is missing");
        return;
    };
    std::fs::create_dir_all(folder.join("assets")).expect("a folder");
    for name in ["portcullis.css", "portcullis.js", "form-post.js", "icon.svg"] {
        let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name);
        std::fs::copy(from, folder.join(asset_url(name).trim_start_matches('/'))).expect("an asset");
    }
    for Sample { name, html } in all() {
        std::fs::write(folder.join(format!("{name}.html")), html).expect("a file");
    }
}
