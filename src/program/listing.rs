//! A program in readable form: what the compiler made of a scenario, for people and for tests.

use super::{Code, Operand, Operation, Program};
use std::fmt::Write;

/// Lists a program. The text is stable: the same scenario gives the same listing.
pub fn list(program: &Program) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_program(&mut out, program);
    out
}

fn write_program(out: &mut String, program: &Program) -> std::fmt::Result {
    writeln!(out, "horizon {} days", program.horizon_days)?;
    let _ = (Operand::Constant(0), Operation::Day);
    for code in &program.codes {
        write_code(out, code)?;
    }
    Ok(())
}

fn write_code(out: &mut String, code: &Code) -> std::fmt::Result {
    writeln!(out, "{:?}", code)
}
