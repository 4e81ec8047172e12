//! Who takes part: a server with its nodes, an operator at its terminal, daemons that ask for tokens, and a resource
//! server that is shown them. They speak HTTP with each other, as in life.

pub(crate) mod browser;
pub(crate) mod daemon;
pub(crate) mod html;
pub(crate) mod http;
pub(crate) mod id_token;
pub(crate) mod keys;
pub(crate) mod logs;
pub(crate) mod mails;
pub(crate) mod operator;
pub(crate) mod person;
pub(crate) mod places;
pub(crate) mod raw;
pub(crate) mod relying_party;
pub(crate) mod resource_server;
pub(crate) mod server;

pub(crate) use browser::{Browser, Page};
pub(crate) use daemon::Daemon;
pub(crate) use http::{Answer, Http};
pub(crate) use mails::Mails;
pub(crate) use operator::Operator;
pub(crate) use places::Place;
pub(crate) use portcullis::oauth::UnixTime;
pub(crate) use resource_server::ResourceServer;
pub(crate) use server::TestServer;

/// How every user but the first administrator signs in.
pub(crate) const USER_PASSWORD: &str = "nine-quiet-badgers-sing";

/// The time at which each test begins.
pub(crate) const NOW: UnixTime = UnixTime(1_800_000_000);

/// Makes a test on each engine out of each function `async fn name(server: TestServer)`: with a server of its own that
/// is set up. After each, database and logs are searched for everything secret that was used (ST-01, ST-02).
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        on_both_engines!(@engine sqlite served $($name)+);
        on_both_engines!(@engine postgres served $($name)+);
    };
    (@engine $engine:ident $state:ident $($name:ident)+) => {
        mod $engine {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                $crate::support::places::$engine($crate::support::places::$state(super::$name)).await;
            })+
        }
    };
}

/// The same for functions `async fn name(server: TestServer)` whose server nobody has set up yet.
macro_rules! on_both_fresh {
    ($($name:ident),+ $(,)?) => {
        mod fresh {
            use super::{$($name),+};
            on_both_engines!(@engine sqlite fresh $($name)+);
            on_both_engines!(@engine postgres fresh $($name)+);
        }
    };
}
