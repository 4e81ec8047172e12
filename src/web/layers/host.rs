//! Is this request for us? The Host header is compared with the public URL and never used for anything else, so it
//! cannot poison a link, and a page of another name that resolves to us (DNS rebinding) reads nothing.

use super::Origin;
use super::answer::{is_browser_page, is_probe};
use super::origin::Named;
use super::refusal::Refusal;
use http::header::HOST;
use http::{HeaderMap, Method, Uri};

/// What to do with a request, by its host.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Go on.
    Ours,
    /// A page of this machine under another name: the browser should come to the name that has the cookies.
    Moved(String),
    /// Not for us, or not clear for whom (RFC 9112 section 3.2).
    Refused(Refusal),
}

/// X-Forwarded-Host and the like are not looked at: the public URL is configuration.
pub(super) fn judge(home: &Origin, method: &Method, uri: &Uri, headers: &HeaderMap) -> Verdict {
    if is_probe(uri.path()) {
        return Verdict::Ours; // probes come by address, and learn nothing but up or down
    }
    let named = match named(home, uri, headers) {
        Ok(named) => named,
        Err(why) => return Verdict::Refused(Refusal::BadHost(why)),
    };
    let is_read = method == Method::GET || method == Method::HEAD;
    match named {
        Named::This => Verdict::Ours,
        Named::SameMachine if !is_browser_page(uri.path()) => Verdict::Ours,
        Named::SameMachine if is_read => {
            Verdict::Moved(format!("{home}{}", uri.path_and_query().map_or("/", |target| target.as_str())))
        }
        Named::SameMachine | Named::Other => Verdict::Refused(Refusal::OtherHost(home.to_string())),
    }
}

fn named(home: &Origin, uri: &Uri, headers: &HeaderMap) -> Result<Named, &'static str> {
    let mut lines = headers.get_all(HOST).iter();
    let (line, more) = (lines.next(), lines.next());
    if more.is_some() {
        return Err("There is more than one Host header.");
    }
    let line = line.map(|line| line.to_str().map_err(|_| GARBAGE)).transpose()?;
    // HTTP/2 names the host in the target, and HTTP/1 may (absolute form).
    let target = uri.authority().map(http::uri::Authority::as_str);
    if let (Some(line), Some(target)) = (line, target)
        && !line.eq_ignore_ascii_case(target)
    {
        return Err("The Host header and the request's target name different hosts.");
    }
    let authority = target.or(line).ok_or("There is no Host header.")?;
    home.is_named_by(authority).ok_or(GARBAGE)
}

const GARBAGE: &str = "The Host header does not name a host.";

#[cfg(test)]
mod tests {
    use super::{Origin, Refusal, Verdict, judge};
    use http::{HeaderMap, HeaderValue, Method};

    fn judged(public_url: &str, method: &str, target: &str, hosts: &[&str]) -> Verdict {
        let home = Origin::of(&public_url.parse().unwrap()).unwrap();
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append("host", HeaderValue::from_str(host).unwrap());
        }
        headers.insert("x-forwarded-host", HeaderValue::from_static("evil.example"));
        headers.insert("forwarded", HeaderValue::from_static("host=evil.example"));
        judge(&home, &method.parse::<Method>().unwrap(), &target.parse().unwrap(), &headers)
    }

    fn refused_with(verdict: &Verdict) -> u16 {
        match verdict {
            Verdict::Refused(refusal) => refusal.status().as_u16(),
            Verdict::Ours | Verdict::Moved(_) => 0,
        }
    }

    #[test]
    fn dj_05_only_the_host_of_the_public_url_is_served() {
        let url = "https://id.example.com";
        assert_eq!(judged(url, "GET", "/", &["id.example.com"]), Verdict::Ours);
        assert_eq!(judged(url, "POST", "/identity/connect/token", &["ID.example.com:443"]), Verdict::Ours);
        for host in ["evil.example", "id.example.com.evil.example", "id.example.com:8443", "127.0.0.1", "localhost"] {
            let verdict = judged(url, "GET", "/identity/.well-known/openid-configuration", &[host]);
            assert_eq!(verdict, Verdict::Refused(Refusal::OtherHost(url.to_owned())), "{host}");
        }
    }

    #[test]
    fn tp_02_no_host_two_hosts_and_garbage_are_bad_requests() {
        for hosts in
            [&[][..], &["localhost:8484", "localhost:8484"], &["a b"], &["user@localhost:8484"], &[""], &["\u{e9}"]]
        {
            assert_eq!(refused_with(&judged("http://localhost:8484", "GET", "/", hosts)), 400, "{hosts:?}");
        }
    }

    #[test]
    fn tp_02_an_absolute_target_must_agree_with_the_host_header() {
        let url = "http://localhost:8484";
        assert_eq!(judged(url, "GET", "http://localhost:8484/x", &["localhost:8484"]), Verdict::Ours);
        assert_eq!(refused_with(&judged(url, "GET", "http://evil.example/x", &["localhost:8484"])), 400);
        assert_eq!(refused_with(&judged(url, "GET", "http://localhost:8484/x", &["evil.example"])), 400);
        assert_eq!(refused_with(&judged(url, "GET", "http://evil.example/x", &["evil.example"])), 421);
        assert_eq!(judged(url, "GET", "http://localhost:8484/x", &[]), Verdict::Ours, "as HTTP/2 does it");
    }

    #[test]
    fn probes_may_come_under_any_name() {
        for path in ["/healthz", "/readyz", "/readyz?verbose"] {
            for hosts in [&[][..], &["10.1.2.3:8484"], &["evil.example"]] {
                assert_eq!(judged("https://id.example.com", "GET", path, hosts), Verdict::Ours, "{path} {hosts:?}");
            }
        }
        assert_eq!(refused_with(&judged("https://id.example.com", "GET", "/healthz/x", &["evil.example"])), 421);
    }

    #[test]
    fn on_localhost_programs_may_use_the_number_and_browsers_are_sent_to_the_name() {
        let url = "http://localhost:8484";
        for host in ["127.0.0.1:8484", "[::1]:8484"] {
            for path in
                ["/identity/connect/token", "/API/v1/Tenants", "/.well-known/oauth-authorization-server/identity"]
            {
                assert_eq!(judged(url, "POST", path, &[host]), Verdict::Ours, "{host} {path}");
                assert_eq!(judged(url, "GET", path, &[host]), Verdict::Ours, "{host} {path}");
            }
            for path in [
                "/",
                "/portal/clients?type=web&page=2",
                "//evil.example/x",
                "/identity/connect/authorize?a=b",
                "/identityx",
            ] {
                assert_eq!(judged(url, "GET", path, &[host]), Verdict::Moved(format!("{url}{path}")), "{host} {path}");
            }
            assert_eq!(refused_with(&judged(url, "POST", "/login", &[host])), 421, "a form is not sent on");
        }
        assert_eq!(refused_with(&judged(url, "GET", "/", &["127.0.0.1:8485"])), 421);
        assert_eq!(refused_with(&judged("http://127.0.0.1:8484", "GET", "/", &["localhost:8484"])), 421);
    }
}
