//! Clients: what is taken, what is kept, what is found.

use super::world::{Api, assert_refused};
use crate::support::TestServer;
use crate::support::http::send;
use portcullis::oauth::BuiltInRole;
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(
    each_type_is_made_with_its_own_body,
    what_does_not_fit_is_refused_in_words,
    an_id_of_ones_own_is_unique_over_all_types,
    a_change_merges_and_an_empty_list_clears,
    ad_13_a_change_that_names_an_older_state_is_refused,
    lists_come_in_pages_by_name,
    lists_are_narrowed_by_tags,
    missing_ids_are_told_where_programs_expect_it,
    a_client_is_found_under_its_own_type_alone,
    ad_11_one_idempotency_key_makes_one_client,
);

const URL: &str = "https://app.example.com/cb";

async fn each_type_is_made_with_its_own_body(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let app = api.post("/AuthorizationCodeClients", json!({ "Name": "App", "RedirectUris": [URL] })).await;
    assert_eq!(app.status, 201, "{}", app.text());
    let body = app.json();
    let expected = json!({
        "Id": body["Id"], "Name": "App", "Enabled": true, "AccessTokenLifetime": 3600, "Tags": [],
        "RedirectUris": [URL], "PostLogoutRedirectUris": [], "ClientUri": null, "LogoUri": null,
        "AllowedCorsOrigins": [], "AllowOfflineAccess": false,
    });
    assert_eq!(body, expected, "a client without a secret is answered by itself");
    let location = app.header("location");
    assert!(location.ends_with(&format!("/AuthorizationCodeClients/{}", app.member("Id"))), "{location}");

    let body = json!({ "Name": "Web", "RedirectUris": [URL], "SecretDescription": "first" });
    let web = api.post("/HybridClients", body).await;
    assert_eq!(web.status, 201, "{}", web.text());
    server.confide(&web.member("Secret"));
    let body = web.json();
    let expected = json!({
        "Secret": body["Secret"], "Id": 1, "Description": "first", "ExpirationDate": null,
        "Client": {
            "Id": body["Client"]["Id"], "Name": "Web", "Enabled": true, "AccessTokenLifetime": 3600, "Tags": [],
            "RedirectUris": [URL], "PostLogoutRedirectUris": [], "ClientUri": null, "LogoUri": null,
            "AllowOfflineAccess": false, "AllowAccessTokensViaBrowser": false,
        },
    });
    assert_eq!(body, expected);
    let shown = api.get(&format!("/HybridClients/{}", body["Client"]["Id"].as_str().expect("an id"))).await;
    assert_eq!(shown.json(), body["Client"]);
}

async fn what_does_not_fit_is_refused_in_words(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let rows = [
        ("ClientCredentialClients", json!({}), "Enter a name"),
        ("ClientCredentialClients", json!({ "Name": "x".repeat(101) }), "100 characters or fewer"),
        ("ClientCredentialClients", json!({ "Name": "x", "AccessTokenLifetime": 59 }), "between 60 and 3600"),
        ("ClientCredentialClients", json!({ "Name": "x", "AccessTokenLifetime": 3601 }), "between 60 and 3600"),
        ("ClientCredentialClients", json!({ "Name": "x", "AccessTokenLifetime": "60" }), "The body does not fit"),
        ("ClientCredentialClients", json!({ "Name": "x", "RoleIds": ["no-such-role"] }), "no longer there"),
        ("ClientCredentialClients", json!({ "Name": "x", "RedirectUris": [URL] }), "RedirectUris is no member"),
        ("ClientCredentialClients", json!({ "Name": "x", "Enabld": true }), "unknown field `Enabld`"),
        ("ClientCredentialClients", json!({ "Name": "x", "Id": "a b" }), "Id must be"),
        ("ClientCredentialClients", json!({ "Name": "x", "Id": ".." }), "Id must not be"),
        ("ClientCredentialClients", json!({ "Name": "x", "Id": "." }), "Id must not be"),
        ("ClientCredentialClients", json!({ "Name": "\u{200b}" }), "Enter a name"),
        (
            "ClientCredentialClients",
            json!({ "Name": "x", "SecretExpirationDate": "2020-01-01T00:00:00Z" }),
            "must be in the future",
        ),
        ("ClientCredentialClients", json!({ "Name": "x", "SecretExpirationDate": "soon" }), "is not a time"),
        ("AuthorizationCodeClients", json!({ "Name": "x" }), "at least one redirect URL"),
        ("AuthorizationCodeClients", json!({ "Name": "x", "RedirectUris": ["/cb"] }), "not a full URL"),
        ("HybridClients", json!({ "Name": "x", "RedirectUris": [URL, "https://*.x.example/"] }), "Line 2: wildcards"),
        ("HybridClients", json!({ "Name": "x", "RedirectUris": [URL], "RoleIds": [] }), "RoleIds is no member"),
    ];
    for (path, body, why) in rows {
        let answer = api.post(&format!("/{path}"), body.clone()).await;
        assert_refused(&answer, 400);
        assert!(answer.member("Reason").contains(why), "{body}: {}", answer.text());
    }
    let many: Vec<String> = (0..11).map(|n| format!("https://app.example.com/{n}")).collect();
    let answer = api.post("/HybridClients", json!({ "Name": "x", "RedirectUris": many })).await;
    assert!(answer.member("Reason").contains("up to 10"), "{}", answer.text());
    assert_eq!(api.get("/HybridClients").await.header("total-count"), "0", "nothing was made");
}

async fn an_id_of_ones_own_is_unique_over_all_types(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let id = "0f9f1d2e-3c4b-4a59-8e6f-7d8c9b0a1f2e";
    let made = api.post("/AuthorizationCodeClients", json!({ "Id": id, "Name": "App", "RedirectUris": [URL] })).await;
    assert_eq!((made.status, made.member("Id").as_str()), (201, id));
    assert_refused(&api.post("/ClientCredentialClients", json!({ "Id": id, "Name": "Daemon" })).await, 409);
    let (lower, upper) = ("c0ffee00-aaaa-4000-8000-00000000000c", "C0FFEE00-AAAA-4000-8000-00000000000C");
    let guid = api.post("/AuthorizationCodeClients", json!({ "Id": upper, "Name": "A", "RedirectUris": [URL] })).await;
    assert_eq!((guid.status, guid.member("Id").as_str()), (201, upper), "it is kept as it was written");
    let same = json!({ "Id": lower, "Name": "B", "RedirectUris": [URL] });
    assert_refused(&api.post("/AuthorizationCodeClients", same).await, 409);
    let changed = api.put(&format!("/AuthorizationCodeClients/{id}"), json!({ "Id": "another", "Name": "New" })).await;
    assert_eq!((changed.status, changed.member("Id").as_str()), (200, id), "the path counts");
}

async fn a_change_merges_and_an_empty_list_clears(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let body = json!({
        "Name": "App", "RedirectUris": [URL], "PostLogoutRedirectUris": [URL], "Tags": ["a", "b"],
        "AllowedCorsOrigins": ["https://other.example.com"], "AccessTokenLifetime": 600, "AllowOfflineAccess": true,
        "ClientUri": "https://app.example.com", "Enabled": false,
    });
    let made = api.post("/AuthorizationCodeClients", body).await.json();
    let path = format!("/AuthorizationCodeClients/{}", made["Id"].as_str().expect("an id"));
    let mut expected = made.clone();
    let changes = [
        (json!({}), json!({})),
        (json!({ "Name": null, "Tags": null, "Enabled": null, "RedirectUris": null }), json!({})),
        (json!({ "Name": "New" }), json!({ "Name": "New" })),
        (json!({ "Tags": [], "PostLogoutRedirectUris": [] }), json!({ "Tags": [], "PostLogoutRedirectUris": [] })),
        (json!({ "AllowedCorsOrigins": [], "Enabled": true }), json!({ "AllowedCorsOrigins": [], "Enabled": true })),
        (json!({ "ClientUri": "" }), json!({ "ClientUri": null })),
    ];
    for (sent, changed) in changes {
        for (name, value) in changed.as_object().expect("members") {
            expected[name] = value.clone();
        }
        let answer = api.put(&path, sent.clone()).await;
        assert_eq!((answer.status, answer.json()), (200, expected.clone()), "{sent}");
    }
    assert_refused(&api.put(&path, json!({ "RedirectUris": [] })).await, 400);
    assert_eq!(api.put(&path, expected.clone()).await.json(), expected, "what is shown can be sent back");
}

async fn ad_13_a_change_that_names_an_older_state_is_refused(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let (id, _) = api.add_daemon(&server, "pump").await;
    let role = api.post("/Roles", json!({ "Name": "Pump Operator" })).await.member("Id");
    let paths = [
        (format!("/ClientCredentialClients/{id}"), json!({ "Name": "one" }), json!({ "Name": "two" })),
        (
            format!("/ClientCredentialClients/{id}/Secrets/1"),
            json!({ "Expires": false, "Description": "one" }),
            json!({ "Expires": false, "Description": "two" }),
        ),
        (format!("/Roles/{role}"), json!({ "Description": "one" }), json!({ "Description": "two" })),
    ];
    for (path, one, two) in paths {
        let old = api.get(&path).await.header("etag").to_owned();
        assert!(old.starts_with('"') && old.len() > 10, "{path}: {old}");
        let put = |tag: &str, body: &Value| api.request(Method::PUT, &path).header("if-match", tag).json(body);
        assert_eq!(send(put(&old, &one)).await.status, 200, "{path}");
        assert_refused(&send(put("", &two)).await, 400);
        assert_refused(&send(put(&old, &two)).await, 412);
        assert_refused(&send(put(&format!("W/{old}"), &two)).await, 412);
        let shown = api.get(&path).await;
        assert_eq!(send(put(&format!("\"x\", {}", shown.header("etag")), &two)).await.status, 200);
        assert_eq!(send(put("*", &one)).await.status, 200);
        let stale = api.request(Method::DELETE, &path).header("if-match", &old);
        assert_refused(&send(stale).await, 412);
    }
}

async fn lists_come_in_pages_by_name(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    for name in ["delta", "Alpha", "charlie", "bravo"] {
        api.add_daemon(&server, name).await;
    }
    let names = |body: Value| {
        let names = body.as_array().expect("a list").iter().map(|client| client["Name"].clone());
        names.map(|name| name.as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    let all = api.get("/ClientCredentialClients").await;
    // The caller is a client too.
    assert_eq!(names(all.json()), ["Account Administrator", "Alpha", "bravo", "charlie", "delta"]);
    assert_eq!((all.header("total-count"), all.header("link")), ("5", ""));
    let page = api.get("/ClientCredentialClients?skip=1&count=2&query=ignored").await;
    assert_eq!(names(page.json()), ["Alpha", "bravo"]);
    assert_eq!(page.header("total-count"), "5");
    let link = page.header("link");
    assert!(
        link.contains("skip=3&count=2>; rel=\"next\"") && link.contains("skip=0&count=2>; rel=\"first\""),
        "{link}"
    );
    assert!(link.starts_with(&format!("<{}/api/v1/", server.public_url())), "{link}");
    assert_eq!(names(api.get("/ClientCredentialClients?skip=100").await.json()), Vec::<String>::new());
    assert_eq!(api.get("/ClientCredentialClients?count=1000").await.status, 200);
    let head = api.head("/ClientCredentialClients").await;
    assert_eq!((head.status, head.header("total-count"), head.body.len()), (200, "5", 0));
    for bad in ["count=0", "count=-1", "skip=-1", "skip=x"] {
        assert_refused(&api.get(&format!("/ClientCredentialClients?{bad}")).await, 400);
    }
}

async fn lists_are_narrowed_by_tags(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    for (name, tags) in [("one", json!(["a"])), ("two", json!(["a", "b"])), ("three", json!([]))] {
        let made = api.post("/ClientCredentialClients", json!({ "Name": name, "Tags": tags })).await;
        server.confide(&made.member("Secret"));
    }
    for (query, total) in [("tag=a", "2"), ("tag=a&tag=b", "1"), ("tag=A", "0"), ("tag=", "4"), ("tag=x", "0")] {
        let answer = api.get(&format!("/ClientCredentialClients?{query}")).await;
        assert_eq!(answer.header("total-count"), total, "{query}");
        assert_eq!(answer.json().as_array().map(|all| all.len().to_string()).as_deref(), Some(total), "{query}");
    }
    assert_refused(&api.get("/ClientCredentialClients?tag=a&tag=b&tag=c&tag=d").await, 400);
}

async fn missing_ids_are_told_where_programs_expect_it(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let (one, _) = api.add_daemon(&server, "one").await;
    let (two, _) = api.add_daemon(&server, "two").await;
    let both = api.get(&format!("/ClientCredentialClients?id={two}&id=&id={one}&skip=7")).await;
    let counted = both.json().as_array().map(Vec::len);
    assert_eq!((both.status, both.header("total-count"), counted), (200, "3", Some(2)), "of the type there are three");
    let ignored = api.get(&format!("/ClientCredentialClients?id={two}&count=0&skip=x")).await;
    assert_eq!((ignored.status, ignored.json().as_array().map(Vec::len)), (200, Some(1)), "{}", ignored.text());
    let head = api.head(&format!("/ClientCredentialClients?id=nothing&id={one}")).await;
    assert_eq!((head.status, head.header("total-count"), head.body.len()), (200, "3", 0));
    let many: Vec<String> = (0..500).map(|n| format!("id=aaaaaaaa-0000-4000-8000-{n:012}")).collect();
    let many = api.get(&format!("/ClientCredentialClients?{}", many.join("&"))).await;
    assert_eq!(many.status, 207, "{}", many.text());
    let some = api.get(&format!("/ClientCredentialClients?id=nothing&id={one}")).await;
    assert_eq!(some.status, 207);
    let body = some.json();
    assert_eq!(body["OperationId"], some.header("operation-id"));
    assert_eq!(body["Data"][0]["Id"], json!(one));
    let child = &body["ChildErrors"][0];
    assert_eq!((&child["StatusCode"], &child["ModelId"]), (&json!(404), &json!("nothing")));
    for member in ["OperationId", "Error", "Reason", "Resolution", "EventId"] {
        assert!(child[member].as_str().is_some_and(|text| !text.is_empty()), "{member} in {child}");
    }
    let others = api.get(&format!("/HybridClients?id=nothing&id={one}")).await;
    assert_eq!((others.status, others.json()), (200, json!([])), "the other lists leave them out");
}

async fn a_client_is_found_under_its_own_type_alone(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let (id, _) = api.add_daemon(&server, "one").await;
    for path in ["AuthorizationCodeClients", "HybridClients"] {
        let path = format!("/{path}/{id}");
        assert_refused(&api.get(&path).await, 404);
        assert_refused(&api.put(&path, json!({ "Name": "x" })).await, 404);
        assert_refused(&api.delete(&path).await, 404);
    }
    assert_refused(&api.get(&format!("/HybridClients/{id}/Secrets")).await, 404);
    assert_refused(&api.get(&format!("/HybridClients/{id}/Secrets/1")).await, 404);
    assert_refused(&api.get("/ClientCredentialClients/%00").await, 404);
    assert_refused(&api.get("/ClientCredentialClients/%FF").await, 404);
    assert_eq!(api.get(&format!("/ClientCredentialClients/{id}")).await.status, 200);
}

async fn ad_11_one_idempotency_key_makes_one_client(server: TestServer) {
    let api = Api::of(&server, BuiltInRole::Administrator).await;
    let body = json!({ "Name": "once" });
    let ask =
        || send(api.request(Method::POST, "/ClientCredentialClients").header("idempotency-key", "k1").json(&body));
    let (one, two, three) = tokio::join!(ask(), ask(), ask());
    let mut statuses = [&one, &two, &three].map(|answer| answer.status);
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409]);
    for answer in [one, two, three].iter().filter(|answer| answer.status == 201) {
        server.confide(&answer.member("Secret"));
    }
    assert_eq!(api.get("/ClientCredentialClients").await.header("total-count"), "2", "the caller and the new one");
}
