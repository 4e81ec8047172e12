//! `/portal/system` and `/portal/settings`: how the server is, and what it was told.

use super::shown::shell;
use crate::flows::{Health, HealthLine, TestMail};
use crate::web::errors::storage_page;
use crate::web::extract::{AdminVisit, PageContext, PortalSession, ProtectedForm, Query};
use crate::web::pages::{Area, Fact, Frame, Mark, Notice, State, When};
use crate::web::portal::system::{HealthRow, SettingRow, SettingsPage, SystemPage};
use crate::web::state::{AppState, ShownSetting};
use axum::extract::State as Shared;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use std::fmt::Write as _;

/// What was just done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    done: String,
}

/// *System Health*.
pub(super) async fn health(
    Shared(app): Shared<AppState>,
    viewer: PortalSession,
    page: PageContext,
    Query(asked): Query<Asked>,
) -> Response {
    let health = app.provider.health().await;
    let settings = app.provider.settings();
    let facts = vec![
        Fact::new("Version", crate::release::version()),
        Fact::new("Database", app.provider.engine()),
        Fact::new("Public URL", settings.public_url.clone()),
        Fact::new("Issuer", settings.issuer()),
        Fact::new("Time (UTC)", health.at.rfc3339()),
        Fact::new("Settings given", app.site.settings.iter().filter(|setting| setting.given).count().to_string()),
    ];
    let view = SystemPage {
        frame: Frame { notices: told(&asked.done, &viewer.who.user.email).into_iter().collect(), ..page.frame() },
        shell: shell(&viewer, Area::System, &[]),
        mails: app.provider.sends_mail() && !viewer.read_only,
        state: state(&health),
        checked: When::relative(health.at, app.provider.now()),
        rows: health.lines.iter().map(row).collect(),
        report: report(&app, &health),
        facts,
    };
    page.answer(StatusCode::OK, &view)
}

/// Has a test mail sent to whoever asks.
pub(super) async fn test_mail(AdminVisit { app, admin, .. }: AdminVisit, _form: ProtectedForm) -> Response {
    let done = match app.provider.mail_test(&admin.who).await {
        Ok(TestMail::Queued) => "mail-queued",
        Ok(TestMail::TooSoon) => "mail-too-soon",
        Ok(TestMail::NoRoom) => "mail-no-room",
        Ok(TestMail::NotSetUp) => "mail-not-set-up",
        Err(error) => return storage_page(&error),
    };
    Redirect::to(&format!("/portal/system?done={done}")).into_response()
}

fn told(done: &str, email: &str) -> Option<Notice> {
    Some(match done {
        "mail-queued" => Notice::done(format!(
            "A test mail to {email} is on its way. If it does not arrive, portcullis mail test says why."
        )),
        "mail-too-soon" => Notice::warning("A test mail was sent less than a minute ago. Wait a little."),
        "mail-no-room" => Notice::warning("Too many mails wait to be sent. See the line Mail below."),
        "mail-not-set-up" => Notice::warning("Mail is not set up, so nothing was sent."),
        _ => return None,
    })
}

/// All in a word.
pub(super) fn state(health: &Health) -> State {
    if health.is_well() { State::new(Mark::Good, "Healthy") } else { State::new(Mark::Bad, "Needs a look") }
}

fn row(line: &HealthLine) -> HealthRow {
    let state = if line.well { State::new(Mark::Good, "Well") } else { State::new(Mark::Bad, "Not well") };
    HealthRow { name: line.name.clone(), state, sentence: line.sentence.clone() }
}

/// For a bug report: nothing that names anybody. The public URL is left out with all sentences that hold it.
fn report(app: &AppState, health: &Health) -> String {
    let mut text =
        format!("Portcullis {}, {}, {}\n", crate::release::version(), app.provider.engine(), health.at.rfc3339());
    for line in &health.lines {
        let (name, said) = match line.name.as_str() {
            "Public URL" => ("Public URL", ""),
            name if name.starts_with("Node ") => ("Node", line.sentence.as_str()),
            name => (name, line.sentence.as_str()),
        };
        let _ = writeln!(text, "{name}: {} {said}", if line.well { "ok." } else { "NOT WELL." });
    }
    let given: Vec<_> = app.site.settings.iter().filter(|setting| setting.given).map(|setting| setting.path).collect();
    let _ = writeln!(text, "Settings given: {}", if given.is_empty() { "none".to_owned() } else { given.join(", ") });
    text
}

/// *Settings*.
pub(super) async fn settings(Shared(app): Shared<AppState>, viewer: PortalSession, page: PageContext) -> Response {
    let row = |setting: &ShownSetting| SettingRow {
        path: setting.path.to_owned(),
        value: setting.value.clone(),
        origin: setting.origin.clone(),
        given: setting.given,
        about: setting.about.replace('`', "").split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let view = SettingsPage {
        frame: page.frame(),
        shell: shell(&viewer, Area::Settings, &[]),
        rows: app.site.settings.iter().map(row).collect(),
    };
    page.answer(StatusCode::OK, &view)
}
