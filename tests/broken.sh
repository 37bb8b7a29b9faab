#!/usr/bin/env bash
# Puts one deliberate fault at a time into a copy of the tree and reports which tests fail, as rows of a
# table. A row with SURVIVED is a gap in the tests. Needs cargo-nextest (`cargo install cargo-nextest`).
#
#   tests/broken.sh                             # a minute or two per row
#   TESTS='--test semantics' tests/broken.sh    # other tests
set -euo pipefail
cd "$(dirname "$0")/.."
copy=target/broken
read -ra tests <<<"${TESTS:---lib --test semantics --test statistics}"
# Building takes most of the time, so the copy is built without optimization.
export CARGO_PROFILE_TEST_OPT_LEVEL=0 CARGO_PROFILE_DEV_OPT_LEVEL=0 INSTA_UPDATE=no CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}

mkdir -p "$copy"
git ls-files -z | xargs -0 cp --parents -t "$copy"

run() {
    # Differences over thousands of runs would take minutes without optimization.
    (cd "$copy" && cargo nextest run --locked --no-fail-fast --color never "${tests[@]}" \
        -E 'not test(/^derivatives::(founding|differences)::/)') >"$copy/output.log" 2>&1
}

if ! run; then
    echo "the tests fail without any fault: $copy/output.log" >&2
    exit 1
fi

# Fault ¦ file ¦ original ¦ replacement
while IFS= read -r row; do
    what=${row%% ¦ *} row=${row#* ¦ }
    file=src/${row%% ¦ *} row=${row#* ¦ }
    OLD=${row%% ¦ *} NEW=${row#* ¦ } perl -0pe \
        's/\Q$ENV{OLD}\E/$ENV{NEW}/ or die "$ENV{OLD} is not in the file\n"' \
        "$file" >"$copy/$file"
    if run; then
        caught=SURVIVED
    else
        caught=$(sed -n 's/^ *\(FAIL\|SIGABRT\) .* \([a-z_:0-9]*\)$/`\2`/p' "$copy/output.log" | sort -u | paste -sd' ')
        [ -n "$caught" ] || caught="does not build: $(grep -m1 '^error' "$copy/output.log")"
    fi
    cp "$file" "$copy/$file"
    echo "| $what | \`${file#src/}\` | $caught |"
done <<'END'
values are not clamped to their maximum ¦ engine/lanes.rs ¦ if x > max { max } else { x } ¦ if x > max { x } else { x }
actions succeed where they should fail ¦ engine/day/choice_set.rs ¦ if succeeds { self.chosen[lane] } else { 0 } ¦ if succeeds { 0 } else { self.chosen[lane] }
actions succeed where they should fail, with evaluated success ¦ engine/day/resolve.rs ¦ to_mask(choice.success_uniform[lane] < success[lane]) ¦ to_mask(choice.success_uniform[lane] >= success[lane])
the code of one alternative is taken for another's ¦ engine/day/effect_sums.rs ¦ if row[lane] == code { sum } ¦ if row[lane] >= code { sum }
the alternative beside the sampled one is looked up ¦ engine/day/choice_set.rs ¦ rows[k + 1] = ¦ rows[k] =
availability is ignored in sampling ¦ engine/day/choice_set.rs ¦ available[k] = value <= max[k]; ¦ available[k] = value <= max[k] + 1e9;
packed action history of more than 31 days is lost ¦ engine/simulate_days.rs ¦ !(is_last || PackedHistory::<L>::is_full(n_days)) ¦ !is_last
the first day in the packed history is the last ¦ engine/state/packed_history.rs ¦ for k in (0..DAYS_PER_PASS).rev() ¦ for k in 0..DAYS_PER_PASS
packed action history of another block is counted ¦ engine/state/packed_history.rs ¦ self.recorded_days = 0; ¦ self.recorded_days |= 0;
large weights are not divided ¦ engine/utility/logit.rs ¦ (offset, single::whole(largest - offset)) ¦ (offset, 0)
the distance to the upper bound is that to the lower ¦ engine/utility/linear.rs ¦ max - value[lane] ¦ value[lane] - min
an effect is treated as unclamped where a bound binds ¦ engine/utility/ranges.rs ¦ u32::from(!fits) ¦ u32::from(!fits & (k > 0))
the lower bound is checked where the upper may bind ¦ engine/utility/ranges.rs ¦ (own.down & all.down) | (own.up & all.up) ¦ (own.down & all.up) | (own.up & all.down)
each part of a spread effect has the full amount ¦ engine/plan/effects.rs ¦ days => amount / f32::from(days) ¦ days => amount / f32::from(days.min(1))
an outcome needs one more consecutive day ¦ engine/day/outcomes.rs ¦ to_mask(streak[lane] >= sustained_days) ¦ to_mask(streak[lane] > sustained_days)
shocks have the opposite sign ¦ engine/day/drift.rs ¦ reverted + volatility.in_lane(lane) ¦ reverted - volatility.in_lane(lane)
the second normal variate of a pair is lost ¦ engine/day/normals.rs ¦ return second; ¦ return first;
appeal is subtracted ¦ engine/utility/linear.rs ¦ (success * sum + net_appeal) ¦ (success * sum - net_appeal)
responses whose variables an action changes are not re-evaluated ¦ engine/plan/invalidation.rs ¦ if row.is_some() { ¦ if row.is_some() && program.actors.is_empty() {
a change of another actor's choice probabilities is not re-evaluated ¦ engine/plan/invalidation.rs ¦ .add_goals(program, responder_id, response, &response.dependencies); ¦ .add_goals(program, responder_id, response, &GoalDependencies::default());
a change of a response's value is not re-evaluated ¦ engine/plan/invalidation.rs ¦ reads.value.add_goals(program, own, response, dependencies); ¦ let _ = (own, dependencies);
responses stay available where an action makes them unavailable ¦ engine/plan/invalidation.rs ¦ reads.availability.add_code(program, code); ¦ let _ = code;
a goal reads a changed variable before the change ¦ program/patch.rs ¦ Operand::Temporary(from) => numbers[from as usize].map(Operand::Temporary), ¦ Operand::Temporary(_) => None,
the value of a variable after a change is that of another one ¦ engine/utility/operands.rs ¦ &self.sources.after[effect as usize] ¦ &self.sources.after[effect.min(0) as usize]
a condition that a change affects keeps its earlier value ¦ program/patch.rs ¦ replacement.unwrap_or(condition) ¦ condition
a fault of a goal after a change is not detected ¦ program/patch.rs ¦ code.fault.and_then(|fault| conditions[fault as usize]) ¦ None
the actor's own pending effects are ignored ¦ engine/day/expect.rs ¦ clamp(expected[lane] + sum[lane], min, max) ¦ clamp(expected[lane] + 0.0 * sum[lane], min, max)
failure is weighted like success ¦ engine/utility/alternative.rs ¦ let failure = 1.0 - success; ¦ let failure = success;
responses ignore the activation probability ¦ engine/utility/response.rs ¦ value[lane] *= tempo[lane]; ¦ value[lane] *= tempo[lane].max(1.0);
operands are exchanged in a fused instruction ¦ program/fuse.rs ¦             is_left, ¦             is_left: !is_left,
`days_since` is one day too large ¦ engine/utility/operations.rs ¦ let since = day - last_day as i32 as f32; ¦ let since = day + 1.0 - last_day as i32 as f32;
a cooldown is one day short ¦ engine/state/record.rs ¦ to_mask(today - last > cooldown_days) ¦ to_mask(today - last >= cooldown_days)
joint outcomes are counted where either occurred ¦ simulate/block_tally.rs ¦ let both = first & second ¦ let both = first | second
a correlated quantity is bound anew ¦ study/point_binder.rs ¦ parameters.remove(b); ¦ parameters.remove(a);
a number that the reader rejects is bound anew ¦ scenario/overrides.rs ¦ number.abs() <= limits::MAX_ABS_NUMBER ¦ number.abs() <= limits::MAX_ABS_NUMBER * 10.0
similar distributions share a table ¦ program/quantile_tables.rs ¦ parameters.map(f64::to_bits) ¦ parameters.map(|one| u64::from((one as f32).to_bits()))
merging loses pairs ¦ simulate/tally.rs ¦ self.n_both += other.n_both; ¦ self.n_both = self.n_both.max(other.n_both);
half of a run's key is ignored ¦ base/random/keyed.rs ¦ x.wrapping_add(lane.low ^ site.low) ¦ x.wrapping_add(site.low)
the exponential is wrong in the sixth digit ¦ base/math/single.rs ¦ 0.166_665_21 ¦ 0.166_675_21
base odds have another derivative ¦ engine/gradient/partials.rs ¦ derivative[lane] = 1.0 / odds[lane]; ¦ derivative[lane] = 1.01 / odds[lane];
success has no derivative through the utility ¦ engine/gradient/differentiated_branches.rs ¦ combined.by_success[lane] = a[lane] - b[lane]; ¦ combined.by_success[lane] = 0.0;
END
