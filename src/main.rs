//! The binary: an error becomes an exit code, nothing else.

fn main() {}
