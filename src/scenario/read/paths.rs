//! Checks the paths of many settings, as a sweep over a table of points has them.

use super::{Override, override_tree, stem};
use crate::base::diagnostic::{Diagnostic, Severity, SourceId, Sources};
use crate::scenario::diagnostics::DiagnosticSink;
use crate::scenario::limits;
use crate::scenario::overrides::{PathSet, add_sources};

/// Maximum number of settings that are applied in one reading. Adding a key to a table takes time in
/// proportion to its keys.
const SETTINGS_PER_READING: usize = 4_000;

/// A setting whose path the scenario does not have.
#[derive(Clone, Debug, PartialEq)]
pub struct PathError {
    /// Index of the setting.
    pub setting: usize,
    /// The error. Its span is in `PATH=VALUE`; the source is meaningless.
    pub diagnostic: Diagnostic,
}

/// The errors about the paths of settings, one for each path at most, in the order of the settings. Errors
/// in values are not reported. The settings are those of different points: each is checked as if it were
/// given without the others, with `overrides` before it. The scenario must be valid with `overrides`
/// alone.
///
/// The number of readings does not depend on the number of errors: settings are applied together, except
/// that one for a part of a value is applied without those for the whole value.
pub fn path_errors(
    file: &str,
    text: &str,
    overrides: &[Override],
    settings: &[Override],
) -> Vec<PathError> {
    let targets: PathSet<'_> = settings.iter().map(Override::target).collect();
    let mut layers: Vec<Vec<usize>> = Vec::new();
    for (index, setting) in settings.iter().enumerate() {
        let layer = targets.n_containing(setting.target());
        if layers.len() <= layer {
            layers.resize(layer + 1, Vec::new());
        }
        layers[layer].push(index);
    }
    let groups = layers
        .iter()
        .flat_map(|layer| layer.chunks(SETTINGS_PER_READING));
    let mut errors: Vec<PathError> = groups
        .flat_map(|group| group_errors(file, text, overrides, settings, group))
        .collect();
    // The sort is stable: the first error of a path stays the first.
    errors.sort_by_key(|error| error.setting);
    errors.dedup_by_key(|error| error.setting);
    errors
}

/// The errors about the paths of the settings with these indices, applied together.
fn group_errors(
    file: &str,
    text: &str,
    overrides: &[Override],
    settings: &[Override],
    group: &[usize],
) -> Vec<PathError> {
    let mut sources = Sources::default();
    let file_source = sources.push(file, text);
    let mut all = add_sources(overrides, &mut sources);
    let trials: Vec<Override> = group.iter().map(|&index| settings[index].clone()).collect();
    let first = sources.0.len();
    all.extend(add_sources(&trials, &mut sources));
    // Each setting has a bounded number of errors, and none may be lost among those of others.
    let mut sink = DiagnosticSink::without_limit(file_source);
    let _ = override_tree(&sources, file_source, &all, (file, &stem(file)), &mut sink);
    let path_error = |diagnostic: Diagnostic| {
        let span = diagnostic.span?;
        let position = usize::from(span.source.0).checked_sub(first)?;
        let setting = *group.get(position)?;
        let length = settings[setting].path.len();
        let is_about_path = span.end > 0
            && (span.end <= length || length > limits::OVERRIDE_BYTES)
            && diagnostic.severity == Severity::Error
            // A limit that the settings of several points exceed together.
            && diagnostic.code != "too-many";
        is_about_path.then_some(PathError {
            setting,
            diagnostic,
        })
    };
    let diagnostics = sink.into_diagnostics().0.into_iter();
    diagnostics.filter_map(path_error).collect()
}

impl PathError {
    /// The error with its span in a source.
    pub fn in_source(&self, source: SourceId) -> Diagnostic {
        let mut diagnostic = self.diagnostic.clone();
        if let Some(span) = &mut diagnostic.span {
            span.source = source;
        }
        diagnostic
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_checked_as_if_each_were_given_alone() {
        let text = include_str!("../../../params/quickstart.toml");
        let settings = [
            // The second and third are no parts of the first.
            "variables.tension.initial=0.3",
            "variables.tension.initial.from=0.1",
            "variables.tension.initial.form=0.1",
            "variables.garrison.initial.from=0.1",
            "actors.nortland.precision=1",
            "actors.northland.precison=1",
            "actors.northland.precision=wrong",
            "actions.send_patrol.effects.garison=0.1",
            "actions.send_patrol.effects.tension*=2",
            "a..b=1",
            "actors.northland.label=5",
        ];
        let settings: Vec<Override> = settings.iter().map(|one| one.parse().unwrap()).collect();
        let errors = path_errors("q.toml", text, &[], &settings);
        let wrong: Vec<usize> = errors.iter().map(|error| error.setting).collect();
        assert_eq!(wrong, [2, 3, 4, 5, 7, 9]);
        for error in &errors {
            let alone = path_errors("q.toml", text, &[], &settings[error.setting..][..1]);
            assert_eq!(alone[0].diagnostic.message, error.diagnostic.message);
            assert_eq!(alone[0].diagnostic.hint, error.diagnostic.hint);
        }
        // A path that is longer than a setting may be.
        let long: Override = format!("{}=1", "a.".repeat(10_000)).parse().unwrap();
        assert_eq!(path_errors("q.toml", text, &[], &[long]).len(), 1);
        // Errors in values are no errors of paths, however many there are.
        let mut settings = vec!["actors.northland.precision=wrong".parse().unwrap(); 300];
        settings.push("actors.northland.precison=1".parse().unwrap());
        let errors = path_errors("q.toml", text, &[], &settings);
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].setting, 300);
    }
}
