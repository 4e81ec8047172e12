//! Several nodes on one database: what one changes, the others know after one look.

use crate::support::TestServer;
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::admin_fields::SecretEnd;

on_both_engines!(
    tk_43_a_secret_removed_on_one_node_is_refused_on_the_other,
    ux_24_a_client_disabled_on_one_node_is_refused_on_the_other,
    a_new_client_and_a_new_secret_work_on_every_node_at_once,
    a_new_token_lifetime_counts_on_every_node,
    a_token_of_one_node_is_verified_at_the_other,
    notes_of_two_nodes_keep_the_later_use,
);

async fn tk_43_a_secret_removed_on_one_node_is_refused_on_the_other(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    let second = server.second_node().await;
    daemon.at(&second).token().await;
    operator.remove_secret(&daemon, 1).await;
    assert!(!daemon.gets_a_token().await, "at once where it was removed");
    second.look_for_changes().await;
    assert!(!daemon.at(&second).gets_a_token().await);
}

async fn ux_24_a_client_disabled_on_one_node_is_refused_on_the_other(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    let second = server.second_node().await;
    for enabled in [false, true, false] {
        daemon.at(&second).gets_a_token().await;
        operator.enable(&daemon, enabled).await;
        if !enabled {
            second.look_for_changes().await;
        }
        assert_eq!(daemon.gets_a_token().await, enabled);
        assert_eq!(daemon.at(&second).gets_a_token().await, enabled);
    }
}

async fn a_new_client_and_a_new_secret_work_on_every_node_at_once(server: TestServer) {
    let (second, operator) = (server.second_node().await, server.operator().await);
    let daemon = server.daemon("nightly-import").await;
    daemon.at(&second).token().await;
    // It is looked for a change before anybody is refused for what is in memory.
    let (_, value) = operator.add_secret(&daemon, SecretEnd::Never).await;
    daemon.with_secret(&value).at(&second).token().await;
}

async fn a_new_token_lifetime_counts_on_every_node(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    let second = server.second_node().await;
    daemon.at(&second).token().await;
    operator.change(&daemon, ClientSettings { token_lifetime: Some(60), ..ClientSettings::default() }).await;
    second.look_for_changes().await;
    for daemon in [daemon.clone(), daemon.at(&second)] {
        assert_eq!(daemon.token_post(&[]).await.json()["expires_in"], 60);
    }
}

async fn a_token_of_one_node_is_verified_at_the_other(server: TestServer) {
    let (daemon, second) = (server.daemon("nightly-import").await, server.second_node().await);
    for path in ["/identity/.well-known/openid-configuration", "/identity/.well-known/openid-configuration/jwks"] {
        let (here, there) = (server.http().get(path).await, second.http().get(path).await);
        assert_eq!((here.body.clone(), here.header("etag")), (there.body.clone(), there.header("etag")));
    }
    server.resource_server().verify(&daemon.at(&second).token().await).await.expect("a good token");
}

async fn notes_of_two_nodes_keep_the_later_use(server: TestServer) {
    let (daemon, second) = (server.daemon("nightly-import").await, server.second_node().await);
    daemon.at(&second).token().await;
    server.clock().advance(5);
    daemon.token().await;
    let later = server.provider().now();
    server.node().note_secret_uses().await;
    second.note_secret_uses().await;
    assert_eq!(server.operator().await.secret(&daemon, 1).await.last_used_at, Some(later));
}
