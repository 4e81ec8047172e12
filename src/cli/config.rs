//! `portcullis config …`: what each command says. Parsing of arguments and printing are the command tree's.

use crate::config::{Config, ConfigErrors, Effective, Origin, Problem, PublicUrl, schema as json_schema, starter};
use serde_json::{Map, Value, json};
use std::io::{self, Write as _};
use std::path::Path;

/// How [`show`] writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In columns, for people.
    Table,
    /// Separated by tabs, for programs.
    Tabs,
    /// One JSON object: `{"version":1,"file":…,"settings":[…]}`.
    Json,
}

/// What [`check`] found: nothing is wrong, or it would not have been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The good news, in a line.
    pub summary: String,
    /// What works and should still be known.
    pub warnings: Vec<String>,
}

/// `config check`, for settings that could be read.
#[must_use]
pub fn check(config: &Config) -> Checked {
    let count = |of: fn(&Origin) -> bool| config.effective().iter().filter(|one| of(&one.origin)).count();
    let from_file = count(|origin| matches!(origin, Origin::File(..)));
    let from_environment = count(|origin| matches!(origin, Origin::Environment(_) | Origin::Credential(_)));
    let file = config.file().map_or_else(|| "no settings file".to_owned(), |path| path.display().to_string());
    let plural = if from_file == 1 { "" } else { "s" };
    Checked {
        summary: format!(
            "The configuration is valid: {file}, {from_file} setting{plural} from file, {from_environment} from environment"
        ),
        warnings: config.warnings(),
    }
}

/// `config show`: every setting and its value, with `origin` also where it came from. No secret is in it.
#[must_use]
pub fn show(config: &Config, origin: bool, form: Form) -> String {
    if form == Form::Json {
        let settings: Vec<Value> = config.effective().iter().map(|one| json_row(one, origin)).collect();
        let whole = json!({"version": 1, "file": config.file(), "settings": settings});
        return format!("{whole:#}\n");
    }
    let rows: Vec<[String; 3]> = config
        .effective()
        .iter()
        .map(|one| [one.setting.path.to_owned(), one.shown.clone(), one.origin.to_string()])
        .collect();
    let wide = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (first, second) = (wide(0), wide(1));
    let mut text = String::new();
    for [path, value, from] in &rows {
        let line = match (form, origin) {
            (Form::Table, true) => format!("{path:first$}  {value:second$}  {from}"),
            (Form::Table, false) => format!("{path:first$}  {value}"),
            (_, true) => format!("{path}\t{value}\t{from}"),
            (_, false) => format!("{path}\t{value}"),
        };
        let line = if form == Form::Table { line.trim_end() } else { &line };
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn json_row(one: &Effective, origin: bool) -> Value {
    let mut row = Map::new();
    row.insert("path".to_owned(), one.setting.path.into());
    row.insert("value".to_owned(), one.shown.clone().into());
    if origin {
        row.insert("origin".to_owned(), one.origin.to_string().into());
    }
    Value::Object(row)
}

/// `config init`: a commented settings file, for a server that is reached under `public_url`.
///
/// # Errors
/// The public URL cannot be one.
pub fn init(public_url: Option<&str>) -> Result<String, ConfigErrors> {
    let wrong = |sentence: String| {
        let origin = Origin::Flag("--public-url".to_owned());
        ConfigErrors(vec![Problem { origin, key: "public_url".to_owned(), sentence }])
    };
    let Some(text) = public_url else { return Ok(starter(None)) };
    let url = PublicUrl::parse(text).map_err(|error| wrong(format!("{text:?} {error}")))?;
    if !url.is_safe() {
        return Err(wrong(format!("{url} would send passwords and secrets in clear over the network: write https")));
    }
    Ok(starter(Some(&url)))
}

/// Writes a new file; one that is there is left alone. The server often runs as somebody else than who writes its
/// settings, so who may read them is left to the process's mask; secrets belong in files of their own.
///
/// # Errors
/// It is there already, or cannot be written.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = std::fs::File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// `config schema`: the JSON Schema of the settings file.
#[must_use]
pub fn schema() -> String {
    format!("{:#}\n", json_schema())
}

#[cfg(test)]
mod tests {
    use super::{Form, check, init, schema, show, write_new};
    use crate::config::{Config, Sources, settings};

    fn config() -> Config {
        let env = [
            ("PORTCULLIS_DATABASE__URL", "postgres://portcullis:hunter2@db/portcullis"),
            ("PORTCULLIS_MASTER_KEY_FILE", "/run/secrets/master-key"),
        ];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Config::load(&Sources { env, ..Sources::default() }).unwrap()
    }

    #[test]
    fn every_setting_is_shown_with_its_origin_and_no_secret() {
        for form in [Form::Table, Form::Tabs, Form::Json] {
            let text = show(&config(), true, form);
            assert!(!text.contains("hunter2"), "{text}");
            assert!(text.contains("postgres://[hidden]@db/portcullis"), "{text}");
            assert!(text.contains("PORTCULLIS_DATABASE__URL"), "{text}");
        }
        let tabs = show(&config(), true, Form::Tabs);
        assert_eq!(tabs.lines().count(), settings().count());
        assert!(tabs.contains("server.listen\t127.0.0.1:8484\tdefault\n"), "{tabs}");
        assert!(show(&config(), false, Form::Tabs).contains("server.listen\t127.0.0.1:8484\n"));
        let json: serde_json::Value = serde_json::from_str(&show(&config(), false, Form::Json)).unwrap();
        assert_eq!(json["version"], 1);
        assert_eq!(json["settings"][0], serde_json::json!({"path": "public_url", "value": "http://localhost:8484"}));
    }

    #[test]
    fn a_check_counts_what_was_given() {
        let checked = check(&config());
        assert_eq!(
            checked.summary,
            "The configuration is valid: no settings file, 0 settings from file, 2 from environment"
        );
        assert!(checked.warnings.is_empty());
    }

    #[test]
    fn a_file_to_begin_with_is_made_once_and_for_an_address_that_can_be() {
        let text = init(Some("https://ID.example.com/")).unwrap();
        assert!(text.contains("\npublic_url = \"https://id.example.com\"\n"), "{text}");
        for wrong in ["id.example.com", "http://id.example.com"] {
            assert!(init(Some(wrong)).unwrap_err().to_string().contains("--public-url: "));
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("portcullis.toml");
        write_new(&path, &text).unwrap();
        assert!(write_new(&path, "").is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }

    #[test]
    fn the_schema_is_json() {
        let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
        assert_eq!(schema["properties"]["public_url"]["type"], "string");
    }
}
