//! Authorize requests that are granted, and odd ones that must not break anything (AZ-22 to AZ-67).

use super::party::{AUTHORIZE, RelyingParty, bob, claims_of, go, submit, words};
use crate::support::html::forms;
use crate::support::http::send;
use crate::support::{Browser, TestServer, USER_PASSWORD};
use reqwest::Method;

on_both_engines!(
    az_43_46_56_a_state_comes_back_byte_for_byte,
    az_44_markup_is_escaped_wherever_it_comes_back,
    az_45_a_posted_answer_is_escaped_and_goes_to_the_app_only,
    az_47_48_a_form_counts_as_much_as_an_address,
    az_60_unknown_parameters_mean_nothing,
    az_67_two_tabs_do_not_mix,
);

async fn az_43_46_56_a_state_comes_back_byte_for_byte(server: TestServer) {
    let (spa, browser) = (RelyingParty::spa(&server, "spa").await, bob(&server).await);
    let long = "aB3-._~".repeat(214);
    let states = [
        "\"'><script>alert(1)</script>",
        "a b+c%20d&e=f#g?h",
        "\u{e9}\u{4e16}\u{1f600}",
        "x\r\nSet-Cookie: a=b",
        &long,
    ];
    for state in states {
        let arrival = spa.ask(&browser, &[("state", state)]).await;
        let fields = arrival.fields();
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["code", "iss", "state"], "{state:?}");
        assert_eq!((fields["state"].as_str(), fields["iss"].as_str()), (state, server.issuer().as_str()));
        assert!(arrival.answer.headers.get("set-cookie").is_none(), "AZ-56");
        assert!(arrival.answer.text().is_empty(), "AZ-59");
        spa.keep_code(&fields);
        let refused = spa.ask(&browser, &[("state", state), ("response_type", "foo")]).await.fields();
        assert_eq!(refused["state"], state);
    }
    let without = spa.ask(&browser, &[("state", "")]).await.fields();
    assert_eq!(without.get("state"), None, "none is made up");
    let metadata = server.http().get("/identity/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true, "AZ-46");
}

async fn az_44_markup_is_escaped_wherever_it_comes_back(server: TestServer) {
    let (spa, browser) = (RelyingParty::spa(&server, "spa").await, Browser::new(&server));
    let markup = "\"'><script>alert(1)</script><a href=\"https://evil.example\">x</a>";
    for name in ["client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "prompt", "login_hint"] {
        for uri in [spa.redirect_uri.as_str(), "https://evil.example/cb"] {
            let changes: Vec<_> = [("redirect_uri", uri)].into_iter().filter(|_| name != "redirect_uri").collect();
            let changes: Vec<_> = changes.into_iter().chain([(name, markup)]).collect();
            let arrival = spa.ask(&browser, &changes).await;
            let text = arrival.answer.text();
            assert!(!text.contains("<script>alert") && !text.contains("href=\"https://evil"), "{name}: {text}");
            let policy = arrival.answer.header("content-security-policy");
            assert!(arrival.answer.status == 303 || policy.contains("default-src 'none'"), "{name}: {policy}");
        }
    }
}

async fn az_45_a_posted_answer_is_escaped_and_goes_to_the_app_only(server: TestServer) {
    let (spa, browser) = (RelyingParty::spa(&server, "spa").await, bob(&server).await);
    let state = "\"></form><form action=\"https://evil.example\"><script>alert(1)</script>";
    let arrival = spa.ask(&browser, &[("state", state), ("response_mode", "form_post")]).await;
    let (page, answer) = (arrival.answer.text(), &arrival.answer);
    assert_eq!(answer.status, 200, "{page}");
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(answer.header("cache-control").contains("no-store"));
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("form-action https://spa.example") || policy.contains("https://spa.example"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("evil"), "{policy}");
    let [form] = &forms(&page)[..] else { panic!("one form: {page}") };
    assert_eq!(form.action, spa.redirect_uri);
    assert_eq!((form.value("state"), form.value("iss")), (state, server.issuer().as_str()));
    server.confide(form.value("code"));
    assert_eq!(spa.exchange(form.value("code"), &[]).await.status, 200);
}

async fn az_47_48_a_form_counts_as_much_as_an_address(server: TestServer) {
    let (spa, browser) = (RelyingParty::spa(&server, "spa").await, bob(&server).await);
    let post = async |browser: Option<&Browser>, query: String| {
        let request = match browser {
            Some(browser) => browser.request(Method::POST, AUTHORIZE),
            None => server.http().request(Method::POST, AUTHORIZE).header("accept", "text/html"),
        };
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(query);
        send(request.header("origin", "https://spa.example").header("sec-fetch-site", "cross-site")).await
    };
    // As browsers send it: without the session's cookie, so that the browser is sent on to bring it.
    let answer = post(None, spa.query(&[])).await;
    let to = answer.header("location");
    assert_eq!((answer.status, to.starts_with(AUTHORIZE)), (303, true), "AZ-51: {to}");
    spa.keep_code(&go(&browser, to).await.fields());
    // With the cookie there is nothing to bring.
    let answer = post(Some(&browser), spa.query(&[])).await;
    assert!(answer.header("location").starts_with("https://spa.example/app/cb?code="), "{}", answer.text());
    let refused = post(Some(&browser), spa.query(&[("redirect_uri", "https://evil.example/cb")])).await;
    assert_eq!((refused.status, refused.header("location")), (400, ""));
    let refused = post(Some(&browser), spa.query(&[("response_type", "foo")])).await;
    assert!(refused.header("location").contains("error=unsupported_response_type"), "{}", refused.text());
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = send(browser.request(method, &spa.path(&[]))).await;
        assert_eq!(answer.status, 405, "AZ-48");
        assert!(answer.header("allow").contains("GET") && answer.header("allow").contains("POST"), "AZ-48");
    }
}

async fn az_60_unknown_parameters_mean_nothing(server: TestServer) {
    let (spa, browser) = (RelyingParty::spa(&server, "spa").await, bob(&server).await);
    let extra =
        [("is_admin", "true"), ("sub", "ada"), ("user_id", "1"), ("code", "mine"), ("access_token", "x"), ("tid", "y")];
    let fields = spa.ask(&browser, &extra).await.fields();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["code", "iss", "state"]);
    let code = spa.keep_code(&fields);
    let odd = claims_of(&spa.exchange(&code, &[("is_admin", "true"), ("sub", "ada")]).await.member("access_token"));
    let usual = claims_of(&spa.tokens(&browser, "openid").await.access_token);
    for claim in ["sub", "tid", "roles", "scope", "client_id", "aud"] {
        assert_eq!(odd[claim], usual[claim], "{claim}");
    }
    assert_eq!(odd.as_object().map(serde_json::Map::len), usual.as_object().map(serde_json::Map::len));
}

async fn az_67_two_tabs_do_not_mix(server: TestServer) {
    let (one, two) = (RelyingParty::spa(&server, "one").await, RelyingParty::spa(&server, "two").await);
    let browser = server.user("bob@example.com").await;
    let first = one.ask(&browser, &[("state", "s1"), ("nonce", "n1"), ("scope", "openid email")]).await.page();
    let second = two.ask(&browser, &[("state", "s2"), ("nonce", "n2"), ("scope", "openid profile")]).await.page();
    let fill = |page: &crate::support::Page| {
        page.form("/login").with("email", "bob@example.com").with("password", USER_PASSWORD)
    };
    let arrived_second = submit(&browser, &fill(&second)).await;
    // The first tab's form was shown to nobody; the page comes once more, or is gone through at once.
    let arrived_first = match submit(&browser, &fill(&first)).await {
        there if there.answer.status == 303 => there,
        _ => go(&browser, &first.path).await,
    };
    for (app, arrival, state, nonce, scope) in
        [(&one, arrived_first, "s1", "n1", "openid email"), (&two, arrived_second, "s2", "n2", "openid profile")]
    {
        let fields = arrival.fields();
        assert!(arrival.away().starts_with(&app.redirect_uri), "{}", arrival.away());
        assert_eq!(fields["state"], state);
        let answer = app.exchange(&app.keep_code(&fields), &[]).await;
        let claims = claims_of(&answer.member("id_token"));
        assert_eq!((&claims["nonce"], &claims["aud"]), (&nonce.into(), &app.daemon.id.as_str().into()));
        assert_eq!(words(&answer.member("scope")), words(scope));
    }
}
