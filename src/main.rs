//! The binary: an error becomes an exit code, nothing else.

fn main() -> std::process::ExitCode {
    realpolitik::cli::main().into()
}
