//! What became of URLs that were not kept as they were typed.

use crate::cli::console::Console;
use crate::oauth::admin_fields::{Field, url_notices};

/// Says so beside the answer, whatever its form: an app that sends what was typed would be refused.
pub(super) fn tell_notices(lists: &[(Field, &[String])]) {
    let notices = lists.iter().flat_map(|(field, urls)| url_notices(*field, urls));
    notices.for_each(|sentence| Console::warn(&sentence));
}
