//! Paths of the API know no case in their fixed words; ids stay as they are.

use http::Uri;
use http::uri::PathAndQuery;

/// The path with its fixed words in lower case and without a slash at its end. None if it is so already.
///
/// `/api/v1/tenants/{id}/words/{id}/words/{id}`: ids stand at the 4th, 6th and 8th place.
pub(super) fn normal(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    let trimmed = path.strip_suffix('/').unwrap_or(path);
    let mut words: Vec<String> = Vec::new();
    for (at, part) in trimmed.split('/').enumerate() {
        // The first part is the nothing before the first slash.
        let is_id = matches!(at, 4 | 6 | 8);
        let is_word = !is_id || (at == 6 && part.eq_ignore_ascii_case("status") && words[5] == "users");
        words.push(if is_word { part.to_ascii_lowercase() } else { part.to_owned() });
    }
    let normal = words.join("/");
    if normal == path {
        return None;
    }
    let with_query = uri.query().map_or_else(|| normal.clone(), |query| format!("{normal}?{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(with_query).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn fixed_words_are_lowered_and_ids_left_alone() {
        let rows = [
            ("/api/v1/tenants/T/roles", None),
            ("/API/V1/Tenants/AbC/Roles", Some("/api/v1/tenants/AbC/roles")),
            ("/api/v1/Tenants/AbC", Some("/api/v1/tenants/AbC")),
            ("/api/v1/Tenants/AbC/", Some("/api/v1/tenants/AbC")),
            (
                "/api/v1/Tenants/T/ClientCredentialClients/My-Id/Secrets/7?Skip=1&q=A",
                Some("/api/v1/tenants/T/clientcredentialclients/My-Id/secrets/7?Skip=1&q=A"),
            ),
            ("/api/v1/tenants/T/Users/Status", Some("/api/v1/tenants/T/users/status")),
            ("/api/v1/tenants/T/Users/U/Status", Some("/api/v1/tenants/T/users/U/status")),
            ("/api/v1/tenants/T/hybridclients/STATUS", None),
            ("/api/v1/tenants/T/hybridclients/a%2FB", None),
            ("/api", None),
            ("/Api", Some("/api")),
            ("/", Some("")),
        ];
        for (path, expected) in rows {
            let got = normal(&path.parse().expect("a path")).map(|uri| uri.to_string());
            let expected = expected.filter(|expected| !expected.is_empty());
            assert_eq!(got.as_deref().filter(|got| *got != "/"), expected, "{path}");
        }
    }
}
