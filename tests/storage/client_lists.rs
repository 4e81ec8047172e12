//! Lists of clients: what is in them, in which order, and which part.

use crate::support::samples::{add_client, add_secret, add_tenant, client, secret};
use crate::support::{Database, NOW};
use portcullis::oauth::{Client, ClientId, ClientSecret, ClientType, TenantId, TokenCount, UrlLists};
use portcullis::storage::{ClientFilter, ClientSort, ClientStatus, ClientSummary, Page};

on_both_engines!(
    a_summary_tells_of_secrets_and_urls,
    text_is_looked_for_in_name_id_urls_and_descriptions,
    signs_of_like_are_text_like_any_other,
    a_type_lets_only_its_own_through,
    each_status_lets_through_what_it_says,
    filters_hold_together,
    lists_are_sorted_both_ways,
    pages_part_the_list_and_lose_nothing,
    text_longer_than_anything_finds_nothing,
);

const ALL: Page = Page { skip: 0, count: 100, sort: ClientSort::Name, descending: false };
const DAY: i64 = 86_400;

async fn list(database: &Database, tenant: &TenantId, filter: &ClientFilter, page: Page) -> Vec<ClientSummary> {
    let mut reader = database.read().await.unwrap();
    let list = reader.list_clients(tenant, filter, page, NOW).await.unwrap();
    if page.skip == 0 && page.count == ALL.count {
        let count = reader.count_clients(tenant, filter, NOW).await.unwrap();
        assert_eq!(usize::try_from(count).unwrap(), list.len(), "count and list disagree about {filter:?}");
    }
    list
}

async fn ids(database: &Database, tenant: &TenantId, filter: &ClientFilter, page: Page) -> String {
    let list = list(database, tenant, filter, page).await;
    list.iter().map(|summary| summary.id.as_str()).collect::<Vec<_>>().join(" ")
}

fn text(text: &str) -> ClientFilter {
    ClientFilter { text: Some(text.to_owned()), ..ClientFilter::default() }
}

fn ending(id: i32, number: u8, seconds: i64) -> ClientSecret {
    ClientSecret { expires_at: Some(NOW.plus(seconds)), ..secret(id, number) }
}

async fn used(database: &Database, client: &ClientId, seconds: i64) {
    let at = NOW.plus(seconds);
    written!(database, (client), tx => tx.note_secret_use(&client, 1, at, "").await).await.unwrap();
}

async fn a_summary_tells_of_secrets_and_urls(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let redirect = vec!["https://z.example/".to_owned(), "https://a.example/".to_owned()];
    let urls = UrlLists { redirect, logout: vec!["https://out.example/".to_owned()], cors: Vec::new() };
    let app = Client { client_type: ClientType::Hybrid, urls, ..client(&tenant, "app") };
    add_client(&database, &app).await;
    let off = ClientSecret { enabled: false, ..ending(5, 5, 5) };
    for secret in [secret(1, 1), ending(2, 2, 20), ending(3, 3, 10), ending(4, 4, 0), off] {
        add_secret(&database, &app.id, &secret).await;
    }
    used(&database, &app.id, -1).await;
    let expected = ClientSummary {
        id: app.id,
        client_type: ClientType::Hybrid,
        name: app.name,
        enabled: true,
        created_at: NOW,
        last_used_at: Some(NOW.plus(-1)),
        usable_secrets: 3,
        expired_secrets: 1,
        next_secret_end: Some(NOW.plus(10)),
        next_secret: Some("Secret 3".to_owned()),
        redirect_urls: 2,
        first_redirect_url: Some("https://z.example/".to_owned()),
    };
    assert_eq!(list(&database, &tenant, &ClientFilter::default(), ALL).await, [expected]);
}

async fn text_is_looked_for_in_name_id_urls_and_descriptions(database: Database) {
    let (tenant, other) = (add_tenant(&database, "acme").await, add_tenant(&database, "other").await);
    let url = |url: &str| UrlLists { logout: vec![url.to_owned()], ..UrlLists::default() };
    add_client(&database, &Client { name: "Ärzte und Wärter".to_owned(), ..client(&tenant, "by-name") }).await;
    add_client(&database, &Client { name: "X".to_owned(), ..client(&tenant, "ID-with-Needle") }).await;
    let by_url = Client { name: "Y".to_owned(), urls: url("https://Host.example/NEEDLE"), ..client(&tenant, "by-url") };
    add_client(&database, &by_url).await;
    let by_secret = client(&tenant, "by-secret");
    add_client(&database, &by_secret).await;
    let described = ClientSecret { description: "ÄRZTE, der Schlüssel".to_owned(), ..secret(1, 1) };
    add_secret(&database, &by_secret.id, &described).await;
    add_client(&database, &Client { name: "needle ärzte".to_owned(), ..client(&other, "elsewhere") }).await;
    let cases = [
        ("needle", "ID-with-Needle by-url"),
        ("nEEDLe", "ID-with-Needle by-url"),
        ("ärzte", "by-secret by-name"),
        ("ÄRZTE", "by-secret by-name"),
        ("SCHLÜSSEL", "by-secret"),
        ("wÄrt", "by-name"),
        ("by", "by-name by-secret by-url"),
        ("nothing", ""),
    ];
    for (wanted, expected) in cases {
        let mut found: Vec<_> =
            ids(&database, &tenant, &text(wanted), ALL).await.split(' ').map(str::to_owned).collect();
        found.sort_unstable();
        let mut expected: Vec<_> = expected.split(' ').collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "{wanted}");
    }
}

async fn signs_of_like_are_text_like_any_other(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    for (id, name) in [("a", "50% off"), ("b", "50 off"), ("c", "a_b"), ("d", "aXb"), ("e", "Stop!"), ("f", r"C:\x")] {
        add_client(&database, &Client { name: name.to_owned(), ..client(&tenant, id) }).await;
    }
    let cases = [("%", "a"), ("0% o", "a"), ("_", "c"), ("a_b", "c"), ("!", "e"), ("p!", "e"), (r"\", "f"), ("'", "")];
    for (wanted, expected) in cases {
        assert_eq!(ids(&database, &tenant, &text(wanted), ALL).await, expected, "{wanted}");
    }
}

async fn a_type_lets_only_its_own_through(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    for client_type in ClientType::ALL {
        add_client(&database, &Client { client_type, ..client(&tenant, client_type.as_str()) }).await;
    }
    for client_type in ClientType::ALL {
        let filter = ClientFilter { client_type: Some(client_type), ..ClientFilter::default() };
        assert_eq!(ids(&database, &tenant, &filter, ALL).await, client_type.as_str());
    }
}

async fn each_status_lets_through_what_it_says(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let disabled = |number| ClientSecret { enabled: false, ..secret(1, number) };
    let clients = [
        ("a-fine", Some(secret(1, 1)), Some(-1)),
        ("b-off", Some(secret(1, 2)), Some(-1)),
        ("c-30-days", Some(ending(1, 3, 30 * DAY)), Some(-1)),
        ("d-31-days", Some(ending(1, 4, 30 * DAY + 1)), Some(-1)),
        ("e-over", Some(ending(1, 5, 0)), Some(-1)),
        ("f-none", None, Some(-1)),
        ("k-off-none", None, Some(-1)),
        ("g-secret-off", Some(disabled(6)), Some(-1)),
        ("h-never", Some(secret(1, 7)), None),
        ("i-90-days", Some(secret(1, 8)), Some(-90 * DAY)),
        ("j-91-days", Some(secret(1, 9)), Some(-90 * DAY - 1)),
    ];
    for (id, secret, last_used) in clients {
        let client = Client {
            name: id.to_owned(),
            enabled: !id.contains("-off") || id == "g-secret-off",
            ..client(&tenant, id)
        };
        add_client(&database, &client).await;
        if let Some(secret) = secret {
            add_secret(&database, &client.id, &secret).await;
        }
        if let Some(seconds) = last_used {
            used(&database, &client.id, seconds).await;
        }
    }
    let public = Client { client_type: ClientType::AuthorizationCode, ..client(&tenant, "z-public") };
    add_client(&database, &public).await;
    used(&database, &public.id, -1).await;
    for (id, hour, issued, refused) in
        [("a-fine", 0, 1, 0), ("c-30-days", -23 * 3_600, 5, 1), ("d-31-days", -25 * 3_600, 0, 1)]
    {
        let (id, count) = (ClientId::new(id), TokenCount { hour: NOW.plus(hour), issued, refused });
        written!(database, (id), tx => tx.count_tokens_of_client(&id, &count).await).await.unwrap();
    }
    let cases = [
        (ClientStatus::Disabled, "b-off k-off-none"),
        (ClientStatus::ExpiringSoon, "c-30-days"),
        (ClientStatus::HasExpired, "e-over"),
        (ClientStatus::NoUsableSecret, "e-over f-none g-secret-off"),
        (ClientStatus::NeverUsed, "h-never"),
        (ClientStatus::NotUsed90Days, "h-never j-91-days"),
        (ClientStatus::RefusedToday, "c-30-days"),
        (
            ClientStatus::Enabled,
            "z-public a-fine c-30-days d-31-days e-over f-none g-secret-off h-never i-90-days j-91-days",
        ),
    ];
    assert_eq!(cases.len(), ClientStatus::ALL.len());
    for (status, expected) in cases {
        let filter = ClientFilter { status: Some(status), ..ClientFilter::default() };
        let mut found: Vec<_> = list(&database, &tenant, &filter, ALL).await.into_iter().map(|row| row.id).collect();
        let mut expected: Vec<_> = expected.split(' ').map(ClientId::new).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{status:?}");
    }
}

async fn filters_hold_together(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    for (id, client_type, enabled) in [
        ("pump-a", ClientType::Hybrid, true),
        ("pump-b", ClientType::Hybrid, false),
        ("pump-c", ClientType::ClientCredentials, false),
        ("valve", ClientType::Hybrid, false),
    ] {
        add_client(&database, &Client { client_type, enabled, ..client(&tenant, id) }).await;
    }
    let filter = ClientFilter {
        client_type: Some(ClientType::Hybrid),
        text: Some("pump".to_owned()),
        status: Some(ClientStatus::Disabled),
    };
    assert_eq!(ids(&database, &tenant, &filter, ALL).await, "pump-b");
}

async fn lists_are_sorted_both_ways(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let clients =
        [("a", "Mike", 30, Some(2)), ("b", "alpha", 10, None), ("c", "Zulu", 20, Some(1)), ("d", "mike", 20, None)];
    for (id, name, created, last_used) in clients {
        let client = Client { name: name.to_owned(), created_at: NOW.plus(created), ..client(&tenant, id) };
        add_client(&database, &client).await;
        add_secret(&database, &client.id, &ending(1, id.as_bytes()[0], 100 - created)).await;
        if let Some(seconds) = last_used {
            used(&database, &client.id, seconds).await;
        }
    }
    let cases = [
        (ClientSort::Name, false, "b a d c"),
        (ClientSort::Name, true, "c a d b"),
        (ClientSort::LastUsed, false, "b d c a"),
        (ClientSort::LastUsed, true, "a c b d"),
        (ClientSort::Created, false, "b c d a"),
        (ClientSort::Created, true, "a c d b"),
        (ClientSort::SecretEnd, false, "a c d b"),
        (ClientSort::SecretEnd, true, "b c d a"),
    ];
    for (sort, descending, expected) in cases {
        let page = Page { sort, descending, ..ALL };
        assert_eq!(ids(&database, &tenant, &ClientFilter::default(), page).await, expected, "{page:?}");
    }
}

async fn pages_part_the_list_and_lose_nothing(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    for number in 0..7 {
        add_client(&database, &Client { name: "Same".to_owned(), ..client(&tenant, &format!("c{number}")) }).await;
    }
    let cases =
        [(0, 3, "c0 c1 c2"), (3, 3, "c3 c4 c5"), (6, 3, "c6"), (9, 3, ""), (0, 0, ""), (-1, 1, "c0"), (0, -1, "")];
    for (skip, count, expected) in cases {
        let page = Page { skip, count, ..ALL };
        assert_eq!(ids(&database, &tenant, &ClientFilter::default(), page).await, expected, "{page:?}");
    }
}

async fn text_longer_than_anything_finds_nothing(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    add_client(&database, &client(&tenant, "app")).await;
    assert_eq!(ids(&database, &tenant, &text(&"x".repeat(100_000)), ALL).await, "");
}
