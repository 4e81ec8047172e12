//! Floor 5: the command line.

pub mod config;
pub mod store;

/// Runs the program.
#[must_use]
pub fn main() -> std::process::ExitCode {
    let started = std::time::Instant::now();
    let config = crate::config::Config::load(&crate::config::Sources::from_process(Vec::new(), None));
    let config = match config {
        Ok(config) => config,
        Err(error) => {
            eprintln!("{error}");
            return 3.into();
        }
    };
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    match runtime.block_on(crate::server::serve(config, started)) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            1.into()
        }
    }
}
