use super::*;
use crate::oauth::{ClientId, TenantId, UrlLists};
use serde_json::json;

fn client(kind: ClientType) -> Client {
    Client {
        id: ClientId::new("c"),
        tenant_id: TenantId::new("t"),
        client_type: kind,
        name: "nightly".to_owned(),
        enabled: true,
        token_lifetime: 3_600,
        role_ids: vec![RoleId::new("r")],
        urls: UrlLists { redirect: vec!["https://a.example/cb".to_owned()], ..UrlLists::default() },
        allow_offline_access: false,
        allow_access_tokens_via_browser: false,
        client_uri: None,
        logo_uri: None,
        pkce: if kind == ClientType::Hybrid { PkcePolicy::PkceOrNonce } else { PkcePolicy::Required },
        consent: ConsentPolicy::Never,
        auth_method: AuthMethodPolicy::Any,
        access_token_algorithm: SigningAlgorithm::Rs256,
        tags: Vec::new(),
        created_at: UnixTime(0),
        created_by: String::new(),
        last_used_at: None,
        version: 1,
    }
}

#[test]
fn a_client_has_exactly_the_members_of_its_type() {
    let base = json!({ "Id": "c", "Name": "nightly", "Enabled": true, "AccessTokenLifetime": 3600, "Tags": [] });
    let pages = json!({
        "RedirectUris": ["https://a.example/cb"], "PostLogoutRedirectUris": [], "ClientUri": null, "LogoUri": null,
    });
    let rows = [
        (ClientType::ClientCredentials, vec![json!({ "RoleIds": ["r"] })]),
        (
            ClientType::AuthorizationCode,
            vec![pages.clone(), json!({ "AllowedCorsOrigins": [], "AllowOfflineAccess": false })],
        ),
        (ClientType::Hybrid, vec![pages, json!({ "AllowOfflineAccess": false, "AllowAccessTokensViaBrowser": false })]),
    ];
    for (kind, more) in rows {
        let mut expected = base.clone();
        for members in more {
            let members = members.as_object().cloned().unwrap_or_default();
            expected.as_object_mut().expect("an object").extend(members);
        }
        assert_eq!(json!(ClientView::from(&client(kind))), expected, "{kind:?}");
    }
}

#[test]
fn what_is_shown_can_be_sent_back_as_a_change() {
    for kind in ClientType::ALL {
        let mut unusual = client(kind);
        unusual.access_token_algorithm = SigningAlgorithm::Es256;
        unusual.consent = if kind.has_users() { ConsentPolicy::Always } else { ConsentPolicy::Never };
        for shown in [client(kind), unusual] {
            let sent: ClientMembers = serde_json::from_value(json!(ClientView::from(&shown))).expect("members");
            let change = sent.into_change(kind).expect("a change");
            assert_eq!(change.name.as_deref(), Some("nightly"), "{kind:?}");
        }
    }
}

#[test]
fn members_of_other_types_are_refused_by_name() {
    use ClientType::{AuthorizationCode, ClientCredentials, Hybrid};
    let rows = [
        (ClientCredentials, json!({ "RedirectUris": [] }), Some("RedirectUris")),
        (ClientCredentials, json!({ "RedirectUris": null, "RoleIds": [] }), None),
        (ClientCredentials, json!({ "SecretDescription": "x", "SecretExpirationDate": null }), None),
        (AuthorizationCode, json!({ "RoleIds": [] }), Some("RoleIds")),
        (AuthorizationCode, json!({ "SecretDescription": "x" }), Some("SecretDescription")),
        (AuthorizationCode, json!({ "AllowedCorsOrigins": [], "AllowOfflineAccess": true }), None),
        (AuthorizationCode, json!({ "AllowAccessTokensViaBrowser": true }), Some("AllowAccessTokensViaBrowser")),
        (Hybrid, json!({ "AllowedCorsOrigins": [] }), Some("AllowedCorsOrigins")),
        (Hybrid, json!({ "AllowAccessTokensViaBrowser": true, "SecretDescription": "x" }), None),
        (Hybrid, json!({ "AccessTokenAlgorithm": "HS256" }), Some("AccessTokenAlgorithm")),
    ];
    for (kind, body, refused) in rows {
        let members: ClientMembers = serde_json::from_value(body.clone()).expect("members");
        match (members.into_new(kind), refused) {
            (Ok(_), None) => {}
            (Err(problem), Some(name)) => assert!(problem.words.reason.starts_with(name), "{problem:?}"),
            (got, _) => panic!("{kind:?} {body}: {got:?}"),
        }
    }
    let secret: ClientMembers = serde_json::from_value(json!({ "SecretDescription": "x" })).expect("members");
    assert!(secret.into_change(ClientType::Hybrid).is_err(), "a change makes no secret");
}
