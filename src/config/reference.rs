//! The reference page of the settings, `docs/reference/configuration.md`.

use super::environment::FOR_APPS;
use super::table::{Kind, Setting, settings};
use std::fmt::Write as _;

const HEAD: &str = "\
# Configuration

This page is made from the table of settings in `src/config/settings.rs`; a test keeps it true.

A value is taken from the first of these that has it: a flag, the environment, the settings file, the default.
`portcullis config show --origin` tells where each came from, `portcullis config check` tells everything that is wrong,
and `portcullis config init` makes a file to begin with. A change takes effect at the next start, or, where that is said,
at SIGHUP (`systemctl reload portcullis`).

- **File**: TOML, the one that `--config` names, else `PORTCULLIS_CONFIG`, else `./portcullis.toml`, else
  `/etc/portcullis/config.toml`. `portcullis config schema` prints a JSON Schema for editors.
- **Environment**: `PORTCULLIS_` and the path in capitals, with `__` for each dot: `server.listen` is
  `PORTCULLIS_SERVER__LISTEN`. Lists are separated by commas. `PORTCULLIS_LOG` and `RUST_LOG` are `log.level` too.
- **Secrets** may be in a file instead, whose first line is the value: `PORTCULLIS_DATABASE__URL_FILE`, or `url_file` in the
  settings file. systemd's credentials are found in `$CREDENTIALS_DIRECTORY` under the name that the table gives. Giving a
  secret in two of these forms is an error.
- **An unknown name stops the start** and the nearest known one is told.
- **Traces**: `OTEL_EXPORTER_OTLP_ENDPOINT` and a few other variables of OpenTelemetry count too
  ([Monitor](../how-to/monitor.md)).
- Durations are `90s`, `5m`, `12h`, `365d`, or a number of seconds. Relative paths start where the program runs.
";

/// The page, in Markdown.
#[must_use]
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    let _ = writeln!(
        page,
        "- {} are for the programs that use the server, and mean nothing to it.",
        FOR_APPS.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    );
    let mut section = None;
    for setting in settings() {
        let (in_section, _) = setting.section_and_name();
        if section != Some(in_section) {
            section = Some(in_section);
            let title = if in_section.is_empty() { "General".to_owned() } else { format!("`[{in_section}]`") };
            let _ = write!(page, "\n## {title}\n\n| Setting | Environment | Default | |\n| --- | --- | --- | --- |\n");
        }
        page.push_str(&row(setting));
    }
    page
}

fn row(setting: &Setting) -> String {
    let variable = setting.environment_name();
    let mut names = format!("`{variable}`");
    if setting.secret {
        let _ = write!(names, ", `{variable}_FILE`");
    }
    if let Some(credential) = setting.credential_name() {
        let _ = write!(names, ", credential `{credential}`");
    }
    let default = match (setting.kind, setting.default) {
        (Kind::Networks | Kind::Path | Kind::Text, "") => "none".to_owned(),
        (_, default) => format!("`{default}`"),
    };
    let mut about = setting.doc.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((least, most)) = setting.range {
        let _ = write!(about, " {least} to {most}.");
    }
    if setting.is_live() {
        about.push_str(" Changes at SIGHUP.");
    }
    if let Kind::Choice(words) = setting.kind {
        let _ = write!(about, " One of {}.", words.join(", "));
    }
    format!("| `{}` | {names} | {default} | {about} |\n", setting.path)
}
