//! Why a file cannot be opened: whose it is, and who asks.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Whose a file or, if it is not there, its folder is, and as whom this process runs: for people who wonder why they may
/// not open it.
#[must_use]
pub fn who_may(path: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let (named, facts) = match std::fs::metadata(path) {
        Ok(facts) => (path, Ok(facts)),
        Err(_) => (folder, std::fs::metadata(folder)),
    };
    let me = std::fs::metadata("/proc/self").map_or_else(|_| "another".to_owned(), |facts| facts.uid().to_string());
    match facts {
        Ok(facts) => format!(
            "{} belongs to user {} and group {} with mode {:04o}, and this runs as user {me}. Run it as the user whose it is",
            named.display(),
            facts.uid(),
            facts.gid(),
            facts.mode() & 0o7777
        ),
        Err(error) => format!("{} cannot be looked at by user {me}: {error}", named.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::who_may;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn it_tells_owner_mode_and_who_asks_of_the_file_or_of_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("portcullis.db");
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        assert!(who_may(&file).contains("with mode 0700"), "{}", who_may(&file));
        std::fs::write(&file, "").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o440)).unwrap();
        let told = who_may(&file);
        for part in ["portcullis.db belongs to user ", "with mode 0440", "this runs as user "] {
            assert!(told.contains(part), "{told}");
        }
        assert!(who_may(&folder.path().join("not/there")).contains("cannot be looked at"));
    }
}
