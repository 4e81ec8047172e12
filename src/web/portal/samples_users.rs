//! Users.

use super::{clients, roles, shell};
use crate::redacted::Redacted;
use crate::web::pages::account::{ClaimField, ClaimGroup};
use crate::web::pages::looks::{Sample, sample};
use crate::web::pages::samples::{ago, frame};
use crate::web::pages::{Area, Fact, Frame, Mark, Notice, State};
use crate::web::portal::list;
use crate::web::portal::users::{AddUserPage, EditUserPage, UserLinkPage, UserPage, UserRow, UsersPage};
pub(super) fn samples() -> Vec<Sample> {
    users()
}

fn users() -> Vec<Sample> {
    let row = |name: &str, state, roles: &str, last| UserRow {
        id: name.to_lowercase().replace(' ', "-"),
        name: name.to_owned(),
        email: format!("{}@example.com", name.to_lowercase().replace(' ', ".")),
        state,
        roles: roles.to_owned(),
        last_sign_in: last,
    };
    let claim =
        ClaimField { name: "given_name", label: "First name", value: "Uma".to_owned(), autocomplete: "off", max: 100 };
    let page = |query: &str, rows: Vec<UserRow>| UsersPage {
        frame: frame(),
        shell: shell(Area::Users, ""),
        query: query.to_owned(),
        hits: format!("{} users", rows.len()),
        columns: ["Name", "E-mail", "Status", "Roles", "Last sign-in"].map(list::Column::plain).into(),
        pager: list::Pager::new(1, 25, 3, |page| format!("/portal/users?page={page}")),
        rows,
    };
    let rows = vec![
        row("Alex Kim", State::new(Mark::Good, "Active"), "Account Administrator", Some(ago(60))),
        row("Sam Rivera", State::new(Mark::Warning, "Pending"), "", None),
        row("Uma Okafor", State::new(Mark::Quiet, "Disabled"), "Account Viewer", Some(ago(8_000_000))),
    ];
    vec![
        sample("users", &page("", rows)),
        sample("users-none", &page("zzz", vec![])),
        sample(
            "add-user",
            &AddUserPage {
                frame: frame(),
                shell: shell(Area::Users, "Add User"),
                nonce: "nonce-1".to_owned(),
                name: String::new(),
                email: String::new(),
                roles: roles(),
                mails: true,
            },
        ),
        sample(
            "user-link",
            &UserLinkPage {
                frame: frame(),
                shell: shell(Area::Users, "User Successfully Created"),
                title: "User Successfully Created",
                email: "sam@example.com".to_owned(),
                link: Redacted::new("http://localhost:8484/invite/pc_ot_8Kd02".to_owned()),
                until: ago(-604_800),
                mailed: false,
                close_href: "/portal/users".to_owned(),
            },
        ),
        sample(
            "user",
            &UserPage {
                frame: Frame { notices: vec![Notice::done("Roles of ‘Uma Okafor’ were saved.")], ..frame() },
                shell: shell(Area::Users, "Uma Okafor"),
                id: "0b52f1aa-11cd-4c7a-9d0e-0d7f3a3a11cd".to_owned(),
                name: "Uma Okafor".to_owned(),
                email: "uma@example.com".to_owned(),
                initials: "UO".to_owned(),
                state: State::new(Mark::Good, "Active"),
                enabled: true,
                yourself: false,
                created: ago(9_000_000),
                last_sign_in: Some(ago(3_000)),
                pending: false,
                signed_in: true,
                sessions: "2 sessions".to_owned(),
                roles: clients::role_lines(),
                claims: vec![Fact::new("First name", "Uma")],
            },
        ),
        sample(
            "edit-user",
            &EditUserPage {
                frame: frame(),
                shell: shell(Area::Users, "Edit User"),
                id: "0b52".to_owned(),
                stored_name: "Uma Okafor".to_owned(),
                version: 3,
                email: "uma@example.com".to_owned(),
                name: "Uma Okafor".to_owned(),
                groups: vec![ClaimGroup { title: "Profile", hint: "", fields: vec![claim] }],
            },
        ),
    ]
}
