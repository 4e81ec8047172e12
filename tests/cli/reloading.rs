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

    // Whose X-Forwarded-For is believed.
    let from = || server.ask(&["GET /healthz HTTP/1.1", "x-forwarded-for: 198.51.100.7"]);
    from();
    server.hear("\"address\":\"127.0.0.1\"");
    folder.write("portcullis.toml", "[log]\nlevel = \"debug\"\n[server]\ntrusted_proxies = [\"127.0.0.0/8\"]\n");
    server.signal("HUP");
    let told = server.hear("\"reloaded\"");
    assert!(told.contains("\"changed\":\"server.trusted_proxies\""), "{told}");
    from();
    server.hear("\"address\":\"198.51.100.7\"");

    folder.write("portcullis.toml", "[server]\ntrusted_proxies = []\n[log]\nlevle = \"info\"\n");
    server.signal("HUP");
    let told = server.hear("cannot be read anew");
    assert!(told.contains("\"level\":\"error\"") && told.contains("log.level"), "{told}");
    assert!(server.get_internal("/metrics").contains("portcullis_reload_failures_total 1\n"));
    server.get("/healthz");
    server.hear("\"path\":\"/healthz\""); // still at debug
    from();
    server.hear("\"address\":\"198.51.100.7\""); // and still believed
    assert!(server.get("/readyz").ends_with("ready"));
}
