//! Streams of random numbers, piped into a statistical battery. Slow, so ignored by default:
//!
//! ```text
//! cargo test --release --test statistics -- --ignored --nocapture run_major
//! BATTERY='dieharder -d 0 -g 200' cargo test …
//! ```
//!
//! `BATTERY` is a command that reads 32-bit words, little-endian, from its input; without it
//! that is `dieharder -a -g 200` (of Debian's package `dieharder`). The test fails if the
//! battery reports FAILED.

use super::drawn;
use realpolitik::base::random::Seed;
use realpolitik::base::random::keyed::{Branch, SiteKey, hash_name, lane_key, site_key, word};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::process::{Command, Stdio};

const N_SITES: u64 = 200;
const DAYS: u32 = 30;

/// Similar names, as in scenarios.
fn sites() -> Vec<u64> {
    let name = |i| hash_name(&format!("action:actions.a{i}:success"));
    (0..N_SITES).map(name).collect()
}

/// Site keys by day.
fn site_keys() -> Vec<Vec<SiteKey>> {
    let sites = sites();
    let day = |day| sites.iter().map(|&name| site_key(name, day)).collect();
    (1..=DAYS).map(day).collect()
}

/// Writes words until the reader closes its input.
type Stream = fn(&mut dyn FnMut(u32) -> bool);

/// Run by run, all its days and sites: as the engine uses them.
fn run_major(put: &mut dyn FnMut(u32) -> bool) {
    let keys = site_keys();
    for run in 0.. {
        let lane = lane_key(Seed(1), run, Branch(0));
        for &key in keys.iter().flatten() {
            if !put(word(lane, key)) {
                return;
            }
        }
    }
}

/// Site by site, 1,024 runs of each.
fn site_major(put: &mut dyn FnMut(u32) -> bool) {
    let keys = site_keys();
    for batch in 0_u64.. {
        let runs = batch * 1024..(batch + 1) * 1024;
        let lanes: Vec<_> = runs.map(|run| lane_key(Seed(1), run, Branch(0))).collect();
        for &key in keys.iter().flatten() {
            for &lane in &lanes {
                if !put(word(lane, key)) {
                    return;
                }
            }
        }
    }
}

/// Run by run and site by site, all days.
fn day_major(put: &mut dyn FnMut(u32) -> bool) {
    let keys = site_keys();
    for run in 0.. {
        let lane = lane_key(Seed(1), run, Branch(0));
        for site in 0..N_SITES as usize {
            for day in &keys {
                if !put(word(lane, day[site])) {
                    return;
                }
            }
        }
    }
}

/// Draw by draw, all paths.
fn draws(put: &mut dyn FnMut(u32) -> bool) {
    let paths = sites();
    for draw in 0.. {
        for &path in &paths {
            if !put(drawn(1, draw, path)) {
                return;
            }
        }
    }
}

/// Pipes a stream into the battery, prints its output, and fails if it reports FAILED.
#[allow(
    clippy::print_stdout,
    reason = "the battery's table is what is asked for"
)]
fn assert_passes(stream: Stream) {
    let battery = std::env::var("BATTERY").unwrap_or("dieharder -a -g 200".to_owned());
    let mut child = Command::new("sh")
        .args(["-c", &battery])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell");
    let input = child.stdin.take().expect("piped");
    let writer = std::thread::spawn(move || {
        let mut input = BufWriter::with_capacity(1 << 20, input);
        stream(&mut |word| input.write_all(&word.to_le_bytes()).is_ok());
    });
    let (mut passed, mut weak, mut failed) = (0, 0, 0);
    for line in BufReader::new(child.stdout.take().expect("piped")).lines() {
        let line = line.expect("text");
        passed += u32::from(line.contains("PASSED"));
        weak += u32::from(line.contains("WEAK"));
        failed += u32::from(line.contains("FAILED"));
        println!("{line}");
    }
    let status = child.wait().expect("started");
    writer.join().expect("the writer stops with the reader");
    println!("{passed} passed, {weak} weak, {failed} failed");
    assert!(status.success() && failed == 0 && passed > 0, "{battery}");
}

#[test]
#[ignore = "an hour of dieharder"]
fn dieharder_run_major() {
    assert_passes(run_major);
}

#[test]
#[ignore = "an hour of dieharder"]
fn dieharder_site_major() {
    assert_passes(site_major);
}

#[test]
#[ignore = "an hour of dieharder"]
fn dieharder_day_major() {
    assert_passes(day_major);
}

#[test]
#[ignore = "an hour of dieharder"]
fn dieharder_draws() {
    assert_passes(draws);
}
