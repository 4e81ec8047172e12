//! Markdown as HTML that keeps to the rules of all pages: no HTML of its own, links that lead to pages, tables with a
//! caption that fit on a small screen, and code that can be scrolled by keyboard.

use super::library::is_there;
use crate::web::pages::icon;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

/// The heading of a document as text, and what is below it as HTML.
pub(super) fn to_html(name: &str, source: &str) -> (String, String) {
    let mut page = Page { folder: name.rsplit_once('/').map_or("", |(folder, _)| folder), ..Page::default() };
    let mut events = Vec::new();
    for event in Parser::new_ext(source, Options::ENABLE_TABLES) {
        page.take(event, &mut events);
    }
    let mut text = String::new();
    html::push_html(&mut text, events.into_iter());
    (page.title, text)
}

/// Where we are in a document.
#[derive(Default)]
struct Page<'a> {
    folder: &'a str,
    title: String,
    in_title: bool,
    /// What is in the heading under way.
    heading: Option<(HeadingLevel, String, Vec<Event<'a>>)>,
    /// What is in the head of the table under way.
    head: Option<(bool, Vec<Event<'a>>)>,
    /// How many blocks of code there were: each has an id, by which its button finds it.
    blocks: usize,
    /// Whether the links under way lead somewhere.
    links: Vec<bool>,
}

fn raw<'a>(text: impl Into<CowStr<'a>>) -> Event<'a> {
    Event::Html(text.into())
}

impl<'a> Page<'a> {
    fn take(&mut self, event: Event<'a>, out: &mut Vec<Event<'a>>) {
        if self.in_title {
            match event {
                Event::Text(text) | Event::Code(text) => self.title.push_str(&text),
                Event::End(TagEnd::Heading(_)) => self.in_title = false,
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => self.in_title = true,
            Event::Start(Tag::Heading { level, .. }) => self.heading = Some((level, String::new(), Vec::new())),
            Event::End(TagEnd::Heading(_)) => self.end_heading(out),
            Event::Start(Tag::Table(_)) => {
                out.push(raw(
                    "<div class=\"table-wrap\"><table class=\"table\"><caption class=\"away\">Table</caption>",
                ));
            }
            Event::End(TagEnd::Table) => out.push(raw("</tbody></table></div>\n")),
            Event::Start(Tag::TableHead) => self.head = Some((false, Vec::new())),
            Event::End(TagEnd::TableHead) => self.end_head(out),
            Event::Start(Tag::TableRow) => out.push(raw("<tr>")),
            Event::End(TagEnd::TableRow) => out.push(raw("</tr>")),
            Event::Start(Tag::TableCell) => {
                self.push(raw(if self.head.is_some() { "<th scope=\"col\">" } else { "<td>" }), out);
            }
            Event::End(TagEnd::TableCell) => self.push(raw(if self.head.is_some() { "</th>" } else { "</td>" }), out),
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match &kind {
                    CodeBlockKind::Fenced(language) if !language.is_empty() => format!("Code, {language}"),
                    _ => "Code".to_owned(),
                };
                let label = language.replace(['"', '<', '>', '&'], "");
                self.blocks += 1;
                let id = format!("code-{}", self.blocks);
                out.push(raw(format!(
                    "<div class=\"field copy\"><p class=\"label\" id=\"{id}-label\">{label}</p><div class=\"copy-line\"><pre \
                     id=\"{id}\" tabindex=\"0\" role=\"group\" aria-labelledby=\"{id}-label\"><code>"
                )));
            }
            Event::End(TagEnd::CodeBlock) => out.push(raw(format!(
                "</code></pre><button type=\"button\" class=\"button copy-button\" data-copy=\"code-{number}\" \
                 data-name=\"Code\" hidden>{}<span data-word>Copy</span><span class=\"away\"> code {number}</span></button>\
                 </div></div>\n",
                icon("copy"),
                number = self.blocks,
            ))),
            Event::Start(Tag::Link { dest_url, title, .. }) => {
                let target = self.target(&dest_url);
                self.links.push(target.is_some());
                if let Some(dest_url) = target {
                    let (link_type, dest_url, id) = (LinkType::Inline, dest_url.into(), CowStr::Borrowed(""));
                    self.push(Event::Start(Tag::Link { link_type, dest_url, title, id }), out);
                }
            }
            Event::End(TagEnd::Link) => {
                if self.links.pop() == Some(true) {
                    self.push(Event::End(TagEnd::Link), out);
                }
            }
            // Nothing in the documents is HTML, and nothing becomes it.
            Event::Html(text) | Event::InlineHtml(text) => self.push(Event::Text(text), out),
            other => self.push(other, out),
        }
    }

    fn push(&mut self, event: Event<'a>, out: &mut Vec<Event<'a>>) {
        if let Some((_, text, events)) = &mut self.heading {
            if let Event::Text(part) | Event::Code(part) = &event {
                text.push_str(part);
            }
            events.push(event);
        } else if let Some((filled, events)) = &mut self.head {
            *filled |= matches!(event, Event::Text(_) | Event::Code(_));
            events.push(event);
        } else {
            out.push(event);
        }
    }

    fn end_heading(&mut self, out: &mut Vec<Event<'a>>) {
        let Some((level, text, events)) = self.heading.take() else { return };
        out.push(raw(format!("<{level} id=\"{}\">", slug(&text))));
        out.extend(events);
        out.push(raw(format!("</{level}>\n")));
    }

    /// A head without words is no head.
    fn end_head(&mut self, out: &mut Vec<Event<'a>>) {
        if let Some((true, events)) = self.head.take() {
            out.push(raw("<thead><tr>"));
            let end = raw("</th>");
            for event in events {
                // A cell without words heads nothing.
                if event == end && matches!(out.last(), Some(Event::Html(tag)) if tag.starts_with("<th ")) {
                    out.pop();
                    out.push(raw("<td></td>"));
                } else {
                    out.push(event);
                }
            }
            out.push(raw("</tr></thead>"));
        }
        out.push(raw("<tbody>"));
    }

    /// Where a link leads from here; none if that is a file which is not carried along.
    fn target(&self, url: &str) -> Option<String> {
        if url.starts_with('#')
            || url.starts_with("https://")
            || url.starts_with("http://")
            || url.starts_with("mailto:")
        {
            return Some(url.to_owned());
        }
        let (path, anchor) =
            url.split_once('#').map_or((url, String::new()), |(path, anchor)| (path, format!("#{anchor}")));
        let mut steps: Vec<&str> = self.folder.split('/').filter(|step| !step.is_empty()).collect();
        for step in path.trim_end_matches(".md").split('/') {
            match step {
                "." | "" => {}
                ".." => drop(steps.pop()?),
                step => steps.push(step),
            }
        }
        let name = steps.join("/");
        is_there(&name).then(|| format!("/docs/{name}{anchor}"))
    }
}

/// The anchor of a heading: lower case, hyphens for spaces, letters and digits.
fn slug(text: &str) -> String {
    let keep = text
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' | '-' => Some('-'),
            c if c.is_alphanumeric() || c == '_' => Some(c),
            _ => None,
        })
        .collect::<String>();
    if keep.is_empty() { "section".to_owned() } else { keep }
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn a_document_becomes_a_page_that_keeps_to_the_rules() {
        let source = "# The `title`\n\nSee [keys](rotate-signing-keys.md#by-hand), [all](../reference/commands.md), \
                      [code](../../src/main.rs) and [out](https://example.com/).\n\n## By hand, now\n\n\
                      | | |\n| --- | --- |\n| a | `b` |\n\n| | H |\n| --- | --- |\n| | c |\n\n```sh\na < b\n```\n\n<b onclick=\"x\">no</b>\n";
        let (title, html) = to_html("how-to/x", source);
        assert_eq!(title, "The title");
        for part in [
            "<a href=\"/docs/how-to/rotate-signing-keys#by-hand\">keys</a>",
            "<a href=\"/docs/reference/commands\">all</a>",
            ", code and ",
            "<a href=\"https://example.com/\">out</a>",
            "<h2 id=\"by-hand-now\">By hand, now</h2>",
            "<caption class=\"away\">Table</caption><tbody><tr><td>a</td><td><code>b</code></td></tr></tbody>",
            "<thead><tr><td></td><th scope=\"col\">H</th></tr></thead><tbody>",
            "<p class=\"label\" id=\"code-1-label\">Code, sh</p>",
            "<pre id=\"code-1\" tabindex=\"0\" role=\"group\" aria-labelledby=\"code-1-label\"><code>a &lt; b",
            "data-copy=\"code-1\" data-name=\"Code\" hidden>",
            "&lt;b onclick=",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
    }
}
