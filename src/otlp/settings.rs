//! The variables of OpenTelemetry that count here.

use std::time::Duration;
use url::Url;

/// A variable that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{variable} {why}")]
pub struct TracingProblem {
    variable: &'static str,
    why: &'static str,
}

/// Where spans go.
pub(super) struct Settings {
    /// The whole address.
    pub endpoint: Url,
    /// Headers of each request. They may hold a secret: they are not printed.
    pub headers: Vec<(String, String)>,
    /// What this service is called.
    pub service: String,
    /// How long a span may wait for others.
    pub delay: Duration,
}

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
const DELAY: &str = "OTEL_BSP_SCHEDULE_DELAY";

impl Settings {
    /// None if no endpoint is named, or traces are turned off.
    pub(super) fn read(environment: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, TracingProblem> {
        let get = |name: &str| environment(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let off = get("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"))
            || get("OTEL_TRACES_EXPORTER").is_some_and(|value| value == "none");
        let endpoint = match (get(TRACES_ENDPOINT), get(ENDPOINT)) {
            _ if off => return Ok(None),
            (Some(whole), _) => address(TRACES_ENDPOINT, &whole)?,
            (None, Some(base)) => address(ENDPOINT, &format!("{}/v1/traces", base.trim_end_matches('/')))?,
            (None, None) => return Ok(None),
        };
        let problem = |variable, why| TracingProblem { variable, why };
        let headers = get(HEADERS).map_or(Ok(Vec::new()), |text| headers(&text));
        let delay = get(DELAY).map_or(Ok(5_000), |text| text.parse());
        Ok(Some(Self {
            endpoint,
            headers: headers.map_err(|()| problem(HEADERS, "is not a list like name=value,name=value"))?,
            service: get("OTEL_SERVICE_NAME").unwrap_or_else(|| "portcullis".to_owned()),
            delay: Duration::from_millis(delay.map_err(|_| problem(DELAY, "is not a number of milliseconds"))?),
        }))
    }
}

fn address(variable: &'static str, text: &str) -> Result<Url, TracingProblem> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some());
    url.ok_or(TracingProblem { variable, why: "is not an http or https address, like http://localhost:4318" })
}

/// `name=value,name=value`, the values percent-encoded.
fn headers(text: &str) -> Result<Vec<(String, String)>, ()> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').ok_or(())?;
        // A plus sign is itself here, and a space in forms.
        let encoded = format!("v={}", value.trim().replace('+', "%2B"));
        let value =
            url::form_urlencoded::parse(encoded.as_bytes()).next().map(|(_, value)| value.into_owned()).ok_or(())?;
        let name = name.trim().to_ascii_lowercase();
        let good = http::HeaderName::try_from(&name).is_ok() && http::HeaderValue::try_from(&value).is_ok();
        if good { Ok((name, value)) } else { Err(()) }
    };
    text.split(',').filter(|part| !part.trim().is_empty()).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::Settings;

    fn read(given: &[(&str, &str)]) -> Result<Option<Settings>, String> {
        let find = |name: &str| given.iter().find(|(given, _)| *given == name).map(|(_, value)| (*value).to_owned());
        Settings::read(find).map_err(|problem| problem.to_string())
    }

    #[test]
    fn traces_go_where_the_variables_of_opentelemetry_say() {
        for (given, endpoint) in [
            (&[][..], None),
            (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "")], None),
            (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318")], Some("http://c:4318/v1/traces")),
            (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "https://c/otlp/")], Some("https://c/otlp/v1/traces")),
            (&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c/t")], Some("http://c/t")),
            (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"), ("OTEL_SDK_DISABLED", "TRUE")], None),
            (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"), ("OTEL_TRACES_EXPORTER", "none")], None),
        ] {
            let settings = read(given).unwrap();
            assert_eq!(settings.map(|settings| settings.endpoint.to_string()).as_deref(), endpoint, "{given:?}");
        }
        let here = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c");
        let settings = read(&[here, ("OTEL_EXPORTER_OTLP_HEADERS", "Api-Key=a%2Cb+c, x=1")]).unwrap().unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(settings.headers, [pair("api-key", "a,b+c"), pair("x", "1")]);
    }

    #[test]
    fn what_cannot_be_used_is_named_without_its_value() {
        let here = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c");
        for given in [
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "hunter2:4317")][..],
            &[here, ("OTEL_EXPORTER_OTLP_HEADERS", "hunter2")],
            &[here, ("OTEL_BSP_SCHEDULE_DELAY", "hunter2")],
        ] {
            let told = read(given).err().unwrap();
            assert!(told.starts_with(given[given.len() - 1].0) && !told.contains("hunter2"), "{told}");
        }
    }
}
