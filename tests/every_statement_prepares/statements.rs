//! Finds the SQL in source: text that begins like a statement, and text that a macro of the same file puts together.

use crate::pieces::{Piece, pieces};
use std::path::Path;

/// A statement, and where it is written.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) function: String,
    pub(crate) sql: String,
}

impl std::fmt::Display for Statement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{} ({})", self.file, self.line, self.function)
    }
}

/// All statements of `src/storage`. `engine.rs`, `engine_facts.rs`, `postgres.rs`, `schema.rs`, `backup.rs` and `soundness.rs` are
/// left out: they speak to each engine in its own words.
///
/// # Panics
/// If a `query(…)` was found whose SQL was not.
pub(crate) fn statements_of_storage() -> Vec<Statement> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/storage");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("a readable folder").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(path.is_file(), "{name}: look into folders too");
        if matches!(
            name.as_str(),
            "engine.rs" | "engine_facts.rs" | "postgres.rs" | "schema.rs" | "backup.rs" | "soundness.rs"
        ) {
            continue;
        }
        let source = std::fs::read_to_string(&path).expect("readable source");
        let found = statements_of(&format!("src/storage/{name}"), &source);
        let asked = source.matches(".query(").count();
        assert!(found.len() >= asked, "{name}: {asked} times `.query(`, and {} statements", found.len());
        all.extend(found);
    }
    assert!(all.len() > 60, "only {} statements were found", all.len());
    all
}

/// The statements of one file.
pub(crate) fn statements_of(file: &str, source: &str) -> Vec<Statement> {
    let pieces = pieces(source);
    let word = |at: usize| match pieces.get(at) {
        Some((_, Piece::Word(word))) => Some(word.as_str()),
        _ => None,
    };
    let sign = |at: usize, sign: char| matches!(pieces.get(at), Some((_, Piece::Sign(found))) if *found == sign);
    let text_after = |at: usize| {
        pieces[at..]
            .iter()
            .find_map(|(_, piece)| if let Piece::Text(text) = piece { Some(text.as_str()) } else { None })
    };
    // `macro_rules! name { (…) => { concat!($before, "the middle", $after) } }`
    let middle_of = |name: &str| {
        let defined = |at: &usize| word(*at) == Some("macro_rules") && sign(at + 1, '!') && word(at + 2) == Some(name);
        (0..pieces.len()).find(defined).and_then(text_after)
    };
    let mut function = String::new();
    let mut found = Vec::new();
    for (at, (line, piece)) in pieces.iter().enumerate() {
        match piece {
            Piece::Word(keyword) if keyword == "fn" => {
                if let Some(name) = word(at + 1) {
                    name.clone_into(&mut function);
                }
            }
            Piece::Text(text) if is_statement(text) => {
                let call = (at >= 3 && sign(at - 1, '(') && sign(at - 2, '!')).then(|| word(at - 3)).flatten();
                let sql = match call.and_then(middle_of) {
                    Some(middle) => format!("{text}{middle}{}", text_after(at + 1).unwrap_or_default()),
                    None => text.clone(),
                };
                assert!(!sql.contains('\\'), "{file}:{line}: SQL is written without escapes");
                found.push(Statement { file: file.to_owned(), line: *line, function: function.clone(), sql });
            }
            _ => {}
        }
    }
    found
}

fn is_statement(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    matches!(first, "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "WITH") && text.trim() != first
}
