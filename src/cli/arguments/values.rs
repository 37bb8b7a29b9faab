//! Parsers of argument values. Each returns a message that clap shows after the argument's name.

use crate::base::random::Seed;
use crate::engine::InstructionPath;
use crate::study::score::Bins;
use crate::table::Dialect;
use bytesize::ByteSize;
use std::num::NonZeroUsize;

pub(super) fn parse_trajectories(text: &str) -> Result<u32, String> {
    match parse_count(text)? {
        0 => Err("write a number from 1".to_owned()),
        n => u32::try_from(n).map_err(|_| format!("write a number up to {}", u32::MAX)),
    }
}

pub(super) fn parse_dialect(text: &str) -> Result<Dialect, String> {
    let mut all = [Dialect::Comma, Dialect::Semicolon].into_iter();
    let found = all.find(|dialect| dialect.word() == text);
    found.ok_or_else(|| "write comma or semicolon".to_owned())
}

/// Parses an amount of memory.
pub(super) fn parse_memory(text: &str) -> Result<u64, String> {
    let size: Result<ByteSize, _> = text.parse();
    match size {
        Ok(size) if size.as_u64() >= MIN_MEMORY && text.contains(char::is_alphabetic) => {
            Ok(size.as_u64())
        }
        Ok(_) => Err("write an amount with its unit from 64MB, such as 500MB or 8GB".to_owned()),
        Err(_) => Err("write an amount with its unit, such as 500MB or 8GB".to_owned()),
    }
}

/// Less than this does not suffice for the engine of any scenario.
const MIN_MEMORY: u64 = 64_000_000;
const MAX_BINS: u32 = 1_000;
const MAX_SAMPLES: u64 = 1_000_000;

pub(super) fn parse_bins(text: &str) -> Result<Bins, String> {
    if text == "distinct" {
        return Ok(Bins::Distinct);
    }
    let number = text.parse().ok().filter(|n| (1..=MAX_BINS).contains(n));
    number
        .map(Bins::Equal)
        .ok_or_else(|| format!("write a number from 1 to {MAX_BINS}, or `distinct`"))
}

/// Parses the number of bootstrap samples; 0 is allowed.
pub(super) fn parse_samples(text: &str) -> Result<u32, String> {
    let number = parse_count(text)?;
    match u32::try_from(number) {
        Ok(n) if number <= MAX_SAMPLES => Ok(n),
        _ => Err(format!("write a number up to {MAX_SAMPLES}")),
    }
}

/// Maximum number of runs of one command; the sums of a tally could hold far more.
const MAX_RUNS: u64 = 1_000_000_000_000;

/// Parses a number that must be at least 1.
pub(super) fn parse_runs(text: &str) -> Result<u64, String> {
    match parse_count(text)? {
        0 => Err("write a number from 1".to_owned()),
        n => Ok(n),
    }
}

/// Parses a whole number, which may contain `_`, as in `1_000_000`.
pub(super) fn parse_count(text: &str) -> Result<u64, String> {
    let number = text.replace('_', "").parse::<u64>().map_err(|_| {
        format!("`{text}` is not a whole number: write, for instance, 100000 or 100_000")
    })?;
    if number > MAX_RUNS {
        return Err(format!("write a number up to {MAX_RUNS}"));
    }
    Ok(number)
}

const MAX_THREADS: usize = 1_024;

pub(super) fn parse_threads(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse::<NonZeroUsize>().ok();
    number
        .filter(|number| number.get() <= MAX_THREADS)
        .ok_or_else(|| format!("`{text}` is not a number from 1 to {MAX_THREADS}"))
}

/// Parses a seed of 64 bits, decimal or hexadecimal with `0x`.
pub(super) fn parse_seed(text: &str) -> Result<Seed, String> {
    let digits = text.replace('_', "");
    let hexadecimal = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"));
    let seed = match hexadecimal {
        Some(digits) if !digits.starts_with('+') => u64::from_str_radix(digits, 16).ok(),
        Some(_) => None,
        None => digits.parse().ok(),
    };
    seed.map(Seed).ok_or_else(|| {
        format!("`{text}` is not a number of 64 bits: write, for instance, 42 or 0x2a")
    })
}

/// Parses the name of an instruction set that this processor has.
pub(super) fn parse_instructions(text: &str) -> Result<InstructionPath, String> {
    let available = InstructionPath::ALL
        .into_iter()
        .filter(|path| path.is_available());
    let names: Vec<&str> = available.clone().map(InstructionPath::name).collect();
    let mut named = available.filter(|path| path.name() == text);
    named
        .next()
        .ok_or_else(|| format!("write one that this processor has: {}", names.join(", ")))
}

/// Parses a confidence level, from 0.5 to 0.9999.
pub(super) fn parse_confidence(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.5..=0.9999).contains(&share) => Ok(share),
        Ok(share) if (50.0..100.0).contains(&share) => {
            Err(format!("`{text}` is a percentage: write {}", share / 100.0))
        }
        _ => Err(format!(
            "`{text}` is not a share from 0.5 to 0.9999: write, for instance, 0.95"
        )),
    }
}

const MAX_PARTICLES: u64 = 100_000;

/// Parses a number of particles, at least 10: fewer have no meaningful spread.
pub(super) fn parse_particles(text: &str) -> Result<u32, String> {
    let number = parse_count(text)?;
    match u32::try_from(number) {
        Ok(n) if (10..=MAX_PARTICLES).contains(&number) => Ok(n),
        _ => Err(format!("write a number from 10 to {MAX_PARTICLES}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_contain_underscores_and_hexadecimal_digits() {
        assert_eq!(parse_runs("1_000_000"), Ok(1_000_000));
        assert!(parse_runs("0").is_err());
        assert!(parse_runs("-1").is_err());
        assert_eq!(parse_seed("0x2a"), Ok(Seed(42)));
        assert_eq!(parse_seed("42"), Ok(Seed(42)));
        assert_eq!(parse_seed("0xffff_ffff_ffff_ffff"), Ok(Seed(u64::MAX)));
        assert!(parse_seed("0x").is_err());
        assert!(parse_seed("2a").is_err());
        assert_eq!(parse_confidence("0.9"), Ok(0.9));
        assert!(parse_confidence("95").unwrap_err().contains("write 0.95"));
        assert!(parse_confidence("nan").is_err());
        assert_eq!(parse_threads("2").map(NonZeroUsize::get), Ok(2));
        for text in ["0", "-1", "1025", "two"] {
            assert!(parse_threads(text).is_err(), "{text}");
        }
    }
}
