//! Documents that go from SQLite into either engine.

use crate::scene::{ADA, Scene};
use crate::support::Location;
use crate::support::places::opened;
use crate::support::samples::add_role;
use portcullis::flows::Portal;
use portcullis::flows::admin::{
    Administrator, ClientSettings, Document, ExportChoice, ImportChoice, ImportError, ImportReport, NewClient, NewRole,
    NewSecret, NewUserFields, Outcome, UserChange,
};
use portcullis::oauth::admin_fields::SecretEnd;
use portcullis::oauth::{BuiltInRole, ClientType, TenantId, UserId};
use serde_json::{Value, json};

on_both_empty!(
    a_document_goes_from_engine_to_engine_once,
    an_import_keeps_the_rules_of_every_other_door,
    what_a_document_does_not_name_can_go_but_not_whoever_imports
);

const ALL: ExportChoice = ExportChoice { roles: true, clients: true, users: true, hashes: true };

fn operator() -> Administrator {
    Administrator::operator(TenantId::new("acme"), None)
}

async fn exported(scene: &Scene) -> Value {
    serde_json::to_value(scene.provider.export(&operator(), ALL).await.unwrap()).unwrap()
}

async fn imported(scene: &Scene, document: &Value, rehearse: bool) -> Result<ImportReport, ImportError> {
    let document = Document::parse(&document.to_string()).expect("a document");
    scene.provider.import(&operator(), document, ImportChoice { rehearse, prune: false }).await
}

fn counts(report: &ImportReport) -> [usize; 3] {
    [Outcome::Created, Outcome::Changed, Outcome::Unchanged].map(|outcome| report.count(outcome))
}

async fn a_document_goes_from_engine_to_engine_once(location: Location) {
    let folder = tempfile::tempdir().unwrap();
    let from = Scene::set(opened(&Location::Sqlite(folder.path().join("from.db"))).await).await;
    let by = operator();
    let role = NewRole { name: "Pump Operator".to_owned(), ..NewRole::default() };
    from.provider.create_role(&by, role).await.unwrap();
    let client = NewClient {
        id: Some("nightly".to_owned()),
        client_type: ClientType::ClientCredentials,
        name: "Nightly".to_owned(),
        settings: ClientSettings { tags: Some(vec!["a".to_owned()]), ..ClientSettings::default() },
    };
    let secret = NewSecret { description: "first".to_owned(), end: SecretEnd::Never };
    let secret = from.provider.create_client(&by, client, Some(secret), None).await.unwrap().secret.unwrap();
    let user = NewUserFields { email: "uma@example.com".to_owned(), invite_later: true, ..NewUserFields::default() };
    from.provider.create_user(&by, user).await.unwrap();
    let mut document = exported(&from).await;
    // The scene's daemon has no role at all, and the rules give it this one.
    let mut clients = document["clients"].as_array_mut().unwrap().iter_mut();
    let daemon = clients.find(|client| client["Id"] == "daemon").unwrap();
    daemon["RoleIds"] = json!([BuiltInRole::Member.type_id()]);
    // Ada has an id that no store has given.
    document["users"].as_array_mut().unwrap().retain(|user| user["Email"] == "uma@example.com");

    let to = Scene::set(opened(&location).await).await;
    let before = exported(&to).await;
    assert_eq!(counts(&imported(&to, &document, true).await.unwrap()), [3, 1, 3]);
    assert_eq!(exported(&to).await, before, "a rehearsal changes nothing");
    let report = imported(&to, &document, false).await.unwrap();
    assert_eq!((counts(&report), report.left), ([3, 1, 3], 1), "Ada is left");
    assert_eq!(counts(&imported(&to, &document, false).await.unwrap()), [0, 0, 7]);
    let after = exported(&to).await;
    assert_eq!((&after["roles"], &after["clients"]), (&document["roles"], &document["clients"]));
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "nightly"),
        ("client_secret", secret.value.expose().as_str()),
    ];
    to.token(&form).await.expect("a token");

    document["roles"][0]["Description"] = json!("Pumps");
    document["clients"][0]["Enabled"] = json!(false);
    document["users"][0]["Claims"] = json!({"given_name": "Uma"});
    assert_eq!(counts(&imported(&to, &document, false).await.unwrap()), [0, 3, 4]);
    // An entry that will not do, after one that would be changed.
    document["roles"][0]["Description"] = json!("Pumps and valves");
    document["clients"][1]["Id"] = json!("");
    let Err(ImportError::Invalid(problems)) = imported(&to, &document, false).await else { panic!("it was taken") };
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(exported(&to).await["roles"][0]["Description"], "Pumps");
}

async fn an_import_keeps_the_rules_of_every_other_door(location: Location) {
    let scene = Scene::set(opened(&location).await).await;
    let claims = json!({ "email_verified": true });
    let user = |id: &str, email: &str| json!({ "Id": id, "Email": email, "Name": "Uma" });
    let mut uma = user("11111111-2222-4333-8444-55555555aaaa", "uma@example.com");
    uma["Claims"] = claims.clone();
    let first = json!({ "version": 1, "users": [uma] });
    imported(&scene, &first, false).await.expect("a user");

    // Another address: nobody has verified it.
    let moved = json!({ "version": 1, "users": [user("11111111-2222-4333-8444-55555555aaaa", "uma@example.net")] });
    imported(&scene, &moved, false).await.expect("a change");
    let after = exported(&scene).await;
    let uma = after["users"].as_array().unwrap().iter().find(|user| user["Email"] == "uma@example.net").unwrap();
    assert!(uma["Claims"].get("email_verified").is_none(), "{uma}");

    // KY-06: no machine has the subject of a user, however it is written.
    let client = |id: &str| {
        json!({ "Id": id, "ClientType": "client-credentials", "Name": "Machine",
                "RoleIds": [BuiltInRole::Member.type_id()] })
    };
    for taken in ["11111111-2222-4333-8444-55555555aaaa", "11111111-2222-4333-8444-55555555AAAA"] {
        let document = json!({ "version": 1, "clients": [client(taken)] });
        let Err(ImportError::Invalid(problems)) = imported(&scene, &document, false).await else { panic!("{taken}") };
        assert_eq!(problems[0].place, "clients[0].Id");
    }
    let machine = "22222222-2222-4333-8444-55555555BBBB";
    imported(&scene, &json!({ "version": 1, "clients": [client(machine)] }), false).await.expect("a client");
    let document = json!({ "version": 1, "users": [user(&machine.to_lowercase(), "bob@example.com")] });
    let Err(ImportError::Invalid(problems)) = imported(&scene, &document, false).await else { panic!("{machine}") };
    assert_eq!(problems[0].place, "users[0].Id");
}

async fn what_a_document_does_not_name_can_go_but_not_whoever_imports(location: Location) {
    let scene = Scene::set(opened(&location).await).await;
    let by = operator();
    let role = NewRole { name: "Pump Operator".to_owned(), ..NewRole::default() };
    scene.provider.create_role(&by, role).await.unwrap();
    for email in ["uma@example.com", "ubo@example.com"] {
        let user = NewUserFields { email: email.to_owned(), invite_later: true, ..NewUserFields::default() };
        scene.provider.create_user(&by, user).await.unwrap();
    }
    // Known by the e-mail alone, in other letters; and a new role with the name of the one that goes.
    let uma = json!({ "Id": "11111111-2222-4333-8444-55555555aaaa", "Email": "UMA@example.com", "Name": "Uma" });
    let role = json!({ "Id": "21111111-2222-4333-8444-55555555aaaa", "Name": "pump operator" });
    let document = json!({ "version": 1, "roles": [role], "clients": [], "users": [uma] });
    let document = Document::parse(&document.to_string()).unwrap();
    let acme = TenantId::new("acme");
    let administrator = add_role(&scene.database, &acme, "administrator", Some(BuiltInRole::Administrator)).await;
    let change = UserChange { role_ids: Some(vec![administrator]), ..UserChange::default() };
    scene.provider.change_user(&by, &UserId::new(ADA), change).await.unwrap();
    let ada = scene.provider.signed_in(scene.sign_in().await).await.unwrap().expect("Ada");
    let Portal::Open(ada) = ada.portal(String::new(), String::new()) else { panic!("Ada is an administrator") };
    let choice = ImportChoice { rehearse: false, prune: true };
    let report = scene.provider.import(&ada, document, choice).await.expect("it is taken");
    let mut told: Vec<String> =
        report.changes.iter().map(|change| format!("{} {}", change.outcome.as_str(), change.name)).collect();
    told.sort();
    let expected = [
        "changed UMA@example.com",
        "created pump operator",
        "removed Client daemon",
        "removed Client other",
        "removed Client spa",
        "removed Client web",
        "removed Pump Operator",
        "removed ubo@example.com",
    ];
    assert_eq!(told, expected);
    assert_eq!(report.left, 1, "Ada: {told:?}");
    assert!(scene.provider.user(&by, &UserId::new(ADA)).await.is_ok());
}
