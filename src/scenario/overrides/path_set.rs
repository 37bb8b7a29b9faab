//! Sets of TOML paths, and settings that others replace.

use super::Override;
use crate::scenario::limits;
use std::collections::BTreeMap;
use std::ops::Bound;

/// Whether a TOML path is another one or a part of it, as `a.b.c` is of `a.b`.
pub fn is_part(part: &str, whole: &str) -> bool {
    let rest = part.strip_prefix(whole);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// TOML paths with the index of the first setting of each.
#[derive(Clone, Debug, Default)]
pub struct PathSet<'a>(BTreeMap<&'a str, usize>);

impl<'a> FromIterator<&'a str> for PathSet<'a> {
    fn from_iter<I: IntoIterator<Item = &'a str>>(paths: I) -> Self {
        let mut set = Self::default();
        for (index, path) in paths.into_iter().enumerate() {
            set.0.entry(path).or_insert(index);
        }
        set
    }
}

impl<'a> PathSet<'a> {
    /// Adds a path with an index, unless it is there.
    pub fn insert(&mut self, path: &'a str, index: usize) {
        self.0.entry(path).or_insert(index);
    }

    /// The index of a path in the set that contains this path or is equal to it.
    pub fn whole_of(&self, path: &str) -> Option<usize> {
        self.all_wholes_of(path).next()
    }

    /// The indices of the paths in the set that contain this path or are equal to it.
    pub fn all_wholes_of(&self, path: &str) -> impl Iterator<Item = usize> {
        let equal = self.0.get(path).into_iter();
        equal
            .chain(wholes(path).filter_map(|whole| self.0.get(whole)))
            .copied()
    }

    /// The index of a path in the set that contains this path, is equal to it, or is a part of it.
    pub fn overlapping(&self, path: &str) -> Option<usize> {
        self.whole_of(path).or_else(|| {
            let below = format!("{path}.");
            let from = Bound::Included(below.as_str());
            let mut after = self.0.range::<str, _>((from, Bound::Unbounded));
            let (found, &index) = after.next()?;
            found.starts_with(&below).then_some(index)
        })
    }

    /// The number of paths in the set that contain this path and are not equal to it.
    pub fn n_containing(&self, path: &str) -> usize {
        wholes(path)
            .filter(|whole| self.0.contains_key(whole))
            .count()
    }
}

/// The paths that contain a path and are not equal to it. Deeper tables than these do not exist.
fn wholes(path: &str) -> impl Iterator<Item = &str> {
    let dots = path.match_indices('.').take(limits::TABLE_DEPTH);
    dots.map(|(at, _)| &path[..at])
}

/// The last of these settings that a later one replaces, so that it has no effect, and the later one. A
/// factor `PATH*=` replaces nothing.
pub fn replaced_setting(settings: &[Override]) -> Option<(&Override, &Override)> {
    let mut later = PathSet::default();
    for (index, setting) in settings.iter().enumerate().rev() {
        if let Some(replacing) = later.whole_of(setting.target()) {
            return Some((setting, &settings[replacing]));
        }
        if !setting.is_factor() {
            later.insert(setting.target(), index);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_wholes_are_found() {
        assert!(is_part("a.b", "a.b") && is_part("a.b.c", "a.b"));
        assert!(!is_part("a.bc", "a.b") && !is_part("a", "a.b"));
        let set: PathSet<'_> = ["a.b", "a.b.c", "x.y-z", "x.y.z", "a.b"]
            .into_iter()
            .collect();
        for (path, whole, overlapping, n) in [
            ("a.b", Some(0), Some(0), 0),
            ("a.b.c", Some(1), Some(1), 1),
            ("a.b.c.d", Some(1), Some(1), 2),
            ("a.b.d", Some(0), Some(0), 1),
            ("a", None, Some(0), 0),
            ("x.y", None, Some(3), 0),
            ("x.y.zz", None, None, 0),
            ("a.bc", None, None, 0),
        ] {
            if path == "a.b.c.d" {
                // The nearest or the farthest whole is one of the two.
                assert!(set.whole_of(path).is_some());
            } else {
                assert_eq!(set.whole_of(path), whole, "{path}");
                assert_eq!(set.overlapping(path), overlapping, "{path}");
            }
            assert_eq!(set.n_containing(path), n, "{path}");
        }
    }

    #[test]
    fn replaced_settings_are_found() {
        let find = |texts: &[&str]| {
            let settings: Vec<Override> = texts.iter().map(|text| text.parse().unwrap()).collect();
            replaced_setting(&settings).map(|(one, other)| format!("{one} {other}"))
        };
        let found = |text: &str| Some(text.to_owned());
        assert_eq!(find(&["a.b=1", "a.b=2"]), found("a.b=1 a.b=2"));
        assert_eq!(find(&["a.b*=2", "a.b=3"]), found("a.b*=2 a.b=3"));
        assert_eq!(
            find(&["a.b.c=1", "x=1", "a.b={ c = 2 }"]),
            found("a.b.c=1 a.b={ c = 2 }")
        );
        // All of these have an effect.
        assert_eq!(
            find(&["a.b={ c = 2 }", "a.b.c=1", "a.b*=2", "a.b *=2"]),
            None
        );
    }
}
