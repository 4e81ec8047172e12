//! Short words for the two things that every test does.

/// Makes a test on each engine out of each function `async fn name(database: Database)`: on a database of its own, which
/// is migrated before and gone afterwards.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        on_both_engines!(@engine sqlite migrated $($name)+);
        on_both_engines!(@engine postgres migrated $($name)+);
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

/// The same for functions `async fn name(location: Location)`, which find nothing there yet.
macro_rules! on_both_empty {
    ($($name:ident),+ $(,)?) => {
        mod empty {
            use super::{$($name),+};
            on_both_engines!(@engine sqlite empty $($name)+);
            on_both_engines!(@engine postgres empty $($name)+);
        }
    };
}

/// One write, with copies of some values: `written!(database, (client), tx => tx.insert_client(&client).await)`.
macro_rules! written {
    ($database:expr, ($($value:ident),* $(,)?), $tx:ident => $work:expr) => {{
        $(let $value = $value.clone();)*
        $database.write(move |$tx| {
            $(let $value = $value.clone();)*
            Box::pin(async move { $work })
        })
    }};
}
