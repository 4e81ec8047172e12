//! The modules of the OpenID Foundation's certification plans, as our own tests: over HTTP, in every response type and
//! mode that the plans run them in, on both engines. What the plans only warn about fails here.
//!
//! A browser stands for the certification's: a new one for each module, with one user who has every standard claim.

mod again;
mod codes;
mod config;
mod happy;
mod logout;
mod plan;
mod refresh;
mod refusals;
mod scopes;

use super::support::TestServer;
use plan::Variant;

async fn basic(server: TestServer) {
    plan::run(server, Variant { response_type: "code", form_post: false }).await;
}

async fn hybrid_code_id_token(server: TestServer) {
    plan::run(server, Variant { response_type: "code id_token", form_post: false }).await;
}

async fn hybrid_code_token(server: TestServer) {
    plan::run(server, Variant { response_type: "code token", form_post: false }).await;
}

async fn hybrid_code_id_token_token(server: TestServer) {
    plan::run(server, Variant { response_type: "code id_token token", form_post: false }).await;
}

async fn formpost_basic(server: TestServer) {
    plan::run(server, Variant { response_type: "code", form_post: true }).await;
}

async fn formpost_hybrid_code_id_token(server: TestServer) {
    plan::run(server, Variant { response_type: "code id_token", form_post: true }).await;
}

async fn formpost_hybrid_code_token(server: TestServer) {
    plan::run(server, Variant { response_type: "code token", form_post: true }).await;
}

async fn formpost_hybrid_code_id_token_token(server: TestServer) {
    plan::run(server, Variant { response_type: "code id_token token", form_post: true }).await;
}

async fn config_discovery_endpoint_verification(server: TestServer) {
    config::discovery_endpoint_verification(&server).await;
}

async fn rp_initiated_logout(server: TestServer) {
    plan::run_modules(server, Variant { response_type: "code", form_post: false }, &logout::modules()).await;
}

on_both_engines!(
    basic,
    hybrid_code_id_token,
    hybrid_code_token,
    hybrid_code_id_token_token,
    formpost_basic,
    formpost_hybrid_code_id_token,
    formpost_hybrid_code_token,
    formpost_hybrid_code_id_token_token,
    config_discovery_endpoint_verification,
    rp_initiated_logout,
);
