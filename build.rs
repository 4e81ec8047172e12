//! What Cargo and the compiler do not see by themselves: new files in `migrations/`, and the documents that the program
//! carries along.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=docs");
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let mut found = Vec::new();
    collect(&root.join("docs"), "", &mut found);
    found.sort();
    let mut code = String::from("&[\n");
    for (name, path) in found {
        let _ = writeln!(code, "    ({name:?}, include_str!({:?})),", path.to_string_lossy());
    }
    code.push_str("]\n");
    if let Err(error) = std::fs::write(out.join("documents.rs"), code) {
        println!("cargo:error=the list of documents cannot be written: {error}");
    }
}

/// All Markdown below a folder: its path in `docs/` without the end, and where it is.
fn collect(folder: &Path, prefix: &str, found: &mut Vec<(String, PathBuf)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), found);
        } else if let Some(stem) = name.strip_suffix(".md") {
            found.push((format!("{prefix}{stem}"), path));
        }
    }
}
