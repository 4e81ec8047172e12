//! What is said of a password that was not taken: the same status, and the same time to wait, wherever one is asked for.

use crate::flows::LoginError;
use crate::web::errors::storage_page;
use crate::web::extract::PageContext;
use crate::web::pages::Frame;
use axum::response::Response;
use http::StatusCode;
use http::header::RETRY_AFTER;

/// How long to wait, in seconds, while many passwords are being hashed.
const BUSY: i64 = 2;

/// What can be said about it.
pub(in crate::web) struct Told {
    /// The status.
    pub(in crate::web) status: StatusCode,
    /// The frame of the page that asks again.
    pub(in crate::web) frame: Frame,
    /// How long to wait before the next try, in seconds.
    wait: Option<i64>,
}

impl Told {
    /// Of a sign-in. Unknown, wrong and disabled look the same. Our own trouble is a page of its own.
    pub(in crate::web) fn of(page: &PageContext, error: LoginError) -> Result<Self, Box<Response>> {
        match error {
            LoginError::Refused => {
                let message = "That e-mail and password do not match an account. Check both, or reset your password.";
                Ok(Self::refused(page.frame_saying(message)))
            }
            LoginError::Throttled(wait) => {
                let seconds = wait.retry_after;
                let words = in_words(seconds);
                let message = format!("Too many attempts. Try again in {words}, or reset your password.");
                let frame = page.frame_saying(message);
                Ok(Self { status: StatusCode::TOO_MANY_REQUESTS, frame, wait: Some(seconds) })
            }
            LoginError::Busy => {
                Ok(Self::busy(page, "Many people are signing in at this moment. Try again in a few seconds."))
            }
            LoginError::Storage(error) => Err(Box::new(storage_page(&error))),
        }
    }

    /// The form was not taken.
    pub(in crate::web) const fn refused(frame: Frame) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, frame, wait: None }
    }

    /// Too many passwords are being hashed at this moment.
    pub(in crate::web) fn busy(page: &PageContext, message: &str) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, frame: page.frame_saying(message), wait: Some(BUSY) }
    }

    /// The page that asks again, with the time to wait.
    pub(in crate::web) fn answer(self, ask: impl FnOnce(StatusCode, Frame) -> Response) -> Response {
        let mut response = ask(self.status, self.frame);
        after(self.wait, &mut response);
        response
    }

    /// The same for a page that takes a while to make.
    pub(in crate::web) async fn answer_with(self, ask: impl AsyncFnOnce(StatusCode, Frame) -> Response) -> Response {
        let mut response = ask(self.status, self.frame).await;
        after(self.wait, &mut response);
        response
    }
}

fn after(wait: Option<i64>, response: &mut Response) {
    if let Some(wait) = wait {
        response.headers_mut().insert(RETRY_AFTER, wait.into());
    }
}

/// How long to wait: in seconds, or from two minutes on in minutes that are over by then.
fn in_words(seconds: i64) -> String {
    match seconds {
        1 => "1 second".to_owned(),
        ..120 => format!("{seconds} seconds"),
        _ => format!("{} minutes", (seconds + 59) / 60),
    }
}
