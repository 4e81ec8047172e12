//! The load: apps redeem and refresh and revoke, daemons get tokens and change their secrets, all with the ledger.

use super::ledger::{Ledger, State, Thing};
use super::{App, Dice, Door, Heard, Person, Tokens, World};
use reqwest::Method;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

/// Workers that go on until they are told to stop.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    workers: JoinSet<()>,
}

/// What a worker needs.
struct Worker {
    door: Door,
    ledger: Arc<Ledger>,
    stop: Arc<AtomicBool>,
    pause: Duration,
}

impl Load {
    /// Starts a worker for each app and each daemon of the world.
    pub(crate) fn start(world: &World) -> Self {
        Self::with_pause(world, Duration::from_millis(5))
    }

    /// The same, with a pause after each step.
    pub(crate) fn with_pause(world: &World, pause: Duration) -> Self {
        let (stop, mut workers) = (Arc::new(AtomicBool::new(false)), JoinSet::new());
        let worker = || {
            let (door, ledger) = (world.door(), Arc::clone(&world.ledger));
            Worker { door, ledger, stop: Arc::clone(&stop), pause }
        };
        for app in &world.apps {
            let (worker, app, person) = (worker(), app.clone(), world.person.clone());
            workers.spawn(async move {
                let person = person.at(&worker.door);
                while worker.goes_on().await {
                    worker.sign_on(&person, &app).await;
                }
            });
        }
        for daemon in &world.daemons {
            let (worker, daemon, tenant) = (worker(), daemon.clone(), world.tenant.clone());
            workers.spawn(async move {
                let mut secrets = Vec::new();
                while worker.goes_on().await {
                    worker.administer(&daemon, &tenant, &mut secrets).await;
                }
            });
        }
        Self { stop, workers }
    }

    /// Lets all finish what they are at.
    pub(crate) async fn stop(mut self) {
        self.stop.store(true, Ordering::SeqCst);
        while let Some(ended) = self.workers.join_next().await {
            ended.expect("no worker panics");
        }
    }
}

impl Worker {
    async fn goes_on(&self) -> bool {
        tokio::time::sleep(self.pause).await;
        !self.stop.load(Ordering::SeqCst)
    }

    /// A code, its tokens, two refreshes, and sometimes a revocation.
    async fn sign_on(&self, person: &Person, app: &App) {
        let code = match person.code(app).await {
            Ok(code) => code,
            // Not signed in on this node, or no answer.
            Err(Heard::Yes(answer)) => return self.ledger.trouble(format!("no code: {}", answer.header("location"))),
            Err(heard) => return drop(self.ledger.hear("authorize", heard)),
        };
        self.ledger.set(app, Thing::Code(code.clone()), State::Unknown);
        let heard = app.redeem(&self.door, &code).await;
        let Some(answer) = self.ledger.hear("redeem", heard) else { return };
        let mut tokens = Tokens::of(&answer);
        self.ledger.set(app, Thing::Code(code), State::Gone);
        self.keep(app, &tokens);
        for _ in 0..2 {
            self.ledger.set(app, Thing::Refresh(tokens.refresh.clone()), State::Unknown);
            let heard = app.refresh(&self.door, &tokens.refresh).await;
            let Some(answer) = self.ledger.hear("refresh", heard) else { return };
            self.ledger.set(app, Thing::Refresh(tokens.refresh.clone()), State::Gone);
            tokens = Tokens::of(&answer);
            self.keep(app, &tokens);
        }
        if tokens.refresh.as_bytes().last().is_some_and(|last| last % 3 == 0) {
            let thing = Thing::Refresh(tokens.refresh.clone());
            self.ledger.set(app, thing.clone(), State::Unknown);
            let heard = app.revoke(&self.door, &tokens.refresh).await;
            if self.ledger.hear("revoke", heard).is_some() {
                self.ledger.set(app, thing, State::Gone);
            }
        }
    }

    fn keep(&self, app: &App, tokens: &Tokens) {
        self.ledger.set(app, Thing::Refresh(tokens.refresh.clone()), State::Good);
        self.ledger.book().access_tokens.push(tokens.access.clone());
    }

    /// A token; with it one secret more; and one less, if there are several.
    async fn administer(&self, daemon: &App, tenant: &str, secrets: &mut Vec<(String, i64)>) {
        let heard = daemon.token(&self.door).await;
        let Some(answer) = self.ledger.hear("client_credentials", heard) else { return };
        let token = answer.member("access_token");
        self.ledger.book().access_tokens.push(token.clone());
        let path = format!("/api/v1/Tenants/{tenant}/ClientCredentialClients/{}/Secrets", daemon.id);
        let ask = async |method, path: &str, body: Option<serde_json::Value>| {
            let request = self.door.request(method, path).bearer_auth(&token);
            let request = if let Some(body) = body { request.json(&body) } else { request };
            self.door.send(request).await
        };
        if secrets.len() >= 3 {
            let (value, number) = secrets.remove(0);
            self.ledger.set(daemon, Thing::Secret(value.clone(), number), State::Unknown);
            let heard = ask(Method::DELETE, &format!("{path}/{number}"), None).await.into();
            if self.ledger.hear("remove a secret", heard).is_some() {
                self.ledger.set(daemon, Thing::Secret(value, number), State::Gone);
                self.ledger.book().removed.push((daemon.id.clone(), number));
            }
        }
        let body = json!({ "Expires": false, "Description": "load" });
        let added = ask(Method::POST, &path, Some(body)).await;
        if added.as_ref().is_some_and(|answer| answer.status == 400) {
            return self.tidy(daemon, &path, &token, secrets).await;
        }
        let Some(answer) = self.ledger.hear("add a secret", added.into()) else { return };
        let added = (answer.member("Secret"), answer.json()["Id"].as_i64().expect("a number"));
        self.ledger.set(daemon, Thing::Secret(added.0.clone(), added.1), State::Good);
        self.ledger.book().added.push((daemon.id.clone(), added.1));
        secrets.push(added);
    }

    /// Ten secrets are the most. Those whose making was never answered are in the way: nobody knows them.
    async fn tidy(&self, daemon: &App, path: &str, token: &str, secrets: &[(String, i64)]) {
        let listed = self.door.send(self.door.request(Method::GET, path).bearer_auth(token)).await;
        let Some(listed) = listed.filter(|listed| listed.status == 200) else { return };
        for secret in listed.json().as_array().expect("a list") {
            let number = secret["Id"].as_i64().expect("a number");
            let known = number == 1 || secrets.iter().any(|(_, known)| *known == number);
            let in_book = |thing: &Thing| matches!(thing, Thing::Secret(_, listed) if *listed == number);
            let told = self.ledger.book().things.iter().any(|(thing, (app, _))| app.id == daemon.id && in_book(thing));
            if !known && !told {
                let request = self.door.request(Method::DELETE, &format!("{path}/{number}")).bearer_auth(token);
                let _ = self.door.send(request).await;
            }
        }
    }
}

/// Waits for a random while.
pub(crate) async fn a_while(dice: &Dice, low: u64, high: u64) {
    tokio::time::sleep(dice.millis(low, high)).await;
}
