//! What becomes of each line of a list of URLs: under the box, and alone for a page that asks while one types.

use crate::oauth::admin_fields::{Field, Said, UrlLine, look_at_urls};
use askama::Template;
use askama::filters::HtmlSafe;

/// More lines than these are not shown: a list takes ten.
const MOST: usize = 20;

/// The lines and what there is to be said of them.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/url_list.html")]
pub struct UrlList {
    lines: Vec<UrlLine>,
}

impl HtmlSafe for UrlList {}

impl UrlList {
    /// Looks at a list by the rules of the box of this name; none if that box holds no URLs.
    #[must_use]
    pub fn of(name: &str, text: &str) -> Option<Self> {
        let fields = [Field::RedirectUrls, Field::LogoutRedirectUrls, Field::CorsOrigins];
        let field = fields.into_iter().find(|field| field.as_str() == name)?;
        let lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
        Some(Self { lines: look_at_urls(field, &lines) })
    }

    fn shown(&self) -> impl Iterator<Item = &UrlLine> {
        self.lines.iter().take(MOST)
    }

    /// The whole in words: for those who do not see the list.
    fn summary(&self) -> String {
        let wrong = self.lines.iter().filter(|line| matches!(line.said, Said::Wrong(_))).count();
        let count = self.lines.len();
        let urls = if count == 1 { "1 URL".to_owned() } else { format!("{count} URLs") };
        match (count, wrong) {
            (0, _) => String::new(),
            (_, 0) => urls,
            (_, wrong) => format!("{urls}, {wrong} cannot be taken"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::UrlList;
    use askama::Template as _;

    #[test]
    fn a_list_is_drawn_with_a_mark_and_a_word_for_each_line() {
        assert!(UrlList::of("name", "x").is_none());
        let html = |text: &str| UrlList::of("redirect_urls", text).unwrap().render().unwrap();
        assert_eq!(html(" \n"), "");
        let list = html("https://a.example/<\nhttps://B.example/\nhttps://c.example/");
        for part in ["3 URLs, 1 cannot be taken", "https://a.example/&#60;", "Line 1: ", "Saved as https://b.example/"]
        {
            assert!(list.contains(part), "{part}: {list}");
        }
        assert_eq!(list.matches("<li").count(), 3);
    }
}
