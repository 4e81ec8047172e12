//! Grants and what hangs on them: codes, refresh tokens, consent, single access tokens.

use crate::support::samples::{add_client, add_tenant, add_user, client, hash, user};
use crate::support::{Database, NOW, UnixTime};
use portcullis::oauth::{
    ClaimsRequest, ClientId, CodeChallenge, Grant, GrantId, Scope, SessionId, TenantId, TokenHash, UserId,
};
use portcullis::storage::{StorageError, StoredCode};

on_both_engines!(
    a_grant_comes_back_as_it_was_kept,
    one_of_many_racers_spends_a_code,
    a_code_that_is_over_is_spent_all_the_same,
    one_of_many_racers_replaces_a_refresh_token,
    a_refresh_token_that_is_over_is_not_spent,
    what_a_user_granted_is_taken_back_by_client_and_altogether,
    a_session_takes_its_grants_and_codes_along_but_no_offline_grant,
    consent_is_remembered_for_each_client_until_it_is_taken_back,
    a_single_access_token_is_taken_back_once_and_for_all,
    what_hangs_on_a_removed_user_or_client_goes_along,
);

pub(crate) async fn people(database: &Database) {
    let tenant = add_tenant(database, "acme").await;
    for id in ["app", "wiki"] {
        add_client(database, &client(&tenant, id)).await;
    }
    add_user(database, &user(&tenant, "ada", "ada@example.com")).await.unwrap();
}

pub(crate) fn grant(id: &str, client: &str, scope: &str) -> Grant {
    Grant {
        id: GrantId::new(id),
        tenant_id: TenantId::new("acme"),
        client_id: ClientId::new(client),
        user_id: UserId::new("ada"),
        sid: SessionId::new("sid-1"),
        scope: Scope::parse(scope).unwrap(),
        claims: ClaimsRequest::parse(Some(r#"{"userinfo":{"name":{"essential":true}}}"#)).unwrap(),
        auth_time: NOW,
        user_generation: 3,
        created_at: NOW.plus(1),
        ends_at: NOW.plus(1_000),
        revoked_at: None,
    }
}

pub(crate) async fn keep(database: &Database, grant: &Grant) {
    written!(database, (grant), tx => tx.insert_grant(&grant).await).await.unwrap();
}

pub(crate) async fn find(database: &Database, id: &str) -> Option<Grant> {
    database.read().await.unwrap().find_grant(&GrantId::new(id)).await.unwrap()
}

async fn revoked(database: &Database, id: &str) -> Option<UnixTime> {
    find(database, id).await.unwrap().revoked_at
}

pub(crate) fn code(grant: &str) -> StoredCode {
    StoredCode {
        grant_id: GrantId::new(grant),
        redirect_uri: "https://app.example/cb".to_owned(),
        code_challenge: CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        nonce: Some("n".to_owned()),
        expires_at: NOW.plus(60),
    }
}

pub(crate) async fn keep_code(database: &Database, number: u8, code: &StoredCode) {
    let hash = hash(number);
    written!(database, (code), tx => tx.insert_code(&hash, &code).await).await.unwrap();
}

async fn spend_code(database: &Database, number: u8, now: UnixTime) -> Option<StoredCode> {
    let hash = hash(number);
    let spent: Result<_, StorageError> =
        database.write(move |tx| Box::pin(async move { tx.consume_code(&hash, now).await })).await;
    spent.unwrap()
}

pub(crate) async fn keep_refresh_token(database: &Database, number: u8, grant: &str) {
    let (hash, grant) = (hash(number), GrantId::new(grant));
    let kept = written!(database, (grant), tx => tx.insert_refresh_token(&hash, &grant, NOW, NOW.plus(100)).await);
    kept.await.unwrap();
}

async fn spend_refresh_token(database: &Database, hash: TokenHash, now: UnixTime) -> bool {
    let spent: Result<_, StorageError> =
        database.write(move |tx| Box::pin(async move { tx.consume_refresh_token(&hash, now).await })).await;
    spent.unwrap()
}

async fn a_grant_comes_back_as_it_was_kept(database: Database) {
    people(&database).await;
    let grant = grant("g", "app", "openid offline_access");
    keep(&database, &grant).await;
    assert_eq!(find(&database, "g").await, Some(grant.clone()));
    assert_eq!(find(&database, "x").await, None);
    let offline = database.read().await.unwrap().offline_grants_of(&grant.user_id, NOW).await.unwrap();
    assert_eq!(offline, std::slice::from_ref(&grant));
    let later = database.read().await.unwrap().offline_grants_of(&grant.user_id, NOW.plus(1_000)).await.unwrap();
    assert_eq!(later, []);
}

async fn one_of_many_racers_spends_a_code(database: Database) {
    people(&database).await;
    keep(&database, &grant("g", "app", "openid")).await;
    keep_code(&database, 1, &code("g")).await;
    let told = crate::racing::all(24, |_| {
        let database = database.clone();
        async move { spend_code(&database, 1, NOW).await }
    });
    let winners: Vec<_> = told.await.into_iter().flatten().collect();
    assert_eq!(winners, [code("g")]);
    let grant = database.read().await.unwrap().grant_of_code(&hash(1)).await.unwrap();
    assert_eq!(grant, Some(GrantId::new("g")), "a spent code is still known");
    assert_eq!(database.read().await.unwrap().grant_of_code(&hash(2)).await.unwrap(), None);
}

async fn a_code_that_is_over_is_spent_all_the_same(database: Database) {
    people(&database).await;
    keep(&database, &grant("g", "app", "openid")).await;
    let plain = StoredCode { code_challenge: None, nonce: None, ..code("g") };
    keep_code(&database, 1, &plain).await;
    assert_eq!(spend_code(&database, 1, NOW.plus(60)).await, Some(plain));
    assert_eq!(spend_code(&database, 1, NOW).await, None);
    assert_eq!(spend_code(&database, 2, NOW).await, None);
}

async fn one_of_many_racers_replaces_a_refresh_token(database: Database) {
    people(&database).await;
    keep(&database, &grant("g", "app", "openid offline_access")).await;
    keep_refresh_token(&database, 1, "g").await;
    let told = crate::racing::all(24, |_| {
        let database = database.clone();
        async move { spend_refresh_token(&database, hash(1), NOW.plus(5)).await }
    });
    assert_eq!(told.await.into_iter().filter(|won| *won).count(), 1);
    let stored = database.read().await.unwrap().find_refresh_token(&hash(1)).await.unwrap().unwrap();
    assert_eq!(stored.token.consumed_at, Some(NOW.plus(5)));
    assert_eq!(stored.token.client_id, ClientId::new("app"));
    assert_eq!(stored.token.expires_at, NOW.plus(100));
    assert_eq!(stored.issued_at, NOW);
    assert_eq!(stored.grant, grant("g", "app", "openid offline_access"));
    assert_eq!(database.read().await.unwrap().find_refresh_token(&hash(2)).await.unwrap(), None);
}

async fn a_refresh_token_that_is_over_is_not_spent(database: Database) {
    people(&database).await;
    keep(&database, &grant("g", "app", "openid offline_access")).await;
    keep_refresh_token(&database, 1, "g").await;
    assert!(!spend_refresh_token(&database, hash(1), NOW.plus(100)).await);
    assert!(spend_refresh_token(&database, hash(1), NOW.plus(99)).await);
}

async fn what_a_user_granted_is_taken_back_by_client_and_altogether(database: Database) {
    people(&database).await;
    for (id, client) in [("g1", "app"), ("g2", "app"), ("g3", "wiki"), ("g4", "wiki")] {
        keep(&database, &grant(id, client, "openid offline_access")).await;
    }
    let (ada, app, one) = (UserId::new("ada"), ClientId::new("app"), GrantId::new("g4"));
    let at = NOW.plus(9);
    assert!(written!(database, (one), tx => tx.revoke_grant(&one, NOW).await).await.unwrap());
    assert!(!written!(database, (one), tx => tx.revoke_grant(&one, at).await).await.unwrap(), "once is enough");
    let gone = written!(database, (ada, app), tx => tx.revoke_grants_of(&ada, Some(&app), at).await).await.unwrap();
    assert_eq!(gone, 2);
    assert_eq!((revoked(&database, "g1").await, revoked(&database, "g3").await), (Some(at), None));
    let gone = written!(database, (ada), tx => tx.revoke_grants_of(&ada, None, at).await).await.unwrap();
    assert_eq!(gone, 1);
    assert_eq!((revoked(&database, "g3").await, revoked(&database, "g4").await), (Some(at), Some(NOW)));
    assert_eq!(database.read().await.unwrap().offline_grants_of(&ada, NOW).await.unwrap(), []);
}

async fn a_session_takes_its_grants_and_codes_along_but_no_offline_grant(database: Database) {
    people(&database).await;
    let other = SessionId::new("sid-2");
    keep(&database, &grant("online", "app", "openid")).await;
    keep(&database, &grant("offline", "app", "openid offline_access")).await;
    keep(&database, &Grant { sid: other, ..grant("elsewhere", "app", "openid") }).await;
    for (number, id) in [(1, "online"), (2, "offline"), (3, "elsewhere"), (4, "online")] {
        keep_code(&database, number, &code(id)).await;
    }
    spend_code(&database, 4, NOW).await;
    let sid = SessionId::new("sid-1");
    let gone = written!(database, (sid), tx => tx.revoke_grants_of_session(&sid, NOW).await).await.unwrap();
    assert_eq!(gone, 1);
    assert_eq!(revoked(&database, "online").await, Some(NOW));
    assert_eq!((revoked(&database, "offline").await, revoked(&database, "elsewhere").await), (None, None));
    for (number, spendable) in [(1, false), (2, false), (3, true)] {
        assert_eq!(spend_code(&database, number, NOW).await.is_some(), spendable, "code {number}");
    }
    let spent = database.read().await.unwrap().grant_of_code(&hash(4)).await.unwrap();
    assert!(spent.is_some(), "a replay is still known as one");
}

async fn consent_is_remembered_for_each_client_until_it_is_taken_back(database: Database) {
    people(&database).await;
    let (ada, app, wiki) = (UserId::new("ada"), ClientId::new("app"), ClientId::new("wiki"));
    let put = |client: &ClientId, scope: &'static str, at: UnixTime| {
        let (ada, client, scope) = (ada.clone(), client.clone(), Scope::parse(scope).unwrap());
        written!(database, (ada, client, scope), tx => tx.put_consent(&ada, &client, &scope, at).await)
    };
    put(&app, "openid", NOW).await.unwrap();
    put(&wiki, "openid email", NOW.plus(1)).await.unwrap();
    put(&app, "openid phone", NOW.plus(2)).await.unwrap();
    let mut reader = database.read().await.unwrap();
    let consent = reader.find_consent(&ada, &app).await.unwrap().unwrap();
    assert_eq!((consent.scope.to_string().as_str(), consent.granted_at), ("openid phone", NOW.plus(2)));
    let all: Vec<_> = reader.consents_of(&ada).await.unwrap().into_iter().map(|(client, _)| client).collect();
    assert_eq!(all, [app.clone(), wiki]);
    drop(reader);
    assert!(written!(database, (ada, app), tx => tx.delete_consent(&ada, &app).await).await.unwrap());
    assert!(!written!(database, (ada, app), tx => tx.delete_consent(&ada, &app).await).await.unwrap());
    assert_eq!(database.read().await.unwrap().find_consent(&ada, &app).await.unwrap(), None);
}

async fn a_single_access_token_is_taken_back_once_and_for_all(database: Database) {
    for _ in 0..2 {
        written!(database, (), tx => tx.revoke_token("j1", NOW.plus(60)).await).await.unwrap();
    }
    let mut reader = database.read().await.unwrap();
    assert!(reader.is_token_revoked("j1").await.unwrap());
    assert!(!reader.is_token_revoked("j2").await.unwrap());
}

async fn what_hangs_on_a_removed_user_or_client_goes_along(database: Database) {
    people(&database).await;
    for (id, client, number) in [("g1", "app", 1), ("g2", "wiki", 2)] {
        keep(&database, &grant(id, client, "openid offline_access")).await;
        keep_code(&database, number, &code(id)).await;
        keep_refresh_token(&database, number, id).await;
    }
    let (ada, app) = (UserId::new("ada"), ClientId::new("app"));
    written!(database, (app), tx => tx.delete_client(&app).await).await.unwrap();
    assert_eq!((find(&database, "g1").await, find(&database, "g2").await.is_some()), (None, true));
    assert_eq!(database.read().await.unwrap().grant_of_code(&hash(1)).await.unwrap(), None);
    assert_eq!(database.read().await.unwrap().find_refresh_token(&hash(1)).await.unwrap(), None);
    written!(database, (ada), tx => tx.delete_user(&ada).await).await.unwrap();
    assert_eq!(find(&database, "g2").await, None);
}
