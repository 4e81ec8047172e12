//! One operation of the API: what the router serves, and what the document tells of it, in one value.
//!
//! The table that each room gives is all there is: a route that is not in it is not served, and one that is in it is
//! told of, with the right that it asks for.

use super::listing::Parameter;
use super::shape::{Shape, shape_of};
use crate::oauth::ApiAct;
use crate::web::state::AppState;
use axum::Extension;
use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};
use http::{Method, StatusCode};
use schemars::JsonSchema;

/// An operation below a tenant.
pub(super) struct Operation {
    /// GET serves HEAD as well.
    pub method: Method,
    /// The path below the tenant, as the original writes it, with `{names}` of ids.
    pub path: String,
    /// What programs and pages call it.
    pub id: String,
    /// In a few words.
    pub summary: String,
    /// The right that it asks for.
    pub act: ApiAct,
    /// What its query may say.
    pub query: &'static [Parameter],
    /// What it takes, if it takes something; and whether that may be left out.
    pub body: Option<(Shape, bool)>,
    /// What it answers when all is well.
    pub answers: Vec<Answered>,
    /// Whether If-Match counts.
    pub watched: bool,
    /// Whether an Idempotency-Key counts.
    pub once: bool,
    /// Who does it.
    pub served: MethodRouter<AppState>,
}

/// An answer when all is well.
pub(super) struct Answered {
    pub status: StatusCode,
    /// What it means.
    pub about: &'static str,
    /// Its body, if it has one.
    pub shape: Option<Shape>,
    /// Headers that it has besides those of all answers.
    pub headers: &'static [&'static str],
}

impl Operation {
    fn new<H, T>(filter: MethodFilter, method: Method, path: impl Into<String>, act: ApiAct, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        Self {
            method,
            path: path.into(),
            id: String::new(),
            summary: String::new(),
            act,
            query: &[],
            body: None,
            answers: Vec::new(),
            watched: false,
            once: false,
            served: on(filter, handler),
        }
    }

    pub(super) fn get<H: Handler<T, AppState>, T: 'static>(path: impl Into<String>, act: ApiAct, handler: H) -> Self {
        Self::new(MethodFilter::GET, Method::GET, path, act, handler)
    }

    /// For the one path whose HEAD is not as its GET.
    pub(super) fn head<H: Handler<T, AppState>, T: 'static>(path: impl Into<String>, act: ApiAct, handler: H) -> Self {
        Self::new(MethodFilter::HEAD, Method::HEAD, path, act, handler)
    }

    pub(super) fn post<H: Handler<T, AppState>, T: 'static>(path: impl Into<String>, act: ApiAct, handler: H) -> Self {
        Self::new(MethodFilter::POST, Method::POST, path, act, handler)
    }

    pub(super) fn put<H: Handler<T, AppState>, T: 'static>(path: impl Into<String>, act: ApiAct, handler: H) -> Self {
        Self::new(MethodFilter::PUT, Method::PUT, path, act, handler).watched()
    }

    pub(super) fn delete<H: Handler<T, AppState>, T: 'static>(
        path: impl Into<String>,
        act: ApiAct,
        handler: H,
    ) -> Self {
        Self::new(MethodFilter::DELETE, Method::DELETE, path, act, handler)
    }

    /// What it is called, and what it does.
    pub(super) fn named(mut self, id: impl Into<String>, summary: impl Into<String>) -> Self {
        (self.id, self.summary) = (id.into(), summary.into());
        self
    }

    /// If-Match counts.
    pub(super) fn watched(mut self) -> Self {
        self.watched = true;
        self
    }

    /// If-Match does not count.
    pub(super) fn unwatched(mut self) -> Self {
        self.watched = false;
        self
    }

    /// An Idempotency-Key counts.
    pub(super) fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// It takes this body.
    pub(super) fn takes(mut self, shape: Shape) -> Self {
        self.body = Some((shape, false));
        self
    }

    /// It takes this body, or none.
    pub(super) fn may_take(mut self, shape: Shape) -> Self {
        self.body = Some((shape, true));
        self
    }

    /// It answers one thing, as it is now.
    pub(super) fn shows(self, shape: Shape) -> Self {
        self.answers(StatusCode::OK, "As it is now.", Some(shape), &["ETag"])
    }

    /// It answers a page of things.
    pub(super) fn lists<V: JsonSchema>(self, query: &'static [Parameter]) -> Self {
        self.lists_of(shape_of::<Vec<V>>(), query)
    }

    /// It answers a page of things that look like this.
    pub(super) fn lists_of(mut self, shape: Shape, query: &'static [Parameter]) -> Self {
        self.query = query;
        self.answers(StatusCode::OK, "A page of them.", Some(shape), &["Total-Count", "Link"])
    }

    /// It answers what was made.
    pub(super) fn adds(self, shape: Shape) -> Self {
        self.answers(StatusCode::CREATED, "It was made.", Some(shape), &["Location"])
    }

    /// It answers nothing, for nothing is left to show.
    pub(super) fn answers_nothing(self) -> Self {
        self.answers(StatusCode::NO_CONTENT, "Done.", None, &[])
    }

    /// Another answer when all is well.
    pub(super) fn answers(
        mut self,
        status: StatusCode,
        about: &'static str,
        shape: Option<Shape>,
        headers: &'static [&'static str],
    ) -> Self {
        self.answers.push(Answered { status, about, shape, headers });
        self
    }

    /// The same, served with this beside the request.
    pub(super) fn with<T: Clone + Send + Sync + 'static>(mut self, beside: T) -> Self {
        self.served = self.served.layer(Extension(beside));
        self
    }

    /// The path that the router knows: fixed words in lower case.
    pub(super) fn route(&self) -> String {
        let lower = |part: &str| if part.starts_with('{') { part.to_owned() } else { part.to_ascii_lowercase() };
        let below = self.path.split('/').map(lower).collect::<Vec<_>>().join("/");
        format!("/api/v1/tenants/{{tenantId}}{below}")
    }

    /// The path that people read.
    pub(super) fn address(&self) -> String {
        format!("/api/v1/Tenants/{{tenantId}}{}", self.path)
    }

    /// The part of the API that it belongs to: the first word of its path.
    pub(super) fn tag(&self) -> &str {
        match self.path.split('/').nth(1) {
            None => "Tenant",
            // Another address of the same roles.
            Some("Clients") => "ClientCredentialClients",
            Some(word) => word,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::web::api::operations;
    use std::collections::HashSet;

    #[test]
    fn every_operation_has_a_name_of_its_own_and_an_answer() {
        let mut names = HashSet::new();
        for operation in operations() {
            let (id, path) = (&operation.id, &operation.path);
            assert!(!id.is_empty() && names.insert(id.clone()), "{id}: {path}");
            assert!(operation.summary.ends_with('.'), "{id}: {}", operation.summary);
            assert!(!operation.answers.is_empty(), "{id}");
        }
    }

    #[test]
    fn ids_stand_where_the_door_leaves_them_alone() {
        for operation in operations() {
            for (at, part) in operation.route().split('/').enumerate() {
                assert!(!part.starts_with('{') || matches!(at, 4 | 6 | 8), "{}", operation.path);
            }
        }
    }
}
