//! A server with its nodes, and everybody who uses it.

use super::ledger::{Book, Ledger};
use super::{App, Door, Node, Person, Place, Proxy};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// One server under load.
pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) nodes: Vec<Node>,
    /// Before several nodes.
    pub(crate) proxy: Option<Proxy>,
    pub(crate) address: SocketAddr,
    pub(crate) public_url: String,
    /// A web app and a browser app.
    pub(crate) apps: Vec<App>,
    pub(crate) daemons: Vec<App>,
    /// Signed in.
    pub(crate) person: Person,
    pub(crate) tenant: String,
    pub(crate) ledger: Arc<Ledger>,
}

/// What most tests set: no second answer to the same refresh, so that each is counted.
pub(crate) const STRICT: &[(&str, &str)] = &[("PORTCULLIS_TOKENS__REFRESH_RETRY_WINDOW", "0s")];

impl World {
    /// One node, or several behind a proxy, with clients and a person.
    pub(crate) async fn open(place: &Place, nodes: usize, settings: &[(&str, &str)]) -> Self {
        Self::open_by(place, place, nodes, settings).await
    }

    /// The same, with nodes that reach the data another way.
    pub(crate) async fn open_by(place: &Place, way: &Place, nodes: usize, settings: &[(&str, &str)]) -> Self {
        place.set_up();
        let apps = vec![place.client("web", "hybrid"), place.client("spa", "authorization-code")];
        let daemons = vec![place.client("import", "client-credentials"), place.client("export", "client-credentials")];
        let addresses: Vec<_> = (0..nodes).map(|_| Place::free_address()).collect();
        let proxy = if nodes > 1 { Some(Proxy::start(&addresses).await) } else { None };
        let address = proxy.as_ref().map_or(addresses[0], |proxy| proxy.address);
        let public_url = format!("http://localhost:{}", address.port());
        let nodes: Vec<_> =
            addresses.iter().map(|address| Node::launch(way, &public_url, *address, settings)).collect();
        for node in &nodes {
            node.ready().await;
        }
        let person = Person::new(&Door::to(address, &public_url));
        person.sign_in().await;
        let (tenant, ledger) = (place.tenant().await, Arc::default());
        Self { place: place.clone(), nodes, proxy, address, public_url, apps, daemons, person, tenant, ledger }
    }

    /// The same users and apps before a server of its own, on a copy of the data, with this in the ledger.
    pub(crate) async fn again_at(&self, place: &Place, book: Book) -> Self {
        let address = Place::free_address();
        let node = Node::launch(place, &self.public_url, address, STRICT);
        node.ready().await;
        Self {
            place: place.clone(),
            nodes: vec![node],
            proxy: None,
            address,
            public_url: self.public_url.clone(),
            apps: self.apps.clone(),
            daemons: self.daemons.clone(),
            person: self.person.at(&Door::to(address, &self.public_url)),
            tenant: self.tenant.clone(),
            ledger: Arc::new(Ledger::of(book)),
        }
    }

    /// A way in; behind a proxy each request may reach another node.
    pub(crate) fn door(&self) -> Door {
        if self.proxy.is_some() {
            Door::without_keeping(self.address, &self.public_url)
        } else {
            Door::to(self.address, &self.public_url)
        }
    }

    /// The web app, which has a secret.
    pub(crate) fn web(&self) -> &App {
        &self.apps[0]
    }

    /// A code for an app, which must be had.
    pub(crate) async fn code(&self, app: &App) -> String {
        self.person.code(app).await.unwrap_or_else(|heard| panic!("no code: {heard:?}\n{}", self.place.logs()))
    }

    /// Waits until the ledger counts so many more answers of yes: the load is under way.
    pub(crate) async fn underway(&self, more: usize) {
        let before = self.ledger.book().counts.yes;
        for _ in 0..6_000 {
            if self.ledger.book().counts.yes >= before + more {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the load does not get on:\n{:#?}\n{}", self.ledger.book().troubles, self.place.logs());
    }
}
