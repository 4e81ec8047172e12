//! Forms in pages, as far as our own pages have them.

/// A form with what it would send.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    /// Where to.
    pub(crate) action: String,
    /// Names and values.
    pub(crate) fields: Vec<(String, String)>,
}

impl Form {
    /// Fills in a field, whether it is there or not.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves a field out.
    #[must_use]
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// A field's value; empty if it is not there.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// All forms of a page.
pub(crate) fn forms(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut open = false;
    for (at, tag) in tags(html) {
        match (tag.name.as_str(), forms.last_mut()) {
            ("form", _) => {
                forms.push(Form { action: tag.attribute("action"), fields: Vec::new() });
                open = true;
            }
            ("/form", _) => open = false,
            ("input", Some(form)) if open && tag.counts() => {
                form.fields.push((tag.attribute("name"), tag.attribute("value")));
            }
            ("textarea", Some(form)) if open => {
                let text = html[at..].split("</textarea>").next().unwrap_or_default();
                form.fields.push((tag.attribute("name"), unescape(text.trim_start_matches('\n'))));
            }
            _ => {}
        }
    }
    forms
}

/// The text of the element with this id, which holds nothing but text; empty if it is not there.
pub(crate) fn text_of(html: &str, id: &str) -> String {
    let inner = html.split_once(&format!(" id=\"{id}\"")).and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or(String::new(), |(_, rest)| unescape(rest.split('<').next().unwrap_or_default()))
}

/// The value of the control with this id; empty if it is not there.
pub(crate) fn value_of(html: &str, id: &str) -> String {
    tags(html)
        .into_iter()
        .find(|(_, tag)| tag.attribute("id") == id)
        .map(|(_, tag)| tag.attribute("value"))
        .unwrap_or_default()
}

/// A tag with its attributes as they stand there.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn attribute(&self, name: &str) -> String {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|(known, _)| known == name)
    }

    /// Whether an input is sent along.
    fn counts(&self) -> bool {
        let box_like = matches!(self.attribute("type").as_str(), "checkbox" | "radio");
        self.has("name") && !self.has("disabled") && (!box_like || self.has("checked"))
    }
}

/// Each tag, with the place behind it.
fn tags(html: &str) -> Vec<(usize, Tag)> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(start) = html[at..].find('<') {
        let inside = at + start + 1;
        let end = inside + end_of_tag(&html[inside..]);
        tags.push((end + 1, tag(&html[inside..end])));
        at = end;
    }
    tags
}

/// Where the tag ends: at the first `>` outside of quotes.
fn end_of_tag(text: &str) -> usize {
    let mut quoted = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '>' if !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

fn tag(text: &str) -> Tag {
    let (name, mut rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        let end = rest.find(|letter: char| letter == '=' || letter.is_whitespace()).unwrap_or(rest.len());
        if end == 0 {
            return Tag { name: name.to_owned(), attributes };
        }
        let (key, after) = rest.split_at(end);
        let quoted = after.strip_prefix("=\"").and_then(|after| after.split_once('"'));
        let (value, after) = quoted.unwrap_or(("", after.trim_start_matches('=')));
        attributes.push((key.to_owned(), unescape(value)));
        rest = after;
    }
}

/// Text as it was before it was written into a page.
fn unescape(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    named.iter().fold(text.to_owned(), |text, (written, meant)| text.replace(written, meant))
}
