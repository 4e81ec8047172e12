//! Keeps what strangers sent from moving the cursor, breaking the line or turning the text around.

use std::fmt::Write as _;

/// More of one value than this is cut off.
const MOST: usize = 4_096;

/// Whether a letter can be shown as it is.
fn is_plain(letter: char) -> bool {
    !letter.is_control()
        && !matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The text with every strange letter as `\n`, `\r`, `\t` or `\u{…}`.
pub(super) fn for_people(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in shortened(text).chars() {
        if is_plain(letter) { safe.push(letter) } else { safe.extend(letter.escape_default()) }
    }
    safe
}

/// The text as a JSON string, with the strange letters that JSON would let through as `\uXXXX`.
pub(super) fn for_json(text: &str) -> String {
    let quoted = serde_json::Value::from(shortened(text)).to_string();
    if quoted.chars().all(is_plain) {
        return quoted;
    }
    let mut safe = String::with_capacity(quoted.len());
    for letter in quoted.chars() {
        if is_plain(letter) {
            safe.push(letter);
        } else {
            let _ = write!(safe, "\\u{:04x}", u32::from(letter)); // all strange letters are in the first plane
        }
    }
    safe
}

fn shortened(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST)]
}
