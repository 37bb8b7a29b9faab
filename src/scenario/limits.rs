//! All limits of a scenario.
//!
//! Limits bound the time and memory that reading takes, whatever the file contains. The reader
//! checks them before it allocates, and the JSON Schema repeats them. They are far above what an
//! analyst writes; a limit can be raised as long as the tests of hostile files stay fast.

/// Maximum size of a scenario file \[bytes\]; checked before anything else.
pub const FILE_BYTES: usize = 4 * 1024 * 1024;
/// Maximum number of tokens of a file: a parse tree takes many times the memory of its text.
pub const FILE_TOKENS: usize = 600_000;
/// Maximum length of a number, date or name without quotes \[bytes\].
pub const TOKEN_BYTES: usize = 256;
/// Maximum number of backslashes and control characters of a file, line breaks excepted.
pub const ESCAPE_AND_CONTROL_BYTES: usize = 10_000;
/// Maximum number of tables with a header (`[…]`) and of tables that dotted keys create.
pub const TABLES: usize = 60_000;
/// Maximum nesting depth of tables and arrays, including the dots of keys.
pub const TABLE_DEPTH: usize = 32;
/// Maximum number of actors.
pub const ACTORS: usize = 500;
/// Maximum number of actions of all actors.
pub const ACTIONS: usize = 5_000;
/// Maximum number of variables.
pub const VARIABLES: usize = 1_000;
/// Maximum number of events.
pub const EVENTS: usize = 2_000;
/// Maximum number of outcomes.
pub const OUTCOMES: usize = 500;
/// Maximum number of indicators.
pub const INDICATORS: usize = 1_000;
/// Maximum number of imperatives of one actor.
pub const IMPERATIVES_PER_ACTOR: usize = 100;
/// Maximum number of actors that one actor anticipates.
pub const ANTICIPATED_ACTORS: usize = 100;
/// Maximum delay of a perception \[days\]; the engine keeps as many start-of-day states.
pub const PERCEPTION_DELAY_DAYS: i64 = 366;
/// Maximum number of correlations.
pub const CORRELATIONS: usize = 1_000;
/// Maximum absolute value of a correlation coefficient. Closer to 1, rounding would decide whether a
/// correlation matrix is positive definite.
pub const MAX_ABS_CORRELATION: f64 = 0.999_999;
/// Maximum number of effects in one table.
pub const EFFECTS_PER_LIST: usize = 100;
/// Maximum length of a name \[bytes\].
pub const NAME_BYTES: usize = 64;
/// Maximum length of a label \[characters\].
pub const LABEL_CHARACTERS: usize = 120;
/// Maximum length of a title or source \[characters\].
pub const TITLE_CHARACTERS: usize = 300;
/// Maximum length of a question, criterion or note \[characters\].
pub const TEXT_CHARACTERS: usize = 4_000;
/// Maximum length of one expression \[bytes\].
pub const EXPRESSION_BYTES: usize = 16_384;
/// Maximum number of tokens of one expression.
pub const EXPRESSION_TOKENS: usize = 2_000;
/// Maximum nesting depth of one expression.
pub const EXPRESSION_DEPTH: usize = 64;
/// Maximum number of nodes of all compiled expressions. Each expression includes the indicators on
/// which it depends, and a goal counts once more for every effect for which it is evaluated. A node
/// takes up to 25 bytes.
pub const EXPRESSION_NODES: usize = 40_000_000;
/// Maximum number of days for which delayed effects are stored, over all effects of all actions and events:
/// 512 bytes each per thread.
pub const PENDING_EFFECT_DAYS: usize = 1_000_000;
/// Maximum number of simulated days. The packed action history stores counts and days in
/// fields of ten bits.
pub const HORIZON_DAYS: i64 = 1_000;
/// Maximum `limit` of an action or event.
pub const OCCURRENCES: i64 = 1_000_000;
/// Maximum absolute value of a number: products of two stay finite in double precision, and single
/// numbers in single precision.
pub const MAX_ABS_NUMBER: f64 = 1e30;
/// Maximum number of `--set` options.
pub const SETTINGS: usize = 1_000;
/// Maximum length of one `--set` \[bytes\].
pub const OVERRIDE_BYTES: usize = 16_384;
/// Maximum number of diagnostics that are shown; further ones are only counted.
pub const DIAGNOSTICS: usize = 100;
/// Maximum length of a message or hint \[bytes\].
pub const MESSAGE_BYTES: usize = 600;
/// Maximum number of names compared with misspelled ones in one reading, over all "did you mean" hints.
pub const COMPARED_NAMES: usize = 30_000;
