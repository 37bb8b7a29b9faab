//! Mistakes in expressions.

use super::{GOAL, Mistake, WHEN, check, read_with};

const EXPRESSIONS: &[Mistake] = &[
    (
        GOAL,
        "goal = \"strain**2\"",
        "write `^`",
        "goal = \"strain^2\"",
    ),
    (
        GOAL,
        "goal = \"strain²\"",
        "write `^2`",
        "goal = \"strain^2\"",
    ),
    (
        GOAL,
        "goal = \"1 – strain\"",
        "write `-`",
        "goal = \"1 - strain\"",
    ),
    (
        GOAL,
        "goal = \"½ × strain\"",
        "write `0.5`",
        "goal = \"0.5 * strain\"",
    ),
    (
        GOAL,
        "goal = \"0.5 if strain > 0.5 else 0.1\"",
        "`if(strain > 0.5, 0.5, 0.1)`",
        "goal = \"if(strain > 0.5, 0.5, 0.1)\"",
    ),
    (
        GOAL,
        "goal = \"if strain > 0.5 then 0.5 else 0.1\"",
        "`if(strain > 0.5, 0.5, 0.1)`",
        "goal = \"if(strain > 0.5, 0.5, 0.1)\"",
    ),
    (
        GOAL,
        "goal = \"strain > 0.5 ? 0.5 : 0.1\"",
        "`if(strain > 0.5, 0.5, 0.1)`",
        "goal = \"if(strain > 0.5, 0.5, 0.1)\"",
    ),
    (
        GOAL,
        "goal = \"=IF(strain>0,7;0,5;0,1)\"",
        "`if(strain>0.7, 0.5, 0.1)`",
        "goal = \"if(strain>0.7, 0.5, 0.1)\"",
    ),
    (
        GOAL,
        "goal = \"2strain\"",
        "`2 * strain`",
        "goal = \"2 * strain\"",
    ),
    (
        GOAL,
        "goal = \"price / 1_000\"",
        "write `1000`",
        "goal = \"price / 1000\"",
    ),
    (
        GOAL,
        "goal = \"price / 10k\"",
        "write `10000`",
        "goal = \"price / 10000\"",
    ),
    (
        GOAL,
        "goal = \"Strain\"",
        "write `strain`",
        "goal = \"strain\"",
    ),
    (
        GOAL,
        "goal = \"variables.strain\"",
        "`strain`",
        "goal = \"strain\"",
    ),
    (
        GOAL,
        "goal = \"pow(strain, 2)\"",
        "`strain ^ 2`",
        "goal = \"strain ^ 2\"",
    ),
    (
        GOAL,
        "goal = \"MAX(strain, 0.2)\"",
        "write `max` in lowercase",
        "goal = \"max(strain, 0.2)\"",
    ),
    (
        GOAL,
        "goal = \"strain * \u{200b}2\"",
        "delete it",
        "goal = \"strain * 2\"",
    ),
    (
        GOAL,
        "goal = \"max strain 0.5\"",
        "`max(a, b, …)`",
        "goal = \"max(strain, 0.5)\"",
    ),
    (
        GOAL,
        "goal = \"ask turtles [ set strain 1 ]\"",
        "write only the formula",
        GOAL,
    ),
    (
        WHEN,
        "when = strain > 0.7",
        "`\"strain > 0.7\"`",
        "when = \"strain > 0.7\"",
    ),
    (
        WHEN,
        "when = \"strain > 70 %\"",
        "`0.7`",
        "when = \"strain > 0.7\"",
    ),
    (
        WHEN,
        "when = \"strain > 0,7\"",
        "write `0.7`",
        "when = \"strain > 0.7\"",
    ),
    (
        WHEN,
        "when = \"strain ≥ 0.7 && price > 1\"",
        "write `and`",
        "when = \"strain >= 0.7 and price > 1\"",
    ),
    (
        WHEN,
        "when = \"strain > 0.7 AND True\"",
        "`and` in lowercase",
        "when = \"strain > 0.7 and true\"",
    ),
    (
        WHEN,
        "when = \"strain between 0.5 and 0.7\"",
        "`strain >= 0.5 and strain <= 0.7`",
        "when = \"strain >= 0.5 and strain <= 0.7\"",
    ),
    (
        WHEN,
        "when = \"happened(‘patrol’)\"",
        "`'patrol'`",
        "when = \"happened(patrol)\"",
    ),
    (
        WHEN,
        "when = \"happened('patrol')\"",
        "`patrol`",
        "when = \"happened(patrol)\"",
    ),
    (
        WHEN,
        "when = \"fire.happened\"",
        "`happened(fire)`",
        "when = \"happened(fire)\"",
    ),
    (
        WHEN,
        "when = \"patrol happened\"",
        "`happened(patrol)`",
        "when = \"happened(patrol)\"",
    ),
    (
        WHEN,
        "when = \"day > date(“2031-05-10”)\"",
        "`'2031-05-10'`",
        "when = \"day > date('2031-05-10')\"",
    ),
    (
        WHEN,
        "when = \"day > date('10 May 2031')\"",
        "`date('2031-05-10')`",
        "when = \"day > date('2031-05-10')\"",
    ),
    (
        WHEN,
        "when = \"strain\"",
        "`strain > 0.5`",
        "when = \"strain > 0.5\"",
    ),
    (
        "hazard = 0.01",
        "hazard = \"0.01 to 0.05\"",
        "`{ from = 0.01, to = 0.05 }`",
        "hazard = { from = 0.01, to = 0.05 }",
    ),
];

#[test]
fn help_about_expressions_leads_to_a_valid_file() {
    check(EXPRESSIONS);
}

#[test]
fn one_mistake_of_notation_is_one_error() {
    for instead in [
        "goal = \"strain > 0.5 ? 0.5 : 0.1\"",
        "goal = \"0.5 if strain > 0.5 else 0.1\"",
        "goal = \"stra\u{200b}in\u{200b} * 2\"",
        "goal = \"ask turtles [ set strain 1 ]\"",
        "goal = \"variables.strain\"",
        "goal = \"strain² / 4\"",
        "goal = \"strain % 2\"",
    ] {
        let (_, reading) = read_with(GOAL, instead);
        assert_eq!(reading.diagnostics.0.len(), 1, "{instead}: {reading:?}");
    }
}
