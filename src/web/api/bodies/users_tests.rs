use super::*;
use serde_json::json;

fn user() -> User {
    User {
        id: UserId::new("u"),
        tenant_id: TenantId::new("t"),
        email: "alex@example.com".to_owned(),
        name: "Alex Kim".to_owned(),
        claims: r#"{"given_name":"Alex","family_name":"Kim","locale":"de"}"#.to_owned(),
        password_hash: None,
        password_changed_at: None,
        enabled: true,
        created_at: UnixTime(0),
        updated_at: UnixTime(0),
        last_sign_in_at: None,
        generation: 0,
        version: 1,
    }
}

fn members(body: Value) -> UserMembers {
    serde_json::from_value(body).expect("members")
}

#[test]
fn a_new_user_is_known_by_contact_words_alone() {
    let new = members(json!({
        "ContactGivenName": "Alex", "ContactSurname": "Kim", "ContactEmail": "alex@example.com", "RoleIds": ["ABC"],
    }));
    let new = new.into_new().expect("a user");
    assert_eq!((new.email.as_str(), new.name.as_str()), ("alex@example.com", "Alex Kim"));
    assert_eq!(new.role_ids, [RoleId::new("abc")]);
    assert_eq!(new.claims.as_deref(), Some(r#"{"family_name":"Kim","given_name":"Alex"}"#));
    let foreign = members(json!({ "ContactEmail": "a@b", "IdentityProviderId": "google" }));
    assert!(foreign.into_new().is_err());
}

#[test]
fn what_is_shown_can_be_sent_back_and_changes_nothing() {
    let shown = json!(UserView::new(&user(), vec![RoleId::new("r")]));
    let change = members(shown).into_change(&user()).expect("a change");
    assert!(change.email.is_none() && change.name.is_none() && change.claims.is_none());
    assert_eq!(change.role_ids, Some(vec![RoleId::new("r")]));
}

#[test]
fn either_word_changes_the_one_thing() {
    let rows = [
        (json!({ "ContactEmail": "b@example.com", "Email": "alex@example.com" }), Some("b@example.com"), None),
        (json!({ "ContactEmail": "alex@example.com", "Email": "b@example.com" }), Some("b@example.com"), None),
        (json!({ "Surname": "Lee", "ContactSurname": "Kim" }), None, Some("Alex Lee")),
        (json!({ "ContactGivenName": "Sam" }), None, Some("Sam Kim")),
        (json!({ "Name": "A. Kim" }), None, Some("A. Kim")),
        (json!({}), None, None),
    ];
    for (body, email, name) in rows {
        let change = members(body.clone()).into_change(&user()).expect("a change");
        assert_eq!((change.email.as_deref(), change.name.as_deref()), (email, name), "{body}");
        let kept = change.claims.is_none_or(|claims| claims.contains("\"locale\":\"de\""));
        assert!(kept, "other claims stay: {body}");
    }
    assert!(members(json!({ "Surname": "x".repeat(49) })).into_change(&user()).is_err());
}

#[test]
fn an_invitation_ends_within_two_months() {
    let lifetime = |body: Value| {
        let members: InvitationMembers = serde_json::from_value(body).expect("members");
        members.lifetime(UnixTime::start_of_day("2027-01-01").expect("a day")).ok()
    };
    assert_eq!(lifetime(json!({})), Some(21 * 86_400));
    assert_eq!(lifetime(json!({ "ExpiresDateTime": "2027-01-02T00:00:00Z" })), Some(86_400));
    for bad in ["2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", "2027-04-01T00:00:00Z"] {
        assert_eq!(lifetime(json!({ "ExpiresDateTime": bad })), None, "{bad}");
    }
}

#[test]
fn states_have_names_and_numbers() {
    let rows =
        [("InvitationAccepted", Some(0)), ("invitationexpired", Some(4)), ("3", Some(3)), ("5", None), ("x", None)];
    for (text, expected) in rows {
        assert_eq!(status_named(text), expected, "{text}");
    }
}
