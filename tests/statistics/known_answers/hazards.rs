//! Events, chains and conditions.

use crate::known_answers::judge::{assert_moments, assert_near, assert_within};
use crate::known_answers::runs::SimulatedRuns;

#[test]
fn a_constant_hazard_is_geometric() {
    let runs = SimulatedRuns::of("geometric.toml", 1 << 15);
    for day in [1, 2, 5, 10, 20, 40] {
        assert_within(&runs, "struck", day, 1.0 - 0.93_f64.powi(day as i32));
    }
}

#[test]
fn competing_hazards_have_their_probabilities() {
    let runs = SimulatedRuns::of("competing_hazards.toml", 1 << 15);
    let (fall, coup, deal) = (0.02, 0.05, 0.1);
    let quiet: f64 = (1.0 - fall) * (1.0 - coup) * (1.0 - deal);
    for day in [1, 7, 25] {
        let ever = (1.0 - quiet.powi(day)) / (1.0 - quiet);
        let day = day as u32;
        let only = |a: f64, b: f64, c: f64| ever * a * (1.0 - b) * (1.0 - c);
        assert_within(&runs, "only_fall", day, only(fall, coup, deal));
        assert_within(&runs, "only_coup", day, only(coup, fall, deal));
        assert_within(&runs, "only_deal", day, only(deal, fall, coup));
        assert_within(
            &runs,
            "coup_and_deal",
            day,
            ever * coup * deal * (1.0 - fall),
        );
    }
    assert_within(&runs, "none", 25, quiet.powi(25));
}

/// With population n, a day has one birth with probability βn and one death with probability δn,
/// independently: E[n′] = (1 + β − δ)n, and the second moment follows a recursion.
#[test]
fn birth_death_process_has_its_moments() {
    let runs = SimulatedRuns::of("birth_death.toml", 1 << 15);
    let (birth, death) = (0.004, 0.002);
    let growth = 1.0 + birth - death;
    let (mut mean, mut square) = (20.0_f64, 400.0_f64);
    for day in 1..=30 {
        let chance = (birth + death) * mean - (birth * birth + death * death) * square;
        square = growth * growth * square + chance;
        mean *= growth;
        if [1, 10, 30].contains(&day) {
            assert_moments(&runs, "herd", day, mean, square - mean * mean);
        }
    }
}

/// Probability of reaching N from i: (1 − (q/p)ⁱ) / (1 − (q/p)ᴺ), and i/N in a fair game. Truncation at the
/// horizon is below 10⁻¹².
#[test]
fn gamblers_ruin_probabilities() {
    let fair = SimulatedRuns::of("ruin_fair.toml", 1 << 14);
    assert_within(&fair, "rich", 250, 2.0 / 6.0);
    assert_within(&fair, "ruined", 250, 4.0 / 6.0);
    let unfair = SimulatedRuns::of("ruin_unfair.toml", 1 << 14);
    let ratio: f64 = 0.55 / 0.45;
    let rich = (1.0 - ratio.powi(2)) / (1.0 - ratio.powi(6));
    assert_within(&unfair, "rich", 250, rich);
    assert_within(&unfair, "ruined", 250, 1.0 - rich);
    // Absorption times in the first days.
    for (runs, p) in [(&fair, 0.5), (&unfair, 0.45)] {
        let mut steps = [[0.0; 7]; 7];
        steps[0][0] = 1.0;
        steps[6][6] = 1.0;
        for purse in 1..6 {
            steps[purse][purse + 1] = p;
            steps[purse][purse - 1] = 1.0 - p;
        }
        for day in [2, 4, 6, 12, 30] {
            let shares = after(&steps, 2, day);
            assert_within(runs, "ruined", day, shares[0]);
            assert_within(runs, "rich", day, shares[6]);
        }
    }
}

/// Distribution over states after n days: a row of Pⁿ.
fn after<const N: usize>(steps: &[[f64; N]; N], first: usize, days: u32) -> [f64; N] {
    let mut shares = [0.0; N];
    shares[first] = 1.0;
    for _ in 0..days {
        let mut next = [0.0; N];
        for (share, row) in shares.iter().zip(steps) {
            for (sum, step) in next.iter_mut().zip(row) {
                *sum += share * step;
            }
        }
        shares = next;
    }
    shares
}

#[test]
fn an_absorbing_chain_follows_the_powers_of_its_matrix() {
    let runs = SimulatedRuns::of("absorbing_chain.toml", 1 << 15);
    let mut steps = [[0.0; 4]; 4];
    steps[0][0] = 1.0;
    steps[3][3] = 1.0;
    for (state, up, down) in [(1, 0.3, 0.1), (2, 0.2, 0.4)] {
        steps[state][state + 1] = up * (1.0 - down);
        steps[state][state - 1] = down * (1.0 - up);
        steps[state][state] = 1.0 - steps[state][state + 1] - steps[state][state - 1];
    }
    let stage = runs.variable("stage");
    for day in [1, 2, 3, 8, 20] {
        let shares = after(&steps, 1, day);
        assert_within(&runs, "peace", day, shares[0]);
        assert_within(&runs, "war", day, shares[3]);
        let is_at_2 = |run: &crate::known_answers::runs::RunValues| {
            f64::from(u8::from(run.value(stage, day as usize) == 2.0))
        };
        assert_near(&format!("stage 2 on day {day}"), &runs, is_at_2, shares[2]);
    }
}

/// P(a run of `length` heads by day n), by a chain over the length of the current run.
fn run_of_heads(p: f64, length: usize, days: u32) -> f64 {
    let mut shares = vec![0.0; length + 1];
    shares[0] = 1.0;
    for _ in 0..days {
        let mut next = vec![0.0; length + 1];
        next[length] = shares[length];
        for (streak, share) in shares[..length].iter().enumerate() {
            next[streak + 1] += p * share;
            next[0] += (1.0 - p) * share;
        }
        shares = next;
    }
    shares[length]
}

#[test]
fn sustained_conditions_follow_the_run_length_recursion() {
    let runs = SimulatedRuns::of("sustained.toml", 1 << 15);
    for day in [2, 3, 4, 10, 20] {
        assert_within(&runs, "three", day, run_of_heads(0.5, 3, day));
    }
    for day in [5, 10, 15, 20] {
        assert_within(&runs, "five", day, run_of_heads(0.5, 5, day.min(15)));
    }
    // P(N > 1) for a standard normal.
    let p = 0.158_655_253_931_457_05;
    for day in [2, 8, 20] {
        assert_within(&runs, "rare", day, run_of_heads(p, 2, day));
    }
}
