//! SIGHUP.

use crate::folder::Folder;
use crate::server::Server;

#[test]
fn rel_23_a_file_that_is_right_is_taken_at_sighup_and_a_broken_one_changes_nothing() {
    let folder = Folder::set_up();
    folder.write("portcullis.toml", "[log]\nlevel = \"info\"\n");
    let server = Server::start(&folder);
    folder.write("portcullis.toml", "[log]\nlevel = \"debug\"\n[tokens]\ncode = \"90s\"\n");
    server.signal("HUP");
    let told = server.hear("\"reloaded\"");
    assert!(told.contains("\"changed\":\"log.level\""), "{told}");
    let later = server.hear("take effect at the next start");
    assert!(later.contains("\"changed\":\"tokens.code\"") && later.contains("\"level\":\"warn\""), "{later}");
    server.get("/healthz");
    server.hear("\"path\":\"/healthz\""); // only told at debug

    folder.write("portcullis.toml", "[log]\nlevle = \"info\"\n");
    server.signal("HUP");
    let told = server.hear("cannot be read anew");
    assert!(told.contains("\"level\":\"error\"") && told.contains("log.level"), "{told}");
    assert!(server.get_internal("/metrics").contains("portcullis_reload_failures_total 1\n"));
    server.get("/healthz");
    server.hear("\"path\":\"/healthz\""); // still at debug
    assert!(server.get("/readyz").ends_with("ready"));
}
