//! The shape of the table of settings, and the macro that makes it.

use super::settings::SECTIONS;

/// One setting: everything there is to know about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the file, sections and all: `server.listen`.
    pub path: &'static str,
    /// What its value looks like.
    pub kind: Kind,
    /// The value when nobody gives one. Empty: none. `{data_dir}` stands for the data folder.
    pub default: &'static str,
    /// The word that stands for "none" or "no limit", if there is one.
    pub word: &'static str,
    /// The least and the most that is taken.
    pub range: Option<(&'static str, &'static str)>,
    /// The value must not be printed, and may be given as a file that holds it.
    pub secret: bool,
    /// `config init` writes it into the file that it makes.
    pub starter: bool,
    /// What it does, in a sentence or two of Markdown.
    pub doc: &'static str,
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text of one line.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Number,
    /// `90s`, `5m`, `12h`, `365d`, or a number of seconds.
    Duration,
    /// The address of this server.
    PublicUrl,
    /// Address and port to listen on.
    Address,
    /// A list of networks.
    Networks,
    /// A file or folder; relative to where the program runs.
    Path,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Where the rows are.
    Database,
    /// What to log.
    LogFilter,
}

impl Setting {
    /// A change takes effect at SIGHUP, not only at the next start.
    #[must_use]
    pub fn is_live(&self) -> bool {
        LIVE_SETTINGS.contains(&self.path)
    }

    /// Its name in the environment: `PORTCULLIS_SERVER__LISTEN`.
    #[must_use]
    pub fn environment_name(&self) -> String {
        format!("PORTCULLIS_{}", self.path.to_ascii_uppercase().replace('.', "__"))
    }

    /// Its name among systemd's credentials, if it is a secret or the file of one: `database-url`, `master-key`.
    #[must_use]
    pub fn credential_name(&self) -> Option<String> {
        let is_file = self.kind == Kind::Path && self.path.ends_with("_file");
        (self.secret || is_file).then(|| self.path.strip_suffix("_file").unwrap_or(self.path).replace(['.', '_'], "-"))
    }

    /// The section that it stands in (`server`), and its name there (`listen`).
    #[must_use]
    pub fn section_and_name(&self) -> (&'static str, &'static str) {
        self.path.rsplit_once('.').unwrap_or(("", self.path))
    }
}

/// The settings that can change while the server runs.
pub const LIVE_SETTINGS: &[&str] = &["log.level", "server.trusted_proxies"];

/// All settings, section by section.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|section| section.iter())
}

/// The setting of that path.
pub(super) fn find(path: &str) -> Option<&'static Setting> {
    settings().find(|setting| setting.path == path)
}

/// All sections by name, `login.throttle` as well as `login`.
pub(super) fn section_names() -> impl Iterator<Item = &'static str> {
    SECTIONS.iter().filter_map(|section| section.first()).map(|setting| setting.section_and_name().0)
}

/// Makes a struct for each section, and the table, from one list:
///
/// `name: Type = "default" (or "word") in "least" to "most" [starter];`
///
/// where all after the default may be left out.
macro_rules! settings_table {
    ($(
        $(#[doc = $about:literal])*
        $section:ident $prefix:literal {
            $(
                $(#[doc = $doc:literal])*
                $name:ident: $type:ty = $default:literal
                    $((or $word:literal))? $(in $least:literal to $most:literal)? $([$starter:ident])?;
            )*
            $(@sections { $($child:ident: $child_type:ident,)* })?
            $(@filled { $($extra:ident: $extra_type:ty,)* })?
        }
    )*) => {
        $(
            $(#[doc = $about])*
            #[derive(Debug, Clone)]
            pub struct $section {
                $($(#[doc = $doc])* pub $name: $type,)*
                $($(
                    #[doc = concat!("The section `", stringify!($child), "`.")]
                    pub $child: $child_type,
                )*)?
                $($(pub(super) $extra: $extra_type,)*)?
            }

            impl $section {
                const SETTINGS: &'static [Setting] = &[$(Setting {
                    path: concat!($prefix, stringify!($name)),
                    kind: <$type as SettingValue>::KIND,
                    default: $default,
                    word: concat!($($word)?),
                    range: settings_table!(@range $($least $most)?),
                    secret: <$type as SettingValue>::SECRET,
                    starter: settings_table!(@starter $($starter)?),
                    doc: concat!($($doc, "\n"),*),
                }),*];

                /// Reads every setting of the section before it gives up, so that all problems are told.
                pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
                    $(let $name = reader.take::<$type>(concat!($prefix, stringify!($name)));)*
                    $($(let $child = $child_type::read(reader);)*)?
                    Some(Self {
                        $($name: $name?,)*
                        $($($child: $child?,)*)?
                        $($($extra: Default::default(),)*)?
                    })
                }
            }
        )*

        /// The table, one slice for each section.
        pub(super) const SECTIONS: &[&[Setting]] = &[$($section::SETTINGS),*];
    };
    (@range) => { None };
    (@range $least:literal $most:literal) => { Some(($least, $most)) };
    (@starter) => { false };
    (@starter starter) => { true };
}
pub(super) use settings_table;
