//! Expressions and tables in the notation of spreadsheets, Squiggle, NetLogo, Python, YAML and CSV, each
//! with one message.

use super::{EFFECTS, GOAL, INITIAL, Mistake, SUCCESS, VALID, WHEN, check, read_with};
use realpolitik::base::diagnostic::{Sources, render};
use realpolitik::scenario::read;

const CALLS: &[Mistake] = &[
    (
        GOAL,
        "goal = \"=1 - strain\"",
        "remove the `=`: write `1 - strain`",
        GOAL,
    ),
    (
        GOAL,
        "goal = \"= max(strain; 0,2)\"",
        "`max(strain, 0.2)`",
        "goal = \"max(strain, 0.2)\"",
    ),
    (
        GOAL,
        "goal = \"1 - math.exp(-0.03 * strain)\"",
        "remove `math.`: write `1 - exp(-0.03 * strain)`",
        "goal = \"1 - exp(-0.03 * strain)\"",
    ),
    (
        GOAL,
        "goal = \"np.clip(strain, 0.1, 0.9)\"",
        "`clamp(strain, 0.1, 0.9)`",
        "goal = \"clamp(strain, 0.1, 0.9)\"",
    ),
    (
        GOAL,
        "goal = \"Math.pow(strain, 2)\"",
        "`strain ^ 2`",
        "goal = \"strain ^ 2\"",
    ),
    (
        GOAL,
        "goal = \"import math; math.sqrt(strain)\"",
        "`sqrt(strain)`",
        "goal = \"sqrt(strain)\"",
    ),
    (
        GOAL,
        "goal = \"numpy.log(1 + strain)\"",
        "`ln(1 + strain)`",
        "goal = \"ln(1 + strain)\"",
    ),
    (
        WHEN,
        "when = \"AND(strain>0.7, price<>1)\"",
        "write `strain > 0.7 and price != 1`",
        "when = \"strain > 0.7 and price != 1\"",
    ),
    (
        WHEN,
        "when = \"AND(OR(strain>0,7; price>5); NOT(price=1))\"",
        "write `(strain > 0.7 or price > 5) and not (price == 1)`",
        "when = \"(strain > 0.7 or price > 5) and not (price == 1)\"",
    ),
    (
        GOAL,
        "goal = \"ifelse-value (strain > 0.3) [0.2] [0.1]\"",
        "write `if(strain > 0.3, 0.2, 0.1)`",
        "goal = \"if(strain > 0.3, 0.2, 0.1)\"",
    ),
    (
        GOAL,
        "goal = \"ifelse strain > 0.3 [ report 0.2 ] [ 0.1 ]\"",
        "write `if(strain > 0.3, 0.2, 0.1)`",
        "goal = \"if(strain > 0.3, 0.2, 0.1)\"",
    ),
    (
        GOAL,
        "goal = \"IF(strain>0.5, IF(price>10, 1, 0.5), 0)\"",
        "`if(strain>0.5, if(price>10, 1, 0.5), 0)`",
        "goal = \"if(strain>0.5, if(price>10, 1, 0.5), 0)\"",
    ),
    (
        WHEN,
        "when = \"strain > 0.7 and random-float 1 < 0.3\"",
        "`[events.chance]` with `hazard = 0.3` at the end of the file, and write `strain > 0.7 and \
         days_since(chance, 99) <= 1`",
        "when = \"strain > 0.7 and days_since(chance, 99) <= 1\"\n[events.chance]\nhazard = 0.3",
    ),
    (
        WHEN,
        "when = \"RAND() > 0.9 and strain > 0.7\"",
        "`hazard = 0.1`",
        "when = \"strain > 0.7 and days_since(chance, 99) <= 1\"\n[events.chance]\nhazard = 0.1",
    ),
];

const DISTRIBUTIONS: &[Mistake] = &[
    (
        "hazard = 0.01",
        "hazard = \"(0.005 to 0.02) * strain + 0.01\"",
        "`[variables.uncertain_factor]` with `initial = { from = 0.005, to = 0.02 }`, and write \
         `uncertain_factor * strain + 0.01` here",
        "hazard = \"uncertain_factor * strain + 0.01\"\n[variables.uncertain_factor]\ninitial = { \
         from = 0.005, to = 0.02 }\n[events.other]\nhazard = 0.1",
    ),
    (
        "hazard = 0.01",
        "hazard = \"0.01 * normal(3, 1)\"",
        "`initial = { truncated_normal = { mean = 3, sd = 1 } }` and `max = 9.29`",
        "hazard = \"0.01 * uncertain_factor\"\n[variables.uncertain_factor]\ninitial = { \
         truncated_normal = { mean = 3, sd = 1 } }\nmax = 9.29\n[events.other]\nhazard = 0.1",
    ),
    (
        INITIAL,
        "initial = \"lognormal({mean: 0.3, stdev: 0.1})\"",
        "`initial = { from = 0.1355, to = 0.4645 }`",
        "initial = { from = 0.1355, to = 0.4645 }",
    ),
    (
        "precision = 20",
        "precision = lognormal({mean: 300, stdev: 100})",
        "`{ lognormal = { mean = 300, sd = 100 } }`",
        "precision = { lognormal = { mean = 300, sd = 100 } }",
    ),
    (
        "precision = 20",
        "precision = mixture(100 to 200, 300 to 500, [0.7, 0.3])",
        "write `{ from = 100, to = 500 }`",
        "precision = { from = 100, to = 500 }",
    ),
    (
        "precision = 20",
        "precision = { discrete = { values = [100, 200, 400], probabilities = [0.2, 0.6, 0.2] } }",
        "`{ from = 100, to = 400 }`",
        "precision = { from = 100, to = 400 }",
    ),
    (
        "precision = 20",
        "precision = { gaussian = { mean = 300, sd = 50 } }",
        "write `{ truncated_normal = { mean = 300, sd = 50 } }`",
        "precision = { truncated_normal = { mean = 300, sd = 50 } }",
    ),
    (
        "precision = 20",
        "precision = { choice = { 100 = 0.2, 400 = 0.8 } }",
        "`{ from = 100, to = 400 }`",
        "precision = { from = 100, to = 400 }",
    ),
    (
        SUCCESS,
        "success = \"bernoulli(0.5)\"",
        "without quotes: `0.5`",
        "success = 0.5",
    ),
    (
        SUCCESS,
        "success = RiskBernoulli(0,5)",
        "write `0.5`",
        "success = 0.5",
    ),
    (
        INITIAL,
        "initial = \"between 0.2 and 0.5\"",
        "`initial = { from = 0.2, to = 0.5 }`",
        "initial = { from = 0.2, to = 0.5 }",
    ),
];

const PLACES: &[Mistake] = &[
    (
        "[outcomes.crisis]",
        "[[outcomes]]\nname = \"crisis\"",
        "write `[outcomes.crisis]` and remove `name`",
        "[outcomes.crisis]",
    ),
    (
        "[outcomes.crisis]",
        "[[outcomes]]\nid = \"Deep crisis\"",
        "write `[outcomes.deep_crisis]`, and `label = \"Deep crisis\"` in place of `id`",
        "[outcomes.deep_crisis]\nlabel = \"Deep crisis\"",
    ),
    (
        EFFECTS,
        "[effects]\nstrain = 0.05",
        "write `[actions.patrol.effects]`",
        "[actions.patrol.effects]\nstrain = 0.05",
    ),
    (
        EFFECTS,
        "  [actions.failure_effects]\n  strain = 0.05",
        "write `[actions.patrol.failure_effects]`",
        "[actions.patrol.failure_effects]\nstrain = 0.05",
    ),
    (
        GOAL,
        "goal = \"1 - strain\"\ntempo = 0.5",
        "`tempo` is a key of `[actors.north]`: move its line up, above line 17",
        "goal = \"1 - strain\"",
    ),
    (
        EFFECTS,
        "[actions.patrol.effects]\nstrain = 0.05\nlimit = 3",
        "`limit` is a key of `[actions.patrol]`: move its line up, above line 25",
        "limit = 3\n[actions.patrol.effects]\nstrain = 0.05",
    ),
    (
        "horizon_days = 30",
        "horizon_days = 30\niterations = 10000",
        "`realpolitik run bridge.toml --runs 10000`",
        "horizon_days = 30",
    ),
    (
        "[variables.strain]",
        "[simulation]\nruns = 500\nrandom_seed = 7\n[variables.strain]",
        "`realpolitik run bridge.toml --runs 500 --seed 7`",
        "[variables.strain]",
    ),
    (
        WHEN,
        "when = \"strain > threshold\"\nthreshold = 0.7",
        "at the end of the file `[indicators]` and on the line below `threshold = \"0.7\"`",
        "when = \"strain > threshold\"\n[indicators]\nthreshold = \"0.7\"",
    ),
    (
        WHEN,
        "when = \"strain > threshold\"\n[constants]\nthreshold = 0.7",
        "write `[indicators]`",
        "when = \"strain > threshold\"\n[indicators]\nthreshold = 0.7",
    ),
    (
        "[outcomes.crisis]",
        "[correlations]\nnames = [\"strain\", \"price\"]\nmatrix = [[1, -0.4], [-0.4, 1]]\n[outcomes.crisis]",
        "`between = [\"variables.strain.initial\", \"variables.price.initial\"]` and `coefficient = -0.4`",
        "[outcomes.crisis]",
    ),
    (
        "[outcomes.crisis]",
        "[actors.north]\nrisk = 5\n[outcomes.crisis]",
        "move its keys (`risk`) to the lines below line 14 and remove this header",
        "[outcomes.crisis]",
    ),
    (
        WHEN,
        "when = \"strain > 0.7\"\nby = 20",
        "write the date of day 20: `by = 2031-05-20`",
        "when = \"strain > 0.7\"\nby = 2031-05-20",
    ),
    (
        WHEN,
        "when = \"strain > 0.7\"\nby = \"day 7\"",
        "`by = 2031-05-07`",
        "when = \"strain > 0.7\"\nby = 2031-05-07",
    ),
];

/// Checks the help, and that there is one error.
fn check_single(mistakes: &[Mistake]) {
    check(mistakes);
    for (line, instead, ..) in mistakes {
        let (sources, reading) = read_with(line, instead);
        let shown = render(&sources, &reading.diagnostics, false);
        assert_eq!(reading.diagnostics.0.len(), 1, "{instead}\n{shown}");
    }
}

#[test]
fn expressions_of_other_tools_are_rewritten_as_a_whole() {
    check_single(CALLS);
}

#[test]
fn distributions_of_other_tools_have_the_nearest_value() {
    check_single(DISTRIBUTIONS);
}

#[test]
fn keys_and_tables_in_a_wrong_place_are_one_error() {
    check_single(PLACES);
}

#[test]
fn names_with_hyphens_are_written_with_underscores() {
    let text = VALID.replace("[events.fire]", "[events.big-fire]");
    let text = text.replace("[variables.price]", "[variables.oil-price]");
    let text = text.replace(", price = 5", "");
    let text = text.replace("price > 1", "oil-price > 1 and count(big-fire) > 0");
    let mut sources = Sources::default();
    let reading = read(&mut sources, "bridge.toml", &text, &[]);
    let shown = render(&sources, &reading.diagnostics, false);
    assert!(
        shown.contains("write `oil_price`: names have no hyphens"),
        "{shown}"
    );
    assert!(
        shown.contains("write `big_fire`: names have no hyphens"),
        "{shown}"
    );
    assert_eq!(reading.diagnostics.0.len(), 4, "{shown}");
}

#[test]
fn a_csv_export_is_one_error() {
    let quoted = |line: &str| match line.contains(['"', ',']) {
        true => format!("\"{}\"", line.replace('"', "\"\"")),
        false => line.to_owned(),
    };
    let lines: Vec<_> = VALID.trim().lines().collect();
    let export: Vec<_> = lines.iter().map(|line| quoted(line)).collect();
    let with_commas: Vec<_> = lines
        .iter()
        .map(|line| format!("{},,", quoted(line)))
        .collect();
    let all_quoted: Vec<_> = lines
        .iter()
        .map(|line| format!("\"{}\"", line.replace('"', "\"\"")))
        .collect();
    for export in [export, with_commas, all_quoted] {
        let mut sources = Sources::default();
        let reading = read(&mut sources, "bridge.toml", &export.join("\n"), &[]);
        let shown = render(&sources, &reading.diagnostics, false);
        assert_eq!(reading.diagnostics.0.len(), 1, "{shown}");
        assert!(shown.contains("CSV export of a spreadsheet"), "{shown}");
    }
}

#[test]
fn help_about_set_is_an_argument() {
    for (set, help) in [
        (
            "variables.strain.initial=0.4 to 0.6",
            "`--set 'variables.strain.initial={ from = 0.4, to = 0.6 }'`",
        ),
        (
            "actions.patrol.success=75%",
            "`--set 'actions.patrol.success=0.75'`",
        ),
        (
            "actions.patrol.success=0,75",
            "`--set 'actions.patrol.success=0.75'`",
        ),
        (
            "actions.patrol.succes=0.75",
            "`--set 'actions.patrol.success=0.75'`",
        ),
        (
            "actors.north.precision=strain**2",
            "`--set 'actors.north.precision=strain^2'`",
        ),
        (
            "outcomes.crisis.by=7",
            "`--set 'outcomes.crisis.by=2031-05-07'`",
        ),
        (
            "actors['north']['precision']=400",
            "`actors.north.precision=400`",
        ),
        ("actors/north/precision=400", "`actors.north.precision=400`"),
    ] {
        let mut sources = Sources::default();
        let parsed = set.parse().unwrap();
        let reading = read(&mut sources, "bridge.toml", VALID, &[parsed]);
        let shown = render(&sources, &reading.diagnostics, false);
        assert!(shown.contains(help), "{set}\n{shown}");
        assert!(!shown.contains('\\'), "{shown}");
        let option = help
            .trim_matches('`')
            .trim_start_matches("--set ")
            .trim_matches('\'');
        let reading = read(
            &mut Sources::default(),
            "bridge.toml",
            VALID,
            &[option.parse().unwrap()],
        );
        assert!(reading.scenario.is_some(), "{option}");
    }
}

#[test]
fn numbers_on_the_wrong_scale_are_warned_about() {
    for (line, instead, message, corrected) in [
        (
            INITIAL,
            "initial = 0.4\nvolatility = 2",
            "write `volatility = 0.02`",
            "initial = 0.4\nvolatility = 0.02",
        ),
        (
            "max = 200",
            "max = 200\nvolatility = 250",
            "`volatility = 4`",
            "max = 200\nvolatility = 4",
        ),
        (
            "precision = 20",
            "precision = 0.95",
            "`precision = 60`",
            "precision = 60",
        ),
        (
            "precision = 20",
            "precision = { from = 0.5, to = 0.9 }",
            "`precision = 60`",
            "precision = 60",
        ),
    ] {
        let (sources, reading) = read_with(line, instead);
        let shown = render(&sources, &reading.diagnostics, false);
        assert!(reading.scenario.is_some(), "{shown}");
        assert!(shown.contains(message), "{instead}\n{shown}");
        let (_, reading) = read_with(line, corrected);
        assert!(reading.diagnostics.0.is_empty(), "{corrected}");
    }
}
