//! `/portal/system` and `/portal/settings`: how the server is, and what it was told.

use super::shown::shell;
use crate::flows::{Health, HealthLine};
use crate::web::extract::{PageContext, PortalSession};
use crate::web::pages::{Area, Fact, Mark, State, When};
use crate::web::portal::system::{HealthRow, SettingRow, SettingsPage, SystemPage};
use crate::web::state::{AppState, ShownSetting};
use axum::extract::State as Shared;
use axum::response::Response;
use http::StatusCode;
use std::fmt::Write as _;

/// *System Health*.
pub(super) async fn health(Shared(app): Shared<AppState>, viewer: PortalSession, page: PageContext) -> Response {
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
        frame: page.frame(),
        shell: shell(&viewer, Area::System, &[]),
        state: state(&health),
        checked: When::relative(health.at, app.provider.now()),
        rows: health.lines.iter().map(row).collect(),
        report: report(&app, &health),
        facts,
    };
    page.answer(StatusCode::OK, &view)
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
