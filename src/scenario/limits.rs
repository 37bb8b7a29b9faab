//! Every limit of a scenario, in one place.
//!
//! A limit on everything keeps the answer to a wrong or hostile file fast and kind: the reader
//! looks at these before it allocates, and the JSON Schema repeats them. They are far above what
//! an analyst writes; raising one is safe as long as the tests of hostile files stay fast.

/// The size of a scenario file \[bytes\]; looked at before anything else.
pub const FILE_BYTES: usize = 4 * 1024 * 1024;
/// The words and signs of a file: a parser's pieces take many times the room of its text.
pub const FILE_TOKENS: usize = 600_000;
/// The length of a number, date or name outside of quotes \[bytes\].
pub const WORD_BYTES: usize = 256;
/// Backslashes and control characters of a file, ends of lines apart.
pub const ODD_BYTES: usize = 10_000;
/// Tables with headers of their own (`[…]` lines), and those that a key makes by more than one dot.
pub const TABLES: usize = 60_000;
/// How deep tables and lists may be nested, dots of keys included.
pub const TABLE_DEPTH: usize = 32;
/// Actors.
pub const ACTORS: usize = 500;
/// Actions, of all actors together.
pub const ACTIONS: usize = 5_000;
/// Variables.
pub const VARIABLES: usize = 1_000;
/// Events.
pub const EVENTS: usize = 2_000;
/// Outcomes.
pub const OUTCOMES: usize = 500;
/// Indicators.
pub const INDICATORS: usize = 1_000;
/// Imperatives of one actor.
pub const IMPERATIVES_PER_ACTOR: usize = 100;
/// Others whose replies one actor reckons with.
pub const ANTICIPATED_ACTORS: usize = 100;
/// How late an actor may learn of a variable \[days\]; the engine keeps as many mornings.
pub const PERCEPTION_DELAY_DAYS: i64 = 366;
/// Correlations.
pub const CORRELATIONS: usize = 1_000;
/// The size of a coefficient of correlation. Nearer to 1, two sources of collisions are one, and
/// rounding would tell what is possible and what is not.
pub const COEFFICIENT: f64 = 0.999_999;
/// Effects in one list.
pub const EFFECTS_PER_LIST: usize = 100;
/// The length of a name \[bytes\].
pub const NAME_BYTES: usize = 64;
/// The length of a label or track, which are printed in tables \[characters\].
pub const LABEL_CHARACTERS: usize = 120;
/// The length of a title or source \[characters\].
pub const TITLE_CHARACTERS: usize = 300;
/// The length of a question, criterion or note \[characters\].
pub const TEXT_CHARACTERS: usize = 4_000;
/// The length of one expression \[bytes\].
pub const EXPRESSION_BYTES: usize = 16_384;
/// The words and signs of one expression.
pub const EXPRESSION_TOKENS: usize = 2_000;
/// How deep one expression may be nested.
pub const EXPRESSION_DEPTH: usize = 64;
/// The parts of all expressions, as they are compiled: each with the indicators that it hangs on,
/// and a goal once more for every effect that it is weighed for. Each takes up to 25 bytes.
pub const COMPILED_PARTS: usize = 40_000_000;
/// The days ahead for which late effects are kept, over all effects of all actions and events:
/// 512 bytes each for every thread.
pub const DAYS_AHEAD: usize = 1_000_000;
/// Days that are lived: nearly three years. The engine's memory packs counts and days into fields
/// of ten bits.
pub const HORIZON_DAYS: i64 = 1_000;
/// The greatest `limit` of an action or event.
pub const OCCURRENCES: i64 = 1_000_000;
/// Numbers are at most this far from zero, so that their products stay finite in double precision
/// and single numbers stay finite in single precision.
pub const MAGNITUDE: f64 = 1e30;
/// The number of `--set`.
pub const OVERRIDES: usize = 1_000;
/// The length of one `--set` \[bytes\].
pub const OVERRIDE_BYTES: usize = 16_384;
/// Diagnostics that are kept; what comes after is counted only.
pub const DIAGNOSTICS: usize = 100;
/// The length of a message or hint \[bytes\].
pub const MESSAGE_BYTES: usize = 600;
/// Names that are compared with misspelt ones in one reading, over all "did you mean".
pub const COMPARED_NAMES: usize = 30_000;
