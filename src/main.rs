//! The `portcullis` binary: everything it does is in the library.

fn main() -> std::process::ExitCode {
    portcullis::cli::main()
}
