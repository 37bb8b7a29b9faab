//! Counter-based random numbers (as in Salmon et al. 2011): each number is a pure function of its key.
//!
//! A random number of the engine is a pure function of (seed, run, branch, day, site). It has two
//! 64-bit keys: a [`LaneKey`] of (seed, run, branch), made once per run, and a [`SiteKey`] of
//! (site, day), made once per program. [`word`] mixes the two into 32 bits. Uncertain quantities
//! are sampled from (seed, draw, path) by [`draw_uniform`], in a key domain of their own. There
//! is no state, so adding, removing or skipping a mechanism leaves the random numbers of all
//! others unchanged. [`KeyedStream`] is a sequential stream for work outside the engine, such as
//! the bootstrap and optimizers.

use rand::TryRng;
use std::convert::Infallible;

/// The seed that the user chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

/// The continuation of a run: random numbers differ from the branch's first day on. Two branches of
/// one run with the same draw are independent replications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Branch(pub u64);

/// The sample of the uncertain quantities: 0 for ordinary runs; every other number
/// is an independent sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct DrawBranch(pub u64);

/// The key of (seed, run, branch).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneKey {
    /// Upper 32 bits of the key.
    pub high: u32,
    /// Lower 32 bits of the key.
    pub low: u32,
}

/// The key of (site, day).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SiteKey {
    /// Upper 32 bits of the key.
    pub high: u32,
    /// Lower 32 bits of the key.
    pub low: u32,
}

// Constants that separate the key domains: bytes of words.
const LANE_DOMAIN: u64 = u64::from_le_bytes(*b"rp lane ");
const BRANCH_DOMAIN: u64 = u64::from_le_bytes(*b"rp brnch");
const SITE_DOMAIN: u64 = u64::from_le_bytes(*b"rp site ");
const DRAW_DOMAIN: u64 = u64::from_le_bytes(*b"rp draw ");
const SAMPLE_DOMAIN: u64 = u64::from_le_bytes(*b"rp smpl ");
const STREAM_DOMAIN: u64 = u64::from_le_bytes(*b"rp strm ");

/// The key of one run: a bijection of `run` for a fixed seed and branch, so that no two runs of a
/// simulation share a key.
pub fn lane_key(seed: Seed, run: u64, branch: Branch) -> LaneKey {
    let root = mix(mix(seed.0 ^ LANE_DOMAIN).wrapping_add(mix(branch.0 ^ BRANCH_DOMAIN)));
    let key = mix(mix(run.wrapping_add(root)) ^ root.rotate_left(32));
    LaneKey {
        high: (key >> 32) as u32,
        low: key as u32,
    }
}

/// The key of a site on a day; `site` is [`hash_name`] of the site's name.
pub fn site_key(site: u64, day: u32) -> SiteKey {
    let key = mix(mix(site ^ SITE_DOMAIN).wrapping_add(mix(u64::from(day) ^ SITE_DOMAIN)));
    SiteKey {
        high: (key >> 32) as u32,
        low: key as u32,
    }
}

/// 32 random bits of a run at a site and day.
///
/// Three rounds of multiply and xor-shift with the keys of lane and site entering alternately; the
/// multipliers are of the "lowbias32" family of C. Wellons' hash prospector (public domain). Only
/// operations that vector units have.
#[inline(always)]
pub fn word(lane: LaneKey, site: SiteKey) -> u32 {
    let mut x = lane.high ^ site.high;
    x = x.wrapping_mul(0x7feb_352d);
    x ^= x >> 15;
    x = x.wrapping_add(lane.low ^ site.low);
    x ^= x >> 16;
    x = x.wrapping_mul(0x846c_a68b);
    x ^= x >> 15;
    x = x.wrapping_mul(0x9e48_5565);
    x ^ (x >> 16)
}

/// A uniform variate in the open interval (0, 1), a multiple of 2⁻⁵³, for an uncertain quantity;
/// `path` is [`hash_name`] of its TOML path.
#[inline]
pub fn draw_uniform(seed: Seed, draw: u64, path: u64) -> f64 {
    branched_draw_uniform(seed, DrawBranch(0), draw, path)
}

/// [`draw_uniform`] in any sample of the uncertain quantities.
#[inline]
pub fn branched_draw_uniform(seed: Seed, branch: DrawBranch, draw: u64, path: u64) -> f64 {
    Draws::of(seed, branch, path).uniform(draw)
}

/// The uniform variates of one uncertain quantity in one sample.
#[derive(Clone, Copy, Debug)]
pub struct Draws {
    root: u64,
}

impl Draws {
    /// The variates of a path.
    #[inline]
    pub fn of(seed: Seed, branch: DrawBranch, path: u64) -> Self {
        let mut root = mix(mix(seed.0 ^ DRAW_DOMAIN).wrapping_add(mix(path ^ DRAW_DOMAIN)));
        if branch != DrawBranch(0) {
            root = mix(root.wrapping_add(mix(branch.0 ^ SAMPLE_DOMAIN)));
        }
        Self { root }
    }

    /// The variate of a draw, as in [`branched_draw_uniform`].
    #[inline]
    pub fn uniform(self, draw: u64) -> f64 {
        open_unit(mix(
            mix(draw.wrapping_add(self.root)) ^ self.root.rotate_left(32)
        ))
    }
}

/// A uniform variate in (0, 1) from a random word: (k + ½)·2⁻⁵², k being its top 52 bits.
pub fn open_unit(bits: u64) -> f64 {
    ((bits >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
}

/// A 64-bit hash of a name: FNV-1a (Fowler, Noll, Vo), then mixed.
pub fn hash_name(name: &str) -> u64 {
    let fnv = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    mix(fnv)
}

/// A bijection of 64 bits with full avalanche: Stafford's variant 13 of MurmurHash3's finalizer, as
/// in SplitMix64 (Steele, Lea, Flood 2014), after its increment, so that 0 does not map to 0.
#[inline]
pub fn mix(value: u64) -> u64 {
    let mut x = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A random stream for work outside the engine (bootstrap, optimizers, tests), identified by a seed
/// and a purpose; it implements rand's traits.
#[derive(Clone, Debug)]
pub struct KeyedStream {
    key: u64,
    counter: u64,
}

impl KeyedStream {
    /// The stream of a purpose, such as `bootstrap:outcomes.split`.
    pub fn new(seed: Seed, purpose: &str) -> Self {
        Self {
            key: mix(mix(seed.0 ^ STREAM_DOMAIN) ^ hash_name(purpose)),
            counter: 0,
        }
    }

    /// A uniform variate in the open interval (0, 1).
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        let Ok(bits) = self.try_next_u64();
        open_unit(bits)
    }
}

impl TryRng for KeyedStream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|bits| (bits >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.counter = self.counter.wrapping_add(1);
        Ok(mix(
            mix(self.counter.wrapping_add(self.key)) ^ self.key.rotate_left(32)
        ))
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Infallible> {
        for chunk in destination.chunks_mut(8) {
            let bytes = self.try_next_u64()?.to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The random numbers of a seed must not change, since old manifests are reproduced by them. A
    /// separate implementation in Python computed the expected values.
    #[test]
    fn known_answers() {
        let lane = lane_key(Seed(1), 0, Branch(0));
        let site = site_key(hash_name("event:events.strike:strike"), 1);
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(
            word(LaneKey { high: 0, low: 0 }, SiteKey { high: 0, low: 0 }),
            0
        );
        assert_eq!(
            format!("{lane:08x?} {site:08x?} {:08x}", word(lane, site)),
            KNOWN_ANSWER
        );
        assert_eq!(
            draw_uniform(Seed(1), 0, hash_name("variables.trust.initial")).to_bits(),
            KNOWN_DRAW
        );
    }

    /// Seeds, runs, branches and days that share bits with the constants of the domains.
    #[test]
    fn known_answers_of_other_branches() {
        for (seed, run, branch, day, answer) in [
            (7, 5, 2, 300, ANSWER_A),
            (0xdead_beef, 1 << 40, 0x72, 0xff, ANSWER_B),
        ] {
            let lane = lane_key(Seed(seed), run, Branch(branch));
            let site = site_key(hash_name("shock:variables.x:radius"), day);
            let all = [lane.high, lane.low, site.high, site.low, word(lane, site)];
            assert_eq!(all, answer, "{all:08x?}");
        }
    }

    const KNOWN_ANSWER: &str = "LaneKey { high: 8c63ec17, low: 7fe4ba39 } SiteKey { high: 46026f09, low: b373c128 } c1cd4705";
    const ANSWER_A: [u32; 5] = [
        0x42d4_673c,
        0x0fa4_9e99,
        0xf295_72d6,
        0x9b00_d283,
        0xbdee_8b93,
    ];
    const ANSWER_B: [u32; 5] = [
        0xee4f_b733,
        0xf6b2_d65a,
        0x4b36_8aae,
        0xb429_d135,
        0xe418_1978,
    ];
    const KNOWN_DRAW: u64 = 0x3feb_4471_7f88_dcbd;

    #[test]
    fn runs_have_distinct_keys() {
        let mut keys: Vec<(u32, u32)> = (0..20_000)
            .map(|run| lane_key(Seed(7), run, Branch(0)))
            .map(|key| (key.high, key.low))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 20_000);
    }
}
