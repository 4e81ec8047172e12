//! A server of real processes, apps and people that use it, and the ledger of what they were promised.

pub(crate) mod app;
pub(crate) mod checker;
pub(crate) mod clock;
pub(crate) mod cluster;
pub(crate) mod disk;
pub(crate) mod door;
pub(crate) mod effort;
pub(crate) mod faults;
pub(crate) mod ledger;
mod library;
pub(crate) mod load;
pub(crate) mod node;
pub(crate) mod person;
pub(crate) mod place;
pub(crate) mod proxy;
pub(crate) mod world;

pub(crate) use app::{App, Tokens};
pub(crate) use door::{Door, Heard};
pub(crate) use effort::{Dice, figure, rounds};
pub(crate) use library::compile;
pub(crate) use load::Load;
pub(crate) use node::Node;
pub(crate) use person::Person;
pub(crate) use place::Place;
pub(crate) use proxy::Proxy;
pub(crate) use world::World;

/// Makes a test on each engine out of each function `async fn name(place: Place)`.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                $crate::support::place::sqlite(super::$name).await;
            })+
        }
        on_postgres!($($name),+);
    };
}

/// The same on PostgreSQL alone, where there may be several nodes.
macro_rules! on_postgres {
    ($($name:ident),+ $(,)?) => {
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                $crate::support::place::postgres(super::$name).await;
            })+
        }
    };
}
