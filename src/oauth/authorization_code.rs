//! Authorization codes (RFC 6749 4.1.2): what one is bound to, and whether a client that presents it may have tokens.

use super::{ClientId, CodeChallenge, TokenRefusal, UnixTime};

/// What a code is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationCode {
    /// The client that asked for it.
    pub client_id: ClientId,
    /// Where it was sent.
    pub redirect_uri: String,
    /// PKCE; none if the client asked without.
    pub code_challenge: Option<CodeChallenge>,
    /// From here on it is good for nothing.
    pub expires_at: UnixTime,
}

/// What is presented with a code (RFC 6749 4.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodePresented<'a> {
    /// Who presents it.
    pub client_id: &'a ClientId,
    /// Where it was received.
    pub redirect_uri: Option<&'a str>,
    /// PKCE.
    pub code_verifier: Option<&'a str>,
}

impl AuthorizationCode {
    /// Decides. Whoever asks has spent the code already: it is good for one try, right or wrong.
    pub fn redeem(&self, presented: CodePresented<'_>, now: UnixTime) -> Result<(), TokenRefusal> {
        if self.client_id != *presented.client_id {
            return Err(TokenRefusal::CodeOfAnotherClient);
        }
        if now >= self.expires_at {
            return Err(TokenRefusal::CodeExpired);
        }
        if presented.redirect_uri != Some(&self.redirect_uri) {
            return Err(TokenRefusal::RedirectUriMismatch);
        }
        match (&self.code_challenge, presented.code_verifier) {
            (Some(challenge), Some(verifier)) if challenge.fits(verifier) => Ok(()),
            (Some(_), Some(_)) => Err(TokenRefusal::VerifierMismatch),
            (Some(_), None) => Err(TokenRefusal::NoVerifier),
            // Somebody took the challenge out of the request (RFC 9700 4.8.2).
            (None, Some(_)) => Err(TokenRefusal::VerifierWithoutChallenge),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn a_code_is_bound_to_client_address_verifier_and_time() {
        use TokenRefusal as R;
        let uri = Some("https://app.example/cb");
        let right = Some(VERIFIER);
        let rows = [
            ("app", uri, right, 159, Ok(())),
            ("app", uri, right, 160, Err(R::CodeExpired)),
            ("other", uri, right, 100, Err(R::CodeOfAnotherClient)),
            ("other", uri, right, 999, Err(R::CodeOfAnotherClient)),
            ("app", Some("https://app.example/cb/"), right, 100, Err(R::RedirectUriMismatch)),
            ("app", None, right, 100, Err(R::RedirectUriMismatch)),
            ("app", uri, None, 100, Err(R::NoVerifier)),
            ("app", uri, Some(CHALLENGE), 100, Err(R::VerifierMismatch)),
            ("app", uri, Some("abcde"), 100, Err(R::VerifierMismatch)),
        ];
        for (client, redirect_uri, code_verifier, now, expected) in rows {
            let code = AuthorizationCode {
                client_id: ClientId::new("app"),
                redirect_uri: "https://app.example/cb".to_owned(),
                code_challenge: CodeChallenge::parse(CHALLENGE),
                expires_at: UnixTime(160),
            };
            let client_id = &ClientId::new(client);
            let presented = CodePresented { client_id, redirect_uri, code_verifier };
            assert_eq!(code.redeem(presented, UnixTime(now)), expected, "{client} {redirect_uri:?} {now}");
        }
    }

    #[test]
    fn a_verifier_nobody_announced_is_refused() {
        let code = AuthorizationCode {
            client_id: ClientId::new("app"),
            redirect_uri: "https://app.example/cb".to_owned(),
            code_challenge: None,
            expires_at: UnixTime(160),
        };
        let client_id = &ClientId::new("app");
        let redirect_uri = Some("https://app.example/cb");
        let with = CodePresented { client_id, redirect_uri, code_verifier: Some(VERIFIER) };
        assert_eq!(code.redeem(with, UnixTime(1)), Err(TokenRefusal::VerifierWithoutChallenge));
        assert_eq!(code.redeem(CodePresented { code_verifier: None, ..with }, UnixTime(1)), Ok(()));
    }
}
