//! One of each page, as it might look on an ordinary day, and after a mistake.

use super::account::{AllowedApp, AppsPage, ClaimField, ClaimGroup, Device, DevicesPage, OverviewPage, PasswordPage};
use super::looks::{Sample, person, sample};
use super::*;
use crate::oauth::UnixTime;

pub(crate) fn now() -> UnixTime {
    UnixTime::start_of_day("2026-11-24").expect("a day").plus(38_467)
}

pub(crate) fn ago(seconds: i64) -> When {
    When::relative(now().plus(-seconds), now())
}

pub(crate) fn frame() -> Frame {
    Frame { csrf: "csrf-of-this-session".to_owned(), ..Frame::default() }
}

pub(crate) fn wrong(errors: &[(&str, &str)]) -> Frame {
    let errors = errors.iter().map(|&(field, message)| FieldError { field: field.into(), message: message.into() });
    Frame { errors: Errors(errors.collect()), ..frame() }
}

fn app() -> App {
    App {
        name: "Contoso Charts".to_owned(),
        host: "charts.contoso.com".to_owned(),
        cancel: "/cancel?request=sealed".to_owned(),
    }
}

fn user() -> Person {
    Person { name: "Uma Okafor".to_owned(), email: "uma@example.com".to_owned(), portal: false }
}

pub(crate) fn samples() -> Vec<Sample> {
    [outside(), passwords(), leaving(), errors(), account()].into_iter().flatten().collect()
}

fn outside() -> Vec<Sample> {
    let email = "uma@example.com".to_owned();
    let request = "sealed".to_owned();
    let code = "K7QD-2M9X".to_owned();
    let accounts = [user(), person()].map(|person| Account { id: person.email.clone(), person }).into();
    let scope = |words: &str, names: &str, new| ScopeLine { words: words.to_owned(), names: names.to_owned(), new };
    let mismatch = "That e-mail and password do not match an account. Check both, or reset your password.";
    vec![
        sample("setup", &SetupPage { frame: frame(), code: code.clone(), ..SetupPage::default() }),
        sample(
            "setup-wrong",
            &SetupPage {
                frame: wrong(&[
                    ("code", "This setup code does not work. It may be used up or older than 60 minutes."),
                    ("password", "Password must have at least 15 characters."),
                ]),
                code,
                name: "Alex Kim".to_owned(),
                email: "alex@example.com".to_owned(),
            },
        ),
        sample("login", &LoginPage { frame: frame(), ..LoginPage::default() }),
        sample(
            "login-app",
            &LoginPage {
                frame: frame(),
                request: request.clone(),
                email: email.clone(),
                app: Some(app()),
                again: false,
            },
        ),
        sample("login-wrong", &LoginPage { frame: wrong(&[("", mismatch)]), email, ..LoginPage::default() }),
        sample("select", &SelectPage { frame: frame(), request: request.clone(), app: Some(app()), accounts }),
        sample(
            "confirm-identity",
            &ConfirmIdentityPage {
                frame: frame(),
                request: request.clone(),
                person: user(),
                reason: "Contoso Charts asks for a recent sign-in.".to_owned(),
                app: Some(app()),
            },
        ),
        sample(
            "consent",
            &ConsentPage {
                frame: frame(),
                sealed: request.clone(),
                request,
                app: app(),
                logo: "/logo/charts/0123456789abcdef".to_owned(),
                home: "https://charts.contoso.com/".to_owned(),
                added_by: "Account Administrator of ACME".to_owned(),
                person: user(),
                scopes: vec![
                    scope("See your name and e-mail address", "profile, email", false),
                    scope("Stay signed in when you are away, until you remove it", "offline_access", true),
                ],
            },
        ),
        sample(
            "form-post",
            &FormPostPage {
                frame: frame(),
                app: "Contoso Charts".to_owned(),
                action: "https://charts.contoso.com/callback".to_owned(),
                fields: vec![Fact::new("code", "pc_ac_"), Fact::new("state", "\"<x>")],
                refused: false,
            },
        ),
        sample(
            "form-post-refused",
            &FormPostPage {
                frame: frame(),
                app: "Contoso Charts".to_owned(),
                action: "https://charts.contoso.com/callback".to_owned(),
                fields: vec![Fact::new("error", "access_denied")],
                refused: true,
            },
        ),
        sample(
            "continue",
            &ContinuePage {
                frame: frame(),
                app: "your app".to_owned(),
                url: "com.contoso.charts:/cb?code=c".to_owned(),
                ..ContinuePage::default()
            },
        ),
    ]
}

fn passwords() -> Vec<Sample> {
    vec![
        sample("invitation", &NewPasswordPage::invitation(frame(), "/invite/x".to_owned(), user(), "Alex Kim")),
        sample(
            "reset",
            &NewPasswordPage::reset(
                wrong(&[("password", "Password must have at least 15 characters.")]),
                "/password/x".to_owned(),
                user(),
            ),
        ),
        sample("link-gone", &LinkGonePage { frame: frame(), ..LinkGonePage::default() }),
        sample("link-gone-mail", &LinkGonePage { frame: frame(), again: "/password/forgot".to_owned() }),
        sample("forgot", &ForgotPage { frame: frame(), back: "/login".to_owned(), ..ForgotPage::default() }),
        sample(
            "forgot-mail",
            &ForgotPage { frame: frame(), back: "/login".to_owned(), mails: true, ..ForgotPage::default() },
        ),
        sample(
            "forgot-sent",
            &ForgotPage {
                frame: frame(),
                request: String::new(),
                back: "/login".to_owned(),
                mails: true,
                sent_to: "uma@example.com".to_owned(),
                ..ForgotPage::default()
            },
        ),
    ]
}

fn leaving() -> Vec<Sample> {
    let told = |name: &str, mark, word: &str| ToldApp { name: name.to_owned(), state: State::new(mark, word) };
    vec![
        sample("logout", &LogoutPage { frame: frame(), request: String::new(), person: user() }),
        sample("logged-out", &LoggedOutPage { frame: frame(), ..LoggedOutPage::default() }),
        sample(
            "logged-out-apps",
            &LoggedOutPage {
                frame: frame(),
                apps: vec![
                    told("Contoso Charts", Mark::Good, "Told"),
                    told("Old Portal", Mark::Warning, "Close it yourself"),
                ],
                back: Some(Link::new("Back to Contoso Charts", "https://charts.contoso.com/")),
                developer_note: "PC-3102: post_logout_redirect_uri is not one of the client's.".to_owned(),
            },
        ),
    ]
}

fn errors() -> Vec<Sample> {
    let mut pages: Vec<Sample> = [400, 403, 404, 405, 409, 419, 421, 429, 500, 503]
        .map(|status| sample(&format!("error-{status}"), &ErrorPage::of_status(frame(), status, "7K2Q-9M4D")))
        .into();
    pages.push(sample("not-set-up", &ErrorPage::not_set_up(frame())));
    let request = "Please give me the Account Administrator role.\nUma Okafor, uma@example.com\n/portal/clients";
    pages.push(sample("no-role", &ErrorPage::no_role(frame(), user(), request.to_owned(), "7K2Q-9M4D")));
    let mut page = ErrorPage::new(
        frame(),
        "You can’t sign in to Contoso Charts right now",
        "The app sent us an address we don’t know. This is a problem in the app, not with your account. Nothing was shared.",
        "7K2Q-9M4D",
    );
    page.actions = vec![Link::new("Go back to Contoso Charts", "https://charts.contoso.com/")];
    page.developer = Some(DeveloperDetails {
        open: true,
        code: "PC-1103".to_owned(),
        name: "redirect URL not allowed".to_owned(),
        sent: vec![
            Fact::new("Sent", "http://localhost:5174/callback"),
            Fact::new("Closest", "http://localhost:5173/callback"),
        ],
        difference: "The port differs: 5174 ≠ 5173.".to_owned(),
        remedy: "It must equal one of the client’s Allowed Redirect URL(s), character for character.".to_owned(),
        links: vec![Link::new("Add this URL", "/portal/clients/x/edit?add=y")],
    });
    pages.push(sample("error-redirect", &page));
    pages
}

fn account() -> Vec<Sample> {
    let claim = |name, label, value: &str, autocomplete| ClaimField {
        name,
        label,
        value: value.to_owned(),
        autocomplete,
        max: 100,
    };
    let groups = vec![
        ClaimGroup {
            title: "Profile",
            hint: "Apps see this when you let them.",
            fields: vec![
                claim("name", "Name", "Alex Kim", "name"),
                claim("given_name", "First name", "Alex", "given-name"),
                claim("family_name", "Last name", "Kim", "family-name"),
                claim("nickname", "Nickname", "", "nickname"),
            ],
        },
        ClaimGroup {
            title: "Address",
            hint: "",
            fields: vec![
                claim("street_address", "Street", "", "street-address"),
                claim("locality", "Town", "", "address-level2"),
            ],
        },
    ];
    let device = |name: &str, this| Device {
        id: name.len().to_string(),
        name: name.to_owned(),
        address: "10.0.0.12".to_owned(),
        signed_in: ago(200_000),
        seen: ago(if this { 5 } else { 90_000 }),
        this,
    };
    let app = AllowedApp {
        id: "7c1e".to_owned(),
        name: "Contoso Charts".to_owned(),
        host: "charts.contoso.com".to_owned(),
        scopes: vec!["See your name and e-mail address".to_owned(), "Stay signed in when you are away".to_owned()],
        since: ago(3_000_000),
        used: Some(ago(7_200)),
    };
    let shell = |area| Shell::account(person(), area);
    vec![
        sample(
            "account",
            &OverviewPage {
                frame: Frame { notices: vec![Notice::done("Your profile was saved.")], ..frame() },
                shell: shell(Area::Overview),
                tenant: "ACME".to_owned(),
                roles: vec!["Account Administrator".to_owned(), "Account Member".to_owned()],
                signed_in: ago(4_000),
                groups,
            },
        ),
        sample(
            "account-password",
            &PasswordPage {
                frame: wrong(&[("current_password", "That is not your current password.")]),
                shell: shell(Area::Password),
                changed: ago(2_000_000),
            },
        ),
        sample(
            "account-devices",
            &DevicesPage {
                frame: frame(),
                shell: shell(Area::Devices),
                devices: vec![device("Firefox on Linux", true), device("Safari on an iPhone", false)],
            },
        ),
        sample("account-apps", &AppsPage { frame: frame(), shell: shell(Area::Apps), apps: vec![app] }),
        sample("account-apps-none", &AppsPage { frame: frame(), shell: shell(Area::Apps), apps: vec![] }),
    ]
}
