//! `/portal/clients/{id}/logo`.

use crate::web::pages::{Frame, Shell};
use askama::Template;

/// *Logo*. Posts the file `logo`; a second form takes the picture away.
#[derive(Template)]
#[template(path = "portal/logo.html")]
pub struct LogoPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// Its name.
    pub client_name: String,
    /// Client Id.
    pub client_id: String,
    /// Where the picture is served; empty if there is none.
    pub logo: String,
}

impl LogoPage {
    fn wrong(&self) -> String {
        self.frame.errors.on("logo").join(" ")
    }
}
