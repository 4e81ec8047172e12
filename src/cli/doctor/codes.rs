//! What `doctor` can find. Each code keeps its meaning for ever; `docs/reference/doctor.md` is made from this table.

/// A thing that can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code {
    /// `D-104`.
    pub number: u16,
    /// What is found, in a few words.
    pub title: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

macro_rules! codes {
    ($($name:ident $number:literal $title:literal $fix:literal)+) => {
        $(pub(super) const $name: Code = Code { number: $number, title: $title, fix: $fix };)+
        /// All of them, in order.
        #[cfg(test)]
        pub(super) const CODES: &[Code] = &[$($name),+];
    };
}

codes! {
    CONFIGURATION 101 "The configuration cannot be read"
        "portcullis config check tells everything that is wrong and the name that was meant."
    WARNING 102 "A setting takes a protection away"
        "Read what it says; remove the setting unless you know why it is there."
    UNREACHABLE 103 "The public URL does not answer"
        "Start the server, or the proxy in front of it; compare public_url with what people type."
    PLAIN_HTTP 104 "public_url says http, but https answers there"
        "Set public_url to the https address: issuer, links and cookies are made from it."
    OTHER_NAME 105 "What answers at the public URL calls itself otherwise"
        "Let the proxy pass the Host header on unchanged, and give server and proxy the same public_url."
    KEYS_UNREADABLE 106 "The published keys cannot be fetched, or may not be kept"
        "Let the proxy pass /identity/.well-known on, headers and all."
    CERTIFICATE_OVER 107 "The certificate has expired"
        "Renew it. The files of server.tls_cert are read again within a minute; a proxy has its own way."
    CERTIFICATE_UNKNOWN 108 "The certificate is not trusted by this machine"
        "Serve the whole chain, for the right name. An authority of your own: name its file in SSL_CERT_FILE."
    UNTRUSTED_PROXY 109 "A proxy that is not trusted passes addresses on"
        "Name its network in server.trusted_proxies, or every visitor counts as the proxy and shares its limits."
    UNWRITABLE 110 "The data folder cannot be written"
        "Give it to the user that runs the server: chown, or another data_dir."
    READABLE 111 "Others on this machine can read the data"
        "chmod 700 the folder and chmod 600 the files in it."
    FEW_FILES 112 "Few files may be open at once"
        "Raise the limit: LimitNOFILE=65536 in the unit, ulimits in Compose."
    DISK_FULL 113 "The disk is nearly full"
        "Make room: without it nothing can be written, and sign-ins fail."
    CERTIFICATE_ENDS 114 "The certificate ends within two weeks"
        "Renew it, and see why that did not happen by itself."
    CERTIFICATE_OF_AUTHORITY 115 "The certificate is an authority's own"
        "Make one for the server: openssl req -x509 with -addext basicConstraints=critical,CA:FALSE, or one that the authority signs."
    PORT_TAKEN 120 "Another program listens on the port"
        "Stop it, or choose another address: server.listen."
    NOT_RUNNING 121 "No server runs here"
        "Start it: portcullis serve, or systemctl start portcullis."
    SCHEMA_OLDER 201 "The schema is older than this binary"
        "portcullis migrate, or let the server do it at its start."
    SCHEMA_NEWER 202 "The schema is too new for this binary"
        "Run the version that made it, or a newer one."
    DATABASE 203 "The database does not answer"
        "Compare database.url with what psql says; look whether it runs."
    NO_STORE 204 "There is no store yet"
        "The first start makes it. If there should be one, compare data_dir."
    DAMAGED 205 "The database is damaged"
        "Stop the server and restore: portcullis backup restore FILE. Then look at the disk: smartctl, dmesg."
    SCHEMA_NEXT 206 "The schema is one release newer than this binary"
        "Finish the upgrade: replace this binary too, then portcullis migrate --finish."
    CLOCK 301 "A clock is wrong"
        "Let NTP set all clocks: codes live for a minute, and nodes must agree on it."
    VERSIONS 302 "Nodes run different versions"
        "Finish the upgrade: replace the binary on the others, one after the other."
    MASTER_KEYS 303 "Nodes have different master keys"
        "Give every node the same file; those with another one cannot read the signing keys."
    SETTINGS_DIFFER 304 "Nodes have different settings"
        "Compare portcullis config show on them: what is not about one machine must be the same."
    NO_ACTIVE_KEY 401 "There is no active signing key"
        "portcullis keys list; the server makes keys at its start."
    MASTER_KEY 402 "The master key is missing or another one"
        "Put back the file that this database was made with. A new one opens nothing."
    NO_SECRET 501 "Clients have no secret that works"
        "portcullis secret add CLIENT, or disable those that are not needed."
    SECRETS_END 502 "Client secrets end soon"
        "portcullis secret rotate CLIENT, before its app stops getting tokens."
    FEW_ADMINISTRATORS 503 "There is only one administrator"
        "Add a second one: portcullis user add EMAIL --role \"Account Administrator\"."
    NO_ADMINISTRATOR 504 "No administrator is enabled"
        "portcullis user list shows who is there; portcullis user enable EMAIL lets one of them in again."
    NO_MAIL 601 "Mail is not set up"
        "Set mail.url and mail.from, so that people can reset their passwords themselves and you hear of secrets that end."
    MAIL_FAILS 602 "The mail server does not take our connection"
        "portcullis mail test ADDRESS tells more."
    MAIL_UNSENT 603 "Mails could not be sent within the last day"
        "The log has why (mail.failed). Whoever waits for a link asks again, or gets one from portcullis user setup-link EMAIL."
    MAIL_WAITS 604 "A mail has been waiting to be sent for more than 15 minutes"
        "portcullis mail test ADDRESS tells whether the mail server takes mails; a server that runs with mail.url sends what waits."
    NO_BACKUP 701 "There is no backup"
        "portcullis backup create DIR, and a timer for it."
    OLD_BACKUP 702 "The last backup is more than 36 hours old"
        "Run portcullis backup create DIR, and see why the timer did not."
}

/// The page about all codes, in Markdown.
#[cfg(test)]
fn reference() -> String {
    let mut page = "# What doctor finds\n\nThis page is made from the table in `src/cli/doctor/codes.rs`; a test keeps it true.\n\n\
        `portcullis doctor` looks at a server from the inside and from the outside. ✗ is a problem (exit code 8), ! a warning (exit\n\
        code 0, or 8 with `--strict`). Each finding has a code:\n\n| Code | What was found | What to do |\n| --- | --- | --- |\n"
        .to_owned();
    let rows = CODES.iter().map(|code| format!("| D-{} | {} | {} |\n", code.number, code.title, code.fix));
    page.extend(rows);
    page
}

#[cfg(test)]
mod tests {
    use super::{CODES, reference};

    #[test]
    fn the_page_about_doctor_is_the_one_in_docs_reference() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/doctor.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, reference()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), reference(), "run UPDATE_DOCS=1 cargo test --lib reference");
    }

    #[test]
    fn codes_are_in_order_and_say_what_to_do() {
        assert!(CODES.is_sorted_by(|one, next| one.number < next.number));
        for code in CODES {
            assert!(code.fix.ends_with('.') && !code.title.ends_with('.'), "{code:?}");
        }
    }
}
