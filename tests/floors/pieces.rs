//! Rust source, cut as finely as the walls need: words, text, paths and signs.

/// A piece of Rust, as far as the rules need to tell pieces apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Word(String),
    /// What stands between the quotes.
    Text(String),
    /// `::`
    Path,
    Sign(char),
}

/// Cuts source into pieces with their line numbers; comments and character literals fall away.
pub(crate) fn pieces(source: &str) -> Vec<(usize, Piece)> {
    let chars: Vec<char> = source.chars().collect();
    let (mut out, mut at, mut line) = (Vec::new(), 0, 1);
    while at < chars.len() {
        let rest = &chars[at..];
        let began = line;
        let taken = match rest {
            ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => comment(rest),
            [':', ':', ..] => {
                out.push((began, Piece::Path));
                2
            }
            ['\'', '\\', ..] => 3 + rest[3..].iter().position(|c| *c == '\'').map_or(0, |end| end + 1),
            ['\'', _, '\'', ..] => 3,
            ['"', ..] => {
                let end = text_end(rest);
                out.push((began, Piece::Text(rest[1..end].iter().collect())));
                end + 1
            }
            ['r', '"' | '#', ..] if raw_text(rest).is_some() => {
                let (start, end, length) = raw_text(rest).expect("looked at in the guard");
                out.push((began, Piece::Text(rest[start..end].iter().collect())));
                length
            }
            [first, ..] if first.is_alphanumeric() || *first == '_' => {
                let end = rest.iter().position(|c| !(c.is_alphanumeric() || *c == '_')).unwrap_or(rest.len());
                out.push((began, Piece::Word(rest[..end].iter().collect())));
                end
            }
            [first, ..] => {
                if !first.is_whitespace() {
                    out.push((began, Piece::Sign(*first)));
                }
                1
            }
            [] => 1,
        }
        .min(rest.len());
        line += rest[..taken].iter().filter(|c| **c == '\n').count();
        at += taken;
    }
    out
}

/// Length of a block comment, which may hold others.
fn comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at + 1 < rest.len() {
        match rest[at..at + 2] {
            ['/', '*'] => (depth, at) = (depth + 1, at + 2),
            ['*', '/'] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// Where the closing quote of `"…"` is.
fn text_end(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at.min(rest.len())
}

/// Start and end of what stands in `r#"…"#`, and the length of the whole; `None` if it is something else.
fn raw_text(rest: &[char]) -> Option<(usize, usize, usize)> {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return None;
    }
    let start = hashes + 2;
    let closes =
        |at: &usize| rest[*at] == '"' && rest[*at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
    let end = (start..rest.len()).find(closes)?;
    Some((start, end, end + 1 + hashes))
}
