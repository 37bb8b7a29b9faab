//! Values of the command line, read from their texts.

use crate::base::random::Seed;
use crate::engine::InstructionPath;
use crate::study::score::Bins;
use std::num::NonZeroUsize;

/// Reads a number of trajectories.
pub(super) fn parse_trajectories(text: &str) -> Result<u32, String> {
    match parse_count(text)? {
        0 => Err("at least 1 is needed".to_owned()),
        n => u32::try_from(n).map_err(|_| format!("the most is {}", u32::MAX)),
    }
}

/// The most bins, and the most samples of a bootstrap.
const MAX_BINS: u32 = 1_000;
const MAX_SAMPLES: u64 = 1_000_000;

/// Reads how to put forecasts together.
pub(super) fn parse_bins(text: &str) -> Result<Bins, String> {
    if text == "distinct" {
        return Ok(Bins::Distinct);
    }
    let number = text.parse().ok().filter(|n| (1..=MAX_BINS).contains(n));
    number
        .map(Bins::Equal)
        .ok_or_else(|| format!("`{text}` is neither a number from 1 to {MAX_BINS} nor `distinct`"))
}

/// Reads a number of samples.
pub(super) fn parse_samples(text: &str) -> Result<u32, String> {
    let number = parse_count(text)?;
    match u32::try_from(number) {
        Ok(n) if number <= MAX_SAMPLES => Ok(n),
        _ => Err(format!("the most is {MAX_SAMPLES}")),
    }
}

/// The most runs of one command: the sums of a tally have room for far more.
const MAX_RUNS: u64 = 1_000_000_000_000;

/// Reads a number of runs, at least 1.
pub(super) fn parse_runs(text: &str) -> Result<u64, String> {
    match parse_count(text)? {
        0 => Err("at least 1 run is needed".to_owned()),
        n => Ok(n),
    }
}

/// Reads a whole number; `1_000_000` is taken as it is meant.
pub(super) fn parse_count(text: &str) -> Result<u64, String> {
    let number = text.replace('_', "").parse::<u64>().map_err(|_| {
        format!("`{text}` is not a whole number: write, for instance, 100000 or 100_000")
    })?;
    if number > MAX_RUNS {
        return Err(format!("the most is {MAX_RUNS}"));
    }
    Ok(number)
}

/// The most threads; no machine has so many processors.
const MAX_THREADS: usize = 1_024;

/// Reads a number of threads.
pub(super) fn parse_threads(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse::<NonZeroUsize>().ok();
    number
        .filter(|number| number.get() <= MAX_THREADS)
        .ok_or_else(|| format!("`{text}` is not a number from 1 to {MAX_THREADS}"))
}

/// Reads a seed of 64 bits, decimal or hexadecimal.
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

/// Reads the name of a set of instructions that this processor has.
pub(super) fn parse_instructions(text: &str) -> Result<InstructionPath, String> {
    let available = InstructionPath::ALL
        .into_iter()
        .filter(|path| path.is_available());
    let names: Vec<&str> = available.clone().map(InstructionPath::name).collect();
    let mut named = available.filter(|path| path.name() == text);
    named
        .next()
        .ok_or_else(|| format!("this processor has {}, and not `{text}`", names.join(", ")))
}

/// Reads a confidence in (0, 1).
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

/// The most particles of a posterior.
const MAX_PARTICLES: u64 = 100_000;

/// Reads a number of particles, at least 10: fewer have no spread to speak of.
pub(super) fn parse_particles(text: &str) -> Result<u32, String> {
    let number = parse_count(text)?;
    match u32::try_from(number) {
        Ok(n) if (10..=MAX_PARTICLES).contains(&number) => Ok(n),
        _ => Err(format!("it is a number from 10 to {MAX_PARTICLES}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_as_people_write_them() {
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
