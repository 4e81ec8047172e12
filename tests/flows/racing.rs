//! Many at once, on two nodes of one store: never two living branches, never trouble of our own.

use crate::scene::{Scene, refused, web};
use crate::support::places::opened;
use crate::support::{Location, NOW};
use portcullis::flows::{TokenError, TokenLifetimes, TokenResponse};
use portcullis::oauth::{RefreshLifetimes, TokenRefusal};
use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

on_both_empty!(
    race_01_one_code_gives_tokens_once,
    race_02_one_refresh_token_has_one_successor,
    race_02_without_forgiveness_the_family_ends,
    race_03_nothing_lives_after_a_revocation_that_meets_a_refresh,
);

const RACERS: usize = 16;
const ROUNDS: usize = 5;

/// Two nodes on one store; without forgiveness if the window is zero.
async fn nodes(location: &Location, retry_window: i64) -> [Arc<Scene>; 2] {
    let usual = TokenLifetimes::default();
    let tokens = TokenLifetimes { refresh: RefreshLifetimes { retry_window, ..usual.refresh }, ..usual };
    Scene::set(opened(location).await).await;
    [
        Arc::new(Scene::on(opened(location).await, tokens).await),
        Arc::new(Scene::on(opened(location).await, tokens).await),
    ]
}

/// Starts all racers together, half of them on each node.
async fn race<F, T>(nodes: &[Arc<Scene>; 2], racer: impl Fn(Arc<Scene>, usize) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let start = Arc::new(tokio::sync::Barrier::new(RACERS));
    let racers: Vec<_> = (0..RACERS)
        .map(|number| {
            let (start, racer) = (Arc::clone(&start), racer(Arc::clone(&nodes[number % 2]), number));
            tokio::spawn(async move {
                start.wait().await;
                racer.await
            })
        })
        .collect();
    let mut told = Vec::new();
    for racer in racers {
        told.push(racer.await.expect("a racer that arrives"));
    }
    told
}

type Told = Vec<Result<TokenResponse, TokenError>>;

/// The tokens that were given. Everything else was refused, for one of these reasons.
fn winners(told: Told, reasons: &[TokenRefusal]) -> Vec<TokenResponse> {
    let mut won = Vec::new();
    for answer in told {
        match answer {
            Ok(tokens) => won.push(tokens),
            Err(error) => {
                let refusal = refused(Err(error));
                assert!(reasons.contains(&refusal), "{refusal:?}");
            }
        }
    }
    won
}

async fn race_01_one_code_gives_tokens_once(location: Location) {
    let nodes = nodes(&location, 10).await;
    for _ in 0..ROUNDS {
        let answer = nodes[0].granted(&web(&[]), &nodes[0].sign_in().await).await;
        let code = answer["code"].clone();
        let told = race(&nodes, |node, _| {
            let code = code.clone();
            async move { node.exchange(&code).await }
        });
        let won = winners(told.await, &[TokenRefusal::CodeReplayed]);
        assert_eq!(won.len(), 1);
        assert!(!nodes[1].is_alive(&won[0].access_token).await, "a replay revokes what the code gave");
    }
}

async fn race_02_one_refresh_token_has_one_successor(location: Location) {
    let nodes = nodes(&location, 10).await;
    for _ in 0..ROUNDS {
        let first = nodes[0].tokens().await.refresh_token.unwrap();
        let told = race(&nodes, |node, _| {
            let token = first.clone();
            async move { node.refresh(&token).await }
        });
        let won = winners(told.await, &[]);
        let successors: BTreeSet<_> = won.iter().map(|tokens| tokens.refresh_token.clone().unwrap()).collect();
        assert_eq!((won.len(), successors.len()), (RACERS, 1));
        let successor = successors.into_iter().next().unwrap();
        assert!(nodes[1].refresh(&successor).await.is_ok());
    }
}

async fn race_02_without_forgiveness_the_family_ends(location: Location) {
    let nodes = nodes(&location, 0).await;
    for _ in 0..ROUNDS {
        let first = nodes[0].tokens().await.refresh_token.unwrap();
        let told = race(&nodes, |node, _| {
            let token = first.clone();
            async move { node.refresh(&token).await }
        });
        let won = winners(told.await, &[TokenRefusal::RefreshTokenReused]);
        assert_eq!(won.len(), 1);
        let successor = won[0].refresh_token.as_deref().unwrap();
        assert_eq!(refused(nodes[1].refresh(successor).await), TokenRefusal::GrantRevoked);
    }
}

async fn race_03_nothing_lives_after_a_revocation_that_meets_a_refresh(location: Location) {
    let nodes = nodes(&location, 10).await;
    for _ in 0..ROUNDS {
        let first = nodes[0].tokens().await.refresh_token.unwrap();
        let told = race(&nodes, |node, number| {
            let token = first.clone();
            async move {
                if number == RACERS / 2 {
                    let secret = crate::scene::secret_of("web");
                    let form =
                        [("token", &*token), ("client_id", "web"), ("client_secret", &*secret)].into_iter().collect();
                    node.provider.revoke(crate::scene::call(&form)).await.expect("revoked");
                    return None;
                }
                Some(node.refresh(&token).await)
            }
        });
        let told: Told = told.await.into_iter().flatten().collect();
        for tokens in winners(told, &[TokenRefusal::GrantRevoked]) {
            assert!(!nodes[1].is_alive(&tokens.access_token).await);
            let again = nodes[0].refresh(tokens.refresh_token.as_deref().unwrap()).await;
            assert_eq!(refused(again), TokenRefusal::GrantRevoked);
        }
    }
    assert_eq!(nodes[0].now(), NOW);
}
