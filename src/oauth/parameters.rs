//! Request parameters, as queries and form bodies carry them (RFC 6749 3.1, 3.2, appendix B).

/// Parameters of one request. No name is in it twice, and an empty value counts as absent.
#[derive(Clone, Default)]
pub struct Parameters(Vec<(String, String)>);

/// Why parameters cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParametersError {
    /// A name came twice (RFC 6749 3.1: must not). The name, if it is one of ours and so safe to repeat.
    Repeated(Option<&'static str>),
    /// Broken percent-encoding, invalid UTF-8, or a control character.
    Malformed,
    /// More than 100 parameters.
    TooMany,
}

/// Names that may be repeated in an error message: the standards' own.
const KNOWN: &[&str] = &[
    "grant_type",
    "client_id",
    "client_secret",
    "scope",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "response_type",
    "response_mode",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "login_hint",
    "id_token_hint",
    "acr_values",
    "token",
    "token_type_hint",
    "post_logout_redirect_uri",
    "resource",
    "claims",
    "ui_locales",
    "claims_locales",
    "display",
    "request",
    "request_uri",
    "registration",
];

impl std::fmt::Debug for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Parameters {
    /// Most parameters in one request.
    pub const MAX: usize = 100;

    /// Reads `application/x-www-form-urlencoded` text, strictly: `+` is a space, `%` must be followed by two hex
    /// digits, the result must be UTF-8 without NUL.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParametersError> {
        let (parameters, repeated) = Self::parse_repeated(bytes)?;
        match repeated.first() {
            None => Ok(parameters),
            Some(name) => Err(ParametersError::Repeated(Self::known_name(name))),
        }
    }

    /// The same, but a name that comes again is not refused: its first value stands, and the name is given beside. For
    /// the authorize endpoint, which can say so to the client only once it knows where the client is.
    pub fn parse_repeated(bytes: &[u8]) -> Result<(Self, Vec<String>), ParametersError> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut repeated = Vec::new();
        for (at, pair) in bytes.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()).enumerate() {
            if at >= Self::MAX {
                return Err(ParametersError::TooMany);
            }
            let (name, value) = match pair.iter().position(|&byte| byte == b'=') {
                Some(split) => (&pair[..split], &pair[split + 1..]),
                None => (pair, &[][..]),
            };
            let (name, value) = (decode(name)?, decode(value)?);
            if pairs.iter().any(|(known, _)| *known == name) {
                if !repeated.contains(&name) {
                    repeated.push(name);
                }
                continue;
            }
            pairs.push((name, value));
        }
        Ok((Self(pairs), repeated))
    }

    /// The name, if it is one of the standards' own and so safe to repeat to a stranger.
    #[must_use]
    pub fn known_name(name: &str) -> Option<&'static str> {
        KNOWN.iter().copied().find(|known| *known == name)
    }

    /// The value of a parameter; none if absent or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// All of them, empty ones too, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

/// Decodes one name or value of a form (RFC 6749 appendix B). Also used on the two halves of a Basic header.
pub(super) fn decode(text: &[u8]) -> Result<String, ParametersError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|&hex| char::from(hex).to_digit(16));
                let (Some(high), Some(low)) = (digit(), digit()) else { return Err(ParametersError::Malformed) };
                u8::try_from(high * 16 + low).map_err(|_| ParametersError::Malformed)?
            }
            other => other,
        });
    }
    // NUL is refused here once: PostgreSQL cannot store it, and nothing lawful carries it.
    if bytes.contains(&0) {
        return Err(ParametersError::Malformed);
    }
    String::from_utf8(bytes).map_err(|_| ParametersError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A form's bytes, and the pairs that are read from it or why it is refused.
    type Row = (&'static [u8], Result<&'static [(&'static str, &'static str)], ParametersError>);

    #[test]
    fn forms_are_read_strictly() {
        let rows: &[Row] = &[
            (b"", Ok(&[])),
            (b"a=1&b=x+y%2B", Ok(&[("a", "1"), ("b", "x y+")])),
            (b"&&a=1&", Ok(&[("a", "1")])),
            (b"a", Ok(&[("a", "")])),
            (b"a=b=c", Ok(&[("a", "b=c")])),
            (b"scope=1&scope=1", Err(ParametersError::Repeated(Some("scope")))),
            (b"zzz=&zzz=", Err(ParametersError::Repeated(None))),
            (b"a=%", Err(ParametersError::Malformed)),
            (b"a=%2", Err(ParametersError::Malformed)),
            (b"a=%zz", Err(ParametersError::Malformed)),
            (b"a=%00", Err(ParametersError::Malformed)),
            (b"a=%ff", Err(ParametersError::Malformed)),
            (b"a=\xff", Err(ParametersError::Malformed)),
        ];
        for (bytes, expected) in rows {
            let read = Parameters::parse(bytes).map(|read| read.0);
            let expected = expected.clone().map(|pairs| {
                pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
            });
            assert_eq!(read, expected, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn an_empty_value_is_absent_and_a_flood_is_refused() {
        assert_eq!(Parameters::parse(b"a=").expect("reads").get("a"), None);
        let flood = (0..101).map(|n| format!("p{n}=1")).collect::<Vec<_>>().join("&");
        assert_eq!(Parameters::parse(flood.as_bytes()).err(), Some(ParametersError::TooMany));
    }
}
