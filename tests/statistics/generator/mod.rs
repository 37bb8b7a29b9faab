//! The keyed generator: every bit of every key flips every bit of a number with probability ½
//! (avalanche), and numbers of neighboring keys (runs, draws, days, sites, seeds, branches) are jointly
//! uniform, in pairs and in triples.
//!
//! All keys are fixed, so a verdict never changes. For random keys, each statistic would fail with a
//! perfect generator with a probability of about 10⁻⁵, all together 10⁻³. [`battery`] pipes longer
//! streams into external batteries.

mod battery;
mod measure;

use measure::{Avalanche, Cells, correlation_score};
use realpolitik::base::random::Seed;
use realpolitik::base::random::keyed::{
    Branch, LaneKey, SiteKey, draw_uniform, hash_name, lane_key, mix, site_key, word,
};

fn lane(key: u64) -> LaneKey {
    LaneKey {
        high: (key >> 32) as u32,
        low: key as u32,
    }
}

fn site(key: u64) -> SiteKey {
    SiteKey {
        high: (key >> 32) as u32,
        low: key as u32,
    }
}

/// The number of (seed, run, branch, site, day), as the engine makes it.
fn number(seed: u64, run: u64, branch: u64, site: u64, day: u32) -> u32 {
    word(
        lane_key(Seed(seed), run, Branch(branch)),
        site_key(site, day),
    )
}

/// The leading 32 bits of the number of (seed, draw, path).
fn drawn(seed: u64, draw: u64, path: u64) -> u32 {
    (draw_uniform(Seed(seed), draw, path) * 4_294_967_296.0) as u32
}

/// A different key for each test and sample.
fn key(test: &str, sample: u64) -> u64 {
    mix(hash_name(test).wrapping_add(sample))
}

const SAMPLES: u64 = 1 << 14;

#[test]
fn every_key_bit_flips_every_output_bit() {
    Avalanche::of(64, SAMPLES, |sample, flip| {
        word(lane(key("lane", sample) ^ flip), site(key("at", sample)))
    })
    .assert("lane key");
    Avalanche::of(64, SAMPLES, |sample, flip| {
        word(lane(key("of", sample)), site(key("site", sample) ^ flip))
    })
    .assert("site key");
}

#[test]
fn every_input_bit_flips_every_output_bit() {
    // Runs, draws and days are small numbers, seeds and branches any.
    let name = |sample| key("name", sample);
    Avalanche::of(64, SAMPLES, |sample, flip| {
        number(key("seed", sample) ^ flip, sample, 0, name(sample), 1)
    })
    .assert("seed");
    Avalanche::of(40, SAMPLES, |sample, flip| {
        number(1, sample ^ flip, 0, name(sample), 1)
    })
    .assert("run");
    Avalanche::of(64, SAMPLES, |sample, flip| {
        number(1, sample, flip, name(sample), 1)
    })
    .assert("branch");
    Avalanche::of(64, SAMPLES, |sample, flip| {
        number(1, sample, 0, name(sample) ^ flip, 1)
    })
    .assert("site");
    Avalanche::of(12, SAMPLES, |sample, flip| {
        number(1, sample, 0, name(0), 1 ^ flip as u32)
    })
    .assert("day");
    Avalanche::of(40, SAMPLES, |sample, flip| {
        drawn(1, sample ^ flip, name(sample))
    })
    .assert("draw");
    Avalanche::of(64, SAMPLES, |sample, flip| {
        drawn(1, sample, name(sample) ^ flip)
    })
    .assert("path");
    Avalanche::of(64, SAMPLES, |sample, flip| {
        drawn(key("seed", sample) ^ flip, sample, name(0))
    })
    .assert("seed of a draw");
}

/// A pair of numbers by sample.
type Pair = fn(u64) -> [u32; 2];

/// Numbers of neighboring keys, each named by the part that differs.
const NEIGHBOURS: [(&str, Pair); 14] = [
    ("two runs of a draw", |i| {
        let n = |run| number(1, run, 0, hash_name("event:events.war:strike"), 1);
        [n(2 * i), n(2 * i + 1)]
    }),
    ("adjacent runs", |i| {
        let n = |run| number(1, run, 0, 7, 1);
        [n(i), n(i + 1)]
    }),
    ("runs of adjacent blocks", |i| {
        let n = |run| number(1, run, 0, 7, 1);
        [n(i), n(i + 64)]
    }),
    ("runs far apart", |i| {
        let n = |run| number(1, run, 0, 7, 1);
        [n(i), n(i + (1 << 32))]
    }),
    ("adjacent days", |i| {
        let n = |day| number(1, i, 0, 7, day);
        [n(1), n(2)]
    }),
    ("adjacent days of one run", |i| {
        let n = |day| number(1, 0, 0, 7, day);
        [n(i as u32), n(i as u32 + 1)]
    }),
    ("days a month apart", |i| {
        let n = |day| number(1, i, 0, 7, day);
        [n(1), n(31)]
    }),
    ("two sites of a name", |i| {
        let n = |site| number(1, i, 0, hash_name(site), 1);
        [
            n("shock:variables.trust:radius"),
            n("shock:variables.trust:angle"),
        ]
    }),
    ("adjacent site hashes", |i| {
        let n = |site| number(1, i, 0, site, 1);
        [n(1), n(2)]
    }),
    ("adjacent seeds", |i| {
        let n = |seed| number(seed, i, 0, 7, 1);
        [n(1), n(2)]
    }),
    ("adjacent seeds of one run", |i| {
        let n = |seed| number(seed, 0, 0, 7, 1);
        [n(i), n(i + 1)]
    }),
    ("adjacent branches", |i| {
        let n = |branch| number(1, i, branch, 7, 1);
        [n(0), n(1)]
    }),
    ("adjacent draws", |i| {
        let n = |draw| drawn(1, draw, 7);
        [n(i), n(i + 1)]
    }),
    ("a draw and a run", |i| {
        [drawn(1, i, 7), number(1, i, 0, 7, 1)]
    }),
];

#[test]
fn neighboring_runs_and_days_are_jointly_uniform() {
    for (what, pair) in NEIGHBOURS {
        let (mut high, mut low) = (Cells::new(12), Cells::new(12));
        let mut crossed = Cells::new(12);
        for sample in 0..1 << 18 {
            let [a, b] = pair(sample);
            high.count((a >> 26) << 6 | b >> 26);
            low.count((a & 63) << 6 | b & 63);
            crossed.count((a >> 26) << 6 | b & 63);
        }
        high.assert(&format!("{what}, leading bits"));
        low.assert(&format!("{what}, trailing bits"));
        crossed.assert(&format!("{what}, leading and trailing bits"));
        correlation_score(1 << 18, pair).assert(what);
    }
}

/// Names as in scenarios, which differ in a few letters.
fn names(n: u64) -> Vec<u64> {
    let name = |i: u64| match i % 3 {
        0 => format!("action:actions.a{i}:success"),
        1 => format!("event:events.e{i}:strike"),
        _ => format!("track:actors.x{i}.main:choice"),
    };
    (0..n).map(|i| hash_name(&name(i))).collect()
}

#[test]
fn pairs_of_sites_of_one_run_are_jointly_uniform() {
    // The pairs of 64 sites on two days: 8,128 pairs, each over 4,096 runs in 16 cells.
    let keys: Vec<SiteKey> = [3, 4]
        .into_iter()
        .flat_map(|day| names(64).into_iter().map(move |name| site_key(name, day)))
        .collect();
    let rows: Vec<Vec<u32>> = keys
        .iter()
        .map(|&key| {
            let lanes = (0..4096).map(|run| lane_key(Seed(3), run, Branch(0)));
            lanes.map(|lane| word(lane, key)).collect()
        })
        .collect();
    let mut all = measure::ManyTables::default();
    for (i, first) in rows.iter().enumerate() {
        for second in &rows[..i] {
            let mut cells = Cells::new(4);
            for (a, b) in first.iter().zip(second) {
                cells.count((a >> 30) << 2 | b >> 30);
            }
            all.add_interaction(&cells, 4);
        }
    }
    all.assert("pairs of sites");
}

#[test]
fn triples_of_sites_of_one_run_are_jointly_uniform() {
    let mut all = measure::ManyTables::default();
    let names = names(72);
    for triple in names.chunks_exact(3) {
        for day in [1, 2, 30] {
            let keys = [triple[0], triple[1], triple[2]].map(|name| site_key(name, day));
            let mut cells = Cells::new(12);
            let mut parity = Cells::new(8);
            for run in 0..1 << 16 {
                let lane = lane_key(Seed(5), run, Branch(0));
                let [a, b, c] = keys.map(|key| word(lane, key));
                cells.count((a >> 28) << 8 | (b >> 28) << 4 | c >> 28);
                parity.count((a ^ b ^ c) & 255);
            }
            all.add(&cells);
            all.add(&parity);
        }
    }
    all.assert("triples of sites");
}

/// A word depends on the lane key and the site key only through their exclusive or. In the worst case two
/// sites share half of their keys, as one pair in four billion does: even these are jointly uniform over
/// runs.
#[test]
fn sites_that_share_half_a_key_are_jointly_uniform() {
    let mut all = measure::ManyTables::default();
    for pair in 0..64 {
        let first = key("half", pair);
        let other = key("other half", pair);
        for mask in [0xffff_ffff_0000_0000_u64, 0x0000_0000_ffff_ffff] {
            let second = first & mask | other & !mask;
            let mut cells = Cells::new(8);
            for run in 0..1 << 14 {
                let lane = lane_key(Seed(9), run, Branch(0));
                let (a, b) = (word(lane, site(first)), word(lane, site(second)));
                cells.count((a >> 28) << 4 | b >> 28);
            }
            all.add(&cells);
        }
    }
    all.assert("sites that share half a key");
}

#[test]
fn sites_and_days_have_distinct_keys() {
    let days = 0..=366;
    let mut keys: Vec<(u32, u32)> = days
        .flat_map(|day| names(500).into_iter().map(move |name| site_key(name, day)))
        .map(|key| (key.high, key.low))
        .collect();
    let n = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), n);
}

#[test]
fn single_numbers_are_uniform() {
    for (what, numbers) in [
        ("runs", (|i| number(11, i, 0, 7, 1)) as fn(u64) -> u32),
        ("days", |i| number(11, 0, 0, 7, i as u32)),
        ("sites", |i| number(11, 0, 0, i, 1)),
        ("draws", |i| drawn(11, i, 7)),
        ("paths", |i| drawn(11, 0, i)),
    ] {
        let (mut high, mut low) = (Cells::new(12), Cells::new(12));
        for sample in 0..1 << 18 {
            let word = numbers(sample);
            high.count(word >> 20);
            low.count(word & 4095);
        }
        high.assert(&format!("{what}, leading bits"));
        low.assert(&format!("{what}, trailing bits"));
    }
}

/// The measures detect weak generators: the word without its last round, and consecutive terms of a linear
/// congruential sequence.
#[test]
fn measures_detect_a_weak_generator() {
    let weak = |lane: u64| {
        let x = ((lane >> 32) as u32).wrapping_mul(0x7feb_352d);
        let x = (x ^ x >> 15).wrapping_add(lane as u32);
        (x ^ x >> 16).wrapping_mul(0x846c_a68b)
    };
    let avalanche = Avalanche::of(64, SAMPLES, |sample, flip| weak(key("weak", sample) ^ flip));
    assert!(!avalanche.is_even());
    let sequence = |i: u64| (i as u32).wrapping_mul(0x9e37_79b9);
    let mut cells = Cells::new(12);
    for i in 0..1 << 18 {
        cells.count((sequence(i) >> 26) << 6 | sequence(i + 1) >> 26);
    }
    assert!(!cells.is_even());
    let none = correlation_score(1 << 18, |i| [mix(i) as u32, mix(i + (1 << 40)) as u32]);
    assert!(none.is_even(), "no correlation where there is none");
    let correlated = correlation_score(1 << 18, |i| {
        let (a, b) = (mix(i) as u32, mix(i + (1 << 40)) as u32);
        [a, (f64::from(a) * 0.02 + f64::from(b) * 0.98) as u32]
    });
    assert!(!correlated.is_even());
}
