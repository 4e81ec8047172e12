//! REL-32: a mail server that takes connections and never says a word. Nobody who signs in or asks for a token waits for
//! it, whoever asks for a mail is answered at once, and the server ends when it is told to.

use crate::support::checker::check;
use crate::support::place::EMAIL;
use crate::support::world::STRICT;
use crate::support::{Load, Person, Place, World, figure};
use reqwest::Method;
use std::net::TcpListener;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_32_a_mail_server_that_hangs_is_nobody_else_s_trouble() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("smtp://{}", silent.local_addr().expect("an address"));
    let mail = [("PORTCULLIS_MAIL__URL", url.as_str()), ("PORTCULLIS_MAIL__FROM", "portcullis@example.com"), STRICT[0]];
    let place = Place::new(None);
    let world = World::open(&place, 1, &mail).await;
    let load = Load::start(&world);
    let person = Person::new(&world.door());
    let mut asked = 0;
    for _ in 0..5 {
        let page = person.open("/password/forgot").await.expect("a page");
        let sent = person.send_typed("/password/forgot", &page, &[("email", EMAIL)]).await.expect("an answer");
        assert!(sent.status < 400, "REL-32: {} {}", sent.status, sent.body);
        asked += 1;
    }
    person.sign_in().await;
    world.underway(40).await;
    load.stop().await;
    let counts = check(&world).await.counts;
    assert_eq!((counts.later, counts.nothing), (0, 0), "{counts:?}");
    assert_eq!(
        world.door().send(world.door().request(Method::GET, "/readyz")).await.map(|well| well.status),
        Some(200)
    );
    world.nodes[0].signal("TERM");
    assert_eq!(world.nodes[0].wait().await.code(), Some(0), "{}", place.logs());
    figure("REL-32", &format!("{asked} mails asked for of a mail server that says nothing: 0 requests waited for it"));
}
