//! Logos: uploaded, checked, served from here.

use crate::support::http::send;
use crate::support::relying_party::RelyingParty;
use crate::support::{Answer, Browser, TestServer};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::{ClientType, ConsentPolicy};
use reqwest::Method;

on_both_engines!(a_logo_is_uploaded_shown_at_consent_and_taken_away, cs_09_what_is_no_picture_is_refused);

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

async fn upload(admin: &Browser, server: &TestServer, path: &str, csrf: &str, file: &[u8]) -> Answer {
    let head = format!(
        "--x1x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--x1x\r\n\
        Content-Disposition: form-data; name=\"logo\"; filename=\"evil.svg\"\r\nContent-Type: image/svg+xml\r\n\r\n"
    );
    let body = [head.as_bytes(), file, b"\r\n--x1x--\r\n"].concat();
    let request = admin.request(Method::POST, path).header("origin", server.public_url());
    admin.ask(request.header("content-type", "multipart/form-data; boundary=x1x").body(body)).await
}

async fn asking(server: &TestServer) -> RelyingParty {
    let settings = ClientSettings {
        redirect_urls: Some(vec!["https://app.example/cb".to_owned()]),
        consent: Some(ConsentPolicy::Always),
        client_uri: Some("https://about.example/app".to_owned()),
        ..ClientSettings::default()
    };
    let daemon = server.operator().await.register(ClientType::Hybrid, "Charts", settings).await;
    RelyingParty::new(server, &daemon, "https://app.example/cb")
}

async fn a_logo_is_uploaded_shown_at_consent_and_taken_away(server: TestServer) {
    let (admin, app) = (Browser::of_administrator(&server).await, asking(&server).await);
    let path = format!("/portal/clients/{}/logo", app.id);
    let csrf = admin.visit(&path).await.form(&path).value("csrf").to_owned();
    for _ in 0..2 {
        assert_eq!(upload(&admin, &server, &path, &csrf, PNG).await.status, 303);
    }
    let page = admin.visit(&path).await.text();
    let logo = page.split("src=\"/logo/").nth(1).and_then(|rest| rest.split('"').next()).expect("a picture");
    let address = format!("/logo/{logo}");
    let picture = send(server.http().request(Method::GET, &address)).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
    assert_eq!(picture.body, PNG);
    assert_eq!(send(server.http().request(Method::GET, &format!("{address}0"))).await.status, 404);

    let uma = server.user("uma@example.com").await;
    uma.sign_in("uma@example.com", crate::support::USER_PASSWORD).await;
    let sent = app.url(&app.request());
    let consent = uma.visit(sent.strip_prefix(server.public_url()).expect("a path")).await.text();
    for expected in [
        &format!("src=\"{address}\""),
        "Account Administrator of Contoso",
        "href=\"https://about.example/app\" rel=\"noreferrer\"",
    ] {
        assert!(consent.contains(expected), "{expected}: {consent}");
    }
    let remove = format!("{path}/remove");
    admin.submit(&admin.visit(&path).await.form(&remove)).await;
    assert_eq!(send(server.http().request(Method::GET, &address)).await.status, 404);
    let changes = admin.visit(&format!("/portal/clients/{}?tab=activity&show=changes", app.id)).await.text();
    assert_eq!(changes.matches("<strong>Client changed").count(), 2, "one row a change: {changes}");
}

async fn cs_09_what_is_no_picture_is_refused(server: TestServer) {
    let (admin, app) = (Browser::of_administrator(&server).await, asking(&server).await);
    let path = format!("/portal/clients/{}/logo", app.id);
    let csrf = admin.visit(&path).await.form(&path).value("csrf").to_owned();
    let large = [PNG, &vec![0; 48 * 1024]].concat();
    for (file, sentence) in [
        (&b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"[..], "PNG, JPEG or WebP file."),
        (b"", "Choose a picture."),
        (&large, "48 KB or smaller."),
    ] {
        let answer = upload(&admin, &server, &path, &csrf, file).await;
        assert_eq!(answer.status, 422, "{sentence}");
        assert!(answer.text().contains(sentence) && answer.text().contains("There is a problem"), "{}", answer.text());
    }
    assert_eq!(upload(&admin, &server, &path, "forged", PNG).await.status, 403);
    let far_too_large = upload(&admin, &server, &path, &csrf, &[PNG, &vec![0; 100 * 1024]].concat()).await;
    assert!(far_too_large.status == 422 && far_too_large.text().contains("48 KB or smaller."), "{far_too_large:?}");
    let refused = upload(&admin, &server, &path, &csrf, &vec![0; 1024 * 1024]).await;
    assert!(refused.status == 413 && refused.text().contains("<h1>Request too large</h1>"), "{refused:?}");
    assert!(refused.text().contains("/assets/portcullis-"), "it looks like the other pages: {}", refused.text());
    for (body, status, heading) in [
        ("--x\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\ncut off", 400, "This request cannot be used"),
        ("no part at all", 400, "This request cannot be used"),
    ] {
        let request = admin.request(Method::POST, &path).header("origin", server.public_url());
        let request = request.header("content-type", "multipart/form-data; boundary=x").body(body);
        let answer = admin.ask(request).await;
        assert_eq!((answer.status, answer.header("content-type")), (status, "text/html; charset=utf-8"), "{body}");
        assert!(answer.text().contains(&format!("<h1>{heading}</h1>")), "{}", answer.text());
    }
    let daemon = server.daemon("nightly-import").await;
    let unseen = format!("/portal/clients/{}/logo", daemon.id);
    assert_eq!(admin.visit(&unseen).await.status(), 404, "nobody sees it");
    assert_eq!(upload(&admin, &server, &unseen, &csrf, PNG).await.status, 404, "nor is it kept");
}
