#!/usr/bin/env bash
# Breaks the engine on purpose, one place at a time, in a copy of the tree, and says which tests
# notice, as rows of a table. A row that says SURVIVED is a hole in the suite. Needs cargo-nextest
# (`cargo install cargo-nextest`).
#
#   tests/broken.sh                             # a minute or two for each row
#   TESTS='--test agreement' tests/broken.sh    # another choice of tests
set -euo pipefail
cd "$(dirname "$0")/.."
copy=target/broken
read -ra tests <<<"${TESTS:---lib --test agreement --test identity --test generator --test golden --test known_answers --test minds --test derivatives}"
# Building is what takes the time, so the copy is built without optimisation.
export CARGO_PROFILE_TEST_OPT_LEVEL=0 CARGO_PROFILE_DEV_OPT_LEVEL=0 INSTA_UPDATE=no CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}

mkdir -p "$copy"
git ls-files -z | xargs -0 cp --parents -t "$copy"

run() {
    # Differences over thousands of runs would take minutes without optimisation.
    (cd "$copy" && cargo nextest run --locked --no-fail-fast --color never "${tests[@]}" \
        -E 'not test(/^(founding|differences)::/)') >"$copy/output.log" 2>&1
}

if ! run; then
    echo "the tests fail before anything is broken: $copy/output.log" >&2
    exit 1
fi

# What is broken ¦ file ¦ as it is ¦ as it becomes
while IFS= read -r row; do
    what=${row%% ¦ *} row=${row#* ¦ }
    file=src/${row%% ¦ *} row=${row#* ¦ }
    OLD=${row%% ¦ *} NEW=${row#* ¦ } perl -0pe \
        's/\Q$ENV{OLD}\E/$ENV{NEW}/ or die "$ENV{OLD} is not there any more\n"' \
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
effects are not clamped ¦ engine/effects.rs ¦ clamp(x[lane] + sum_of::<BITS, N, L>(members, lane, 0.0), min, max) ¦ x[lane] + sum_of::<BITS, N, L>(members, lane, 0.0)
actions succeed where they should fail ¦ engine/decide.rs ¦ if succeeds { self.code[lane] } else { 0 } ¦ if succeeds { 0 } else { self.code[lane] }
the same where odds are expressions ¦ engine/act.rs ¦ bit(decision.luck[lane] < success[lane]) ¦ bit(decision.luck[lane] >= success[lane])
an option's number is taken for another's ¦ engine/effects.rs ¦ if sign[lane] == code { more } ¦ if sign[lane] >= code { more }
an option is picked beside another ¦ engine/decide.rs ¦ rows[k + 1] = ¦ rows[k] =
what is open is forgotten in the draw ¦ engine/decide.rs ¦ open[k] = value <= most[k]; ¦ open[k] = value <= most[k] + 1e9;
notes of more than a month are lost ¦ engine/notes.rs ¦ !(all || n_days == MOST_DAYS) ¦ !all
the first day is taken for the last ¦ engine/notes.rs ¦ for k in (0..DAYS_AT_ONCE).rev() ¦ for k in 0..DAYS_AT_ONCE
notes of another block are counted ¦ engine/notes.rs ¦ self.noted = 0; ¦ self.noted |= 0;
great weights are not divided ¦ engine/decide.rs ¦ (far, single::whole(largest - far)) ¦ (far, 0)
room above is taken for room below ¦ engine/linear.rs ¦ max - value[lane] ¦ value[lane] - min
an option is taken to have room where it has none ¦ engine/linear.rs ¦ u32::from(!has_room) ¦ u32::from(!has_room & (k > 0))
room below is asked for where room above is needed ¦ engine/linear.rs ¦ (mine.down & all.down) | (mine.up & all.up) ¦ (mine.down & all.up) | (mine.up & all.down)
each part of an effect is the whole ¦ engine/effects.rs ¦ days => amount / f32::from(days) ¦ days => amount / f32::from(days.min(1))
an outcome must hold a day longer ¦ engine/day.rs ¦ bit(streak[lane] >= needed) ¦ bit(streak[lane] > needed)
shocks have the other sign ¦ engine/drift.rs ¦ reverted + volatility.at(lane) ¦ reverted - volatility.at(lane)
the second normal of a pair is lost ¦ engine/drift.rs ¦ return second; ¦ return first;
appeal is taken away ¦ engine/linear.rs ¦ (success * sum + charm) ¦ (success * sum - charm)
replies that an option changes are not reckoned again ¦ engine/shift.rs ¦ slope.is_some() && changes(&touch.variable) ¦ false
what an option changes of another's choice is not reckoned again ¦ engine/shift.rs ¦ || moves_goals(anticipation.replier, &reply.concern), ¦ ,
what an option changes of a reply's worth is not reckoned again ¦ engine/shift.rs ¦ || moves_goals(row.actor, concern), ¦ ,
replies stay open where an option closes them ¦ engine/shift.rs ¦ let opening = reply.requires.is_some_and(moves); ¦ let opening = false;
what a change moves in a goal is read as it was ¦ program/patch.rs ¦ Some(to) => (true, Operand::Temporary(to)), ¦ Some(_) => (true, operand),
what a variable is after a change is read from before ¦ engine/steps.rs ¦ Operand::After(touch) => &self.given.after[touch as usize], ¦ Operand::After(touch) => &self.given.after[touch.min(0) as usize],
a condition that a change moves is that of before ¦ program/patch.rs ¦ to.unwrap_or(condition) ¦ condition
a goal that faults after a change is not noticed ¦ program/patch.rs ¦ code.fault.and_then(|fault| conditions[fault as usize]) ¦ None
own effects on their way are forgotten ¦ engine/deliberate.rs ¦ clamp(expected[lane] + sum[lane], min, max) ¦ clamp(expected[lane] + 0.0 * sum[lane], min, max)
failure is weighed like success ¦ engine/value.rs ¦ let failure = 1.0 - success; ¦ let failure = success;
replies ignore how often the other acts ¦ engine/reply.rs ¦ worth[lane] *= tempo[lane]; ¦ worth[lane] *= tempo[lane].max(1.0);
operands change places in a pass ¦ program/fuse.rs ¦ is_left: true ¦ is_left: false
days since are a day too many ¦ engine/steps.rs ¦ let since = day - last_day as i32 as f32; ¦ let since = day + 1.0 - last_day as i32 as f32;
a cooldown is a day short ¦ engine/state.rs ¦ bit(today - last > cooldown_days) ¦ bit(today - last >= cooldown_days)
joint outcomes count where either came true ¦ ensemble/simulation.rs ¦ count(first & second) ¦ count(first | second)
merging loses pairs ¦ ensemble/tally.rs ¦ self.n_both += other.n_both; ¦ self.n_both = self.n_both.max(other.n_both);
half of a run's key is ignored ¦ random/keyed.rs ¦ x.wrapping_add(lane.low ^ site.low) ¦ x.wrapping_add(site.low)
e to the x is off in the sixth digit ¦ math/single.rs ¦ 0.166_665_21 ¦ 0.166_675_21
odds of replies have another slope ¦ engine/slopes/gains.rs ¦ slope[lane] = 1.0 / odds[lane]; ¦ slope[lane] = 1.01 / odds[lane];
success has no slope by what it is worth ¦ engine/slopes/joint.rs ¦ joint.by_success[lane] = well[lane] - ill[lane]; ¦ joint.by_success[lane] = 0.0;
END
