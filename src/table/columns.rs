//! The data dictionary: every file of a results folder, every column, its unit and its meaning.
//!
//! Headers and `dictionary.csv` are written from this table. Columns that begin with `simulation_`
//! describe the Monte Carlo error, which more runs reduce; columns that begin with `parameter_`
//! describe the parameter uncertainty, which runs do not reduce.

mod compare;
mod derivatives;
mod run;
mod score;
mod sensitivity;
mod sweep;
mod tune;

pub use compare::{COMPARE, COMPARE_ACTIONS, COMPARE_FILES};
pub use derivatives::DERIVATIVES;
pub use run::{
    ACTIONS, EVENTS, JOINT, OUTCOMES, PARAMETERS, RUN_PATTERNS, RUNS, TIMELINE, VARIABLES,
};
pub use score::{RELIABILITY, SCORE, SCORE_FILES, SCORE_GROUPS, SCORE_PATTERNS, SCORE_SUMMARY};
pub use sensitivity::{CONVERGENCE, MORRIS, SCREENING_FILES, SENSITIVITY, SENSITIVITY_FILES};
pub use sweep::{FIXED_PARAMETERS, SWEEP, SWEEP_FILES, SWEEP_PATTERN, SWEEP_POINTS};
pub use tune::{
    EVALUATION_PATTERNS, EVALUATIONS, POSTERIOR, POSTERIOR_PATTERNS, POSTERIOR_SUMMARY,
    POSTERIOR_SUMMARY_PATTERNS, TUNE, TUNE_FILES, TUNE_PARAMETERS,
};

/// A kind of file in a results folder.
#[derive(Clone, Copy, Debug)]
pub struct FileColumns {
    /// Its name without extension.
    pub name: &'static str,
    /// What one row is.
    pub row: &'static str,
    /// Its columns in order; of [`RUNS`] those that every scenario has.
    pub columns: &'static [Column],
}

/// A column of a file.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The name in the header; in patterns, `<…>` stands for a name of the scenario.
    pub name: &'static str,
    /// The unit, empty for names and texts.
    pub unit: &'static str,
    /// Definition of the column.
    pub meaning: &'static str,
}

impl FileColumns {
    /// The names of the columns.
    pub fn header(&self) -> Vec<String> {
        let names = self.columns.iter().map(|column| column.name);
        names.map(str::to_owned).collect()
    }
}

/// All files with their columns, in the order of the dictionary.
pub const FILES: [&FileColumns; 9] = [
    &OUTCOMES,
    &TIMELINE,
    &ACTIONS,
    &EVENTS,
    &VARIABLES,
    &JOINT,
    &PARAMETERS,
    &RUNS,
    &DICTIONARY,
];

const fn column(name: &'static str, unit: &'static str, meaning: &'static str) -> Column {
    Column {
        name,
        unit,
        meaning,
    }
}

const PROBABILITY: &str = "probability, 0 to 1";
const PROBABILITY_DIFFERENCE: &str = "difference of probabilities, -1 to 1";
const RUN_COUNT: &str = "runs";
const DAY: &str = "day, 1 is the start";
const DATE: &str = "date";
const N_RUNS: Column = column(
    "n_runs",
    RUN_COUNT,
    "runs counted: all simulated runs without the draws in which a run faulted",
);
const SIMULATION_LOW: Column = column(
    "simulation_low",
    PROBABILITY,
    "lower end of the Monte Carlo confidence interval (Wilson, on the effective runs); more runs narrow it",
);
const SIMULATION_HIGH: Column = column(
    "simulation_high",
    PROBABILITY,
    "upper end of the same interval",
);
const EFFECTIVE_RUNS: Column = column(
    "simulation_effective_runs",
    RUN_COUNT,
    "number of independent runs with the same Monte Carlo error; it is below n_runs because two runs share each draw",
);
const PAIR_CORRELATION: Column = column(
    "simulation_pair_correlation",
    "correlation, -1 to 1",
    "correlation of the outcome between the two runs of a draw; empty if too few runs determine it",
);
const PARAMETER_VARIANCE: Column = column(
    "parameter_variance",
    "probability squared",
    "variance of the probability over the uncertain quantities (parameter uncertainty); unbiased, so it may be below 0 by chance",
);
const PARAMETER_VARIANCE_SE: Column = column(
    "parameter_variance_se",
    "probability squared",
    "standard error of parameter_variance",
);
const PARAMETER_SD: Column = column(
    "parameter_sd",
    PROBABILITY,
    "square root of parameter_variance: standard deviation of the probability over the uncertain quantities; empty if the estimated variance is below 0",
);
const PARAMETER_SD_LOW: Column = column(
    "parameter_sd_low",
    PROBABILITY,
    "lower end of the interval of parameter_sd",
);
const PARAMETER_SD_HIGH: Column = column(
    "parameter_sd_high",
    PROBABILITY,
    "upper end of the same interval",
);

/// The columns of `dictionary.csv`.
pub const DICTIONARY: FileColumns = FileColumns {
    name: "dictionary",
    row: "a column of one of the files in this folder",
    columns: &[
        column("file", "", "name of the file"),
        column(
            "column",
            "",
            "name in the header; <...> stands for a name or path of the scenario",
        ),
        column("unit", "", "unit of the values"),
        column("meaning", "", "definition of the column"),
        column("row", "", "what one row of the file describes"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::writer::is_good_header;

    #[test]
    fn every_column_has_a_good_name_once_and_a_meaning() {
        let studies = SCORE_FILES.into_iter().chain(COMPARE_FILES);
        let studies = studies.chain(SWEEP_FILES).chain(SENSITIVITY_FILES);
        let studies = studies.chain(SCREENING_FILES);
        let studies = studies.chain(TUNE_FILES.map(|(file, _)| file));
        for file in FILES.into_iter().chain(studies) {
            let mut names: Vec<_> = file.columns.iter().map(|column| column.name).collect();
            assert!(
                names.iter().all(|name| is_good_header(name)),
                "{}",
                file.name
            );
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), file.columns.len(), "{}", file.name);
            assert!(file.columns.iter().all(|column| !column.meaning.is_empty()));
        }
    }

    #[test]
    fn the_hazard_says_that_selection_lowers_it() {
        let hazard = TIMELINE
            .columns
            .iter()
            .find(|column| column.name == "hazard");
        let meaning = hazard.unwrap().meaning;
        assert!(meaning.contains("mixture over draws") && meaning.contains("selection alone"));
    }
}
