//! The points of a sweep and the order in which they are simulated.
//!
//! A grid is the full factorial, with the last axis varying fastest. A Latin hypercube divides every
//! axis into as many strata as there are points and uses each once (McKay, Beckman & Conover 1979).
//! Sobol' points are the first of a scrambled sequence. A table is a list of points.
//!
//! Grids and tables are simulated in bit-reversed order (van der Corput), so that an interrupted
//! sweep has covered the whole range. The numbers of the points keep the order of the design.

use super::axis::Axis;
use crate::base::random::keyed::KeyedStream;
use crate::base::random::{SOBOL_DIMENSIONS, Seed, Sobol};
use crate::scenario::PathSet;
use crate::study::streams;
use rand::distr::{Distribution, Uniform};
use rand::seq::SliceRandom;
use std::collections::BTreeSet;
use thiserror::Error;

/// Maximum number of points of a design.
pub const MAX_POINTS: u64 = 100_000;

/// The value of one path at one point.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// The value in the file; nothing is set.
    AsInFile,
    /// A finite number, written in decimal.
    Number(f64),
    /// A TOML value or the text of an expression.
    Text(String),
}

impl Setting {
    /// The text after `PATH=`; `None` if nothing is set.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::AsInFile => None,
            Self::Number(number) if *number != 0.0 && !(1e-5..1e15).contains(&number.abs()) => {
                Some(format!("{number:e}"))
            }
            // Adding 0 removes the sign of a negative zero.
            Self::Number(number) => Some(format!("{}", number + 0.0)),
            Self::Text(text) => Some(text.clone()),
        }
    }
}

/// A point of a design.
#[derive(Clone, Debug, PartialEq)]
pub struct DesignPoint {
    /// The settings in the order of the design's paths.
    pub settings: Vec<Setting>,
    /// Its own seed, which gives it independent random numbers.
    pub seed: Option<Seed>,
}

/// The varied paths and the points.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// The TOML paths that are varied.
    pub paths: Vec<String>,
    /// The points in the order of their numbers.
    pub points: Vec<DesignPoint>,
    /// The order of simulation, as indices of `points`.
    pub order: Vec<usize>,
}

/// Axes that make no design.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum DesignError {
    /// A path is varied twice.
    #[error("`{0}` is varied twice: remove one of the two")]
    Twice(String),
    /// A path is varied, and a later one replaces its value.
    #[error("`{0}` is varied without effect, because `{1}` is set after it: remove one of the two")]
    Replaced(String, String),
    /// There are more points than [`MAX_POINTS`].
    #[error(
        "{0} points exceed the limit of {MAX_POINTS}: give fewer steps, or --design sobol with --points N"
    )]
    TooMany(u64),
    /// There are more axes than Sobol' direction numbers.
    #[error(
        "{0} axes exceed the {SOBOL_DIMENSIONS} dimensions of Sobol' points: give --design lhs"
    )]
    TooManyAxes(usize),
}

impl Design {
    /// Every combination of the axes' levels.
    ///
    /// # Errors
    /// If a path is varied twice or there are too many points.
    pub fn grid(axes: &[Axis]) -> Result<Self, DesignError> {
        let levels: Vec<Vec<f64>> = axes.iter().map(Axis::levels).collect();
        let sizes = levels.iter().map(|levels| levels.len() as u64);
        let n_points = sizes.fold(1_u64, u64::saturating_mul);
        check_n_points(n_points)?;
        let point = |index: u64| {
            let mut rest = index;
            let mut values: Vec<f64> = Vec::with_capacity(levels.len());
            for levels in levels.iter().rev() {
                values.push(levels[(rest % levels.len() as u64) as usize]);
                rest /= levels.len() as u64;
            }
            values.reverse();
            values
        };
        let points: Vec<_> = (0..n_points).map(point).collect();
        let order = reversed_bits(points.len());
        Self::from_numbers(axes, points, order)
    }

    /// A Latin hypercube. The random numbers of an axis are keyed by its path, so another axis leaves
    /// its values unchanged.
    ///
    /// # Errors
    /// As [`Design::grid`].
    pub fn latin_hypercube(axes: &[Axis], n_points: u64, seed: Seed) -> Result<Self, DesignError> {
        check_n_points(n_points)?;
        let within = Uniform::new(0.0, 1.0).expect("0 lies below 1");
        let column = |axis: &Axis| -> Vec<f64> {
            let mut stream = KeyedStream::new(seed, &streams::latin_hypercube(&axis.path));
            let mut strata: Vec<u64> = (0..n_points).collect();
            strata.shuffle(&mut stream);
            let share =
                |stratum: u64| (stratum as f64 + within.sample(&mut stream)) / n_points as f64;
            strata
                .into_iter()
                .map(share)
                .map(|share| axis.value(share))
                .collect()
        };
        let columns: Vec<Vec<f64>> = axes.iter().map(column).collect();
        let n_points = n_points as usize;
        let row = |point: usize| columns.iter().map(|column| column[point]).collect();
        Self::from_numbers(
            axes,
            (0..n_points).map(row).collect(),
            (0..n_points).collect(),
        )
    }

    /// The first points of a scrambled Sobol' sequence.
    ///
    /// # Errors
    /// As [`Design::grid`], and if there are too many axes.
    pub fn sobol(axes: &[Axis], n_points: u64, seed: Seed) -> Result<Self, DesignError> {
        check_n_points(n_points)?;
        if axes.len() > SOBOL_DIMENSIONS {
            return Err(DesignError::TooManyAxes(axes.len()));
        }
        let sobol = Sobol::new(axes.len(), seed);
        let row = |index: u64| {
            let along = axes.iter().enumerate();
            along
                .map(|(at, axis)| axis.value(sobol.coordinate(index, at)))
                .collect()
        };
        let points: Vec<_> = (0..n_points).map(row).collect();
        let order = (0..points.len()).collect();
        Self::from_numbers(axes, points, order)
    }

    /// A list of points.
    ///
    /// # Errors
    /// If a path is varied twice or there are too many points.
    pub fn list(paths: Vec<String>, points: Vec<DesignPoint>) -> Result<Self, DesignError> {
        check_n_points(points.len() as u64)?;
        check_distinct(&paths)?;
        Ok(Self {
            order: reversed_bits(points.len()),
            paths,
            points,
        })
    }

    fn from_numbers(
        axes: &[Axis],
        points: Vec<Vec<f64>>,
        order: Vec<usize>,
    ) -> Result<Self, DesignError> {
        let paths: Vec<String> = axes.iter().map(|axis| axis.path.clone()).collect();
        check_distinct(&paths)?;
        if let Some(&(index, later)) = replaced_paths(&paths).first() {
            return Err(DesignError::Replaced(
                paths[index].clone(),
                paths[later].clone(),
            ));
        }
        let point = |values: Vec<f64>| DesignPoint {
            settings: values.into_iter().map(Setting::Number).collect(),
            seed: None,
        };
        Ok(Self {
            paths,
            points: points.into_iter().map(point).collect(),
            order,
        })
    }
}

fn check_n_points(n_points: u64) -> Result<(), DesignError> {
    if n_points > MAX_POINTS {
        return Err(DesignError::TooMany(n_points));
    }
    Ok(())
}

fn check_distinct(paths: &[String]) -> Result<(), DesignError> {
    let mut known = BTreeSet::new();
    match paths.iter().find(|path| !known.insert(*path)) {
        Some(path) => Err(DesignError::Twice(path.clone())),
        None => Ok(()),
    }
}

/// The pairs of paths of which the second is set after the first and replaces its value, as indices. A
/// factor `PATH*` replaces nothing.
pub(super) fn replaced_paths(paths: &[String]) -> Vec<(usize, usize)> {
    let mut values = PathSet::default();
    let all = paths.iter().enumerate();
    for (index, path) in all.clone().filter(|(_, path)| !path.ends_with('*')) {
        values.insert(path, index);
    }
    let later = |(index, path): (usize, &String)| -> Vec<(usize, usize)> {
        let wholes = values.all_wholes_of(target(path));
        let later = wholes.filter(|&other| other > index);
        later.map(|other| (index, other)).collect()
    };
    all.flat_map(later).collect()
}

/// The TOML path without the `*` of a factor.
pub(super) fn target(path: &str) -> &str {
    path.strip_suffix('*').unwrap_or(path).trim_end()
}

/// The whole numbers below `n` in the order of their reversed bits (van der Corput): 0, the middle,
/// the quarters, …
fn reversed_bits(n: usize) -> Vec<usize> {
    let bits = usize::BITS - n.saturating_sub(1).leading_zeros();
    let mut order: Vec<usize> = (0..n).collect();
    if bits > 0 {
        order.sort_by_key(|&index| index.reverse_bits() >> (usize::BITS - bits));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes(texts: &[&str]) -> Vec<Axis> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn numbers(design: &Design) -> Vec<Vec<f64>> {
        let number = |setting: &Setting| match setting {
            Setting::Number(number) => *number,
            other => panic!("{other:?}"),
        };
        let points = design.points.iter();
        points
            .map(|point| point.settings.iter().map(number).collect())
            .collect()
    }

    #[test]
    fn grid_has_every_combination() {
        let design = Design::grid(&axes(&["a.x=0..1:3", "a.y=10..20:2"])).unwrap();
        assert_eq!(
            numbers(&design),
            [
                [0.0, 10.0],
                [0.0, 20.0],
                [0.5, 10.0],
                [0.5, 20.0],
                [1.0, 10.0],
                [1.0, 20.0]
            ]
        );
        assert_eq!(design.order, [0, 4, 2, 1, 5, 3]);
        let huge = axes(&["a.x=0..1:1000", "a.y=0..1:1000"]);
        assert_eq!(Design::grid(&huge), Err(DesignError::TooMany(1_000_000)));
        let twice = axes(&["a.x=0..1", "a.x=0..2"]);
        assert_eq!(Design::grid(&twice), Err(DesignError::Twice("a.x".into())));
        let replaced = |texts: &[&str]| Design::grid(&axes(texts)).err();
        let error = |one: &str, other: &str| Some(DesignError::Replaced(one.into(), other.into()));
        assert_eq!(replaced(&["a.x*=1..2", "a.x=0..1"]), error("a.x*", "a.x"));
        assert_eq!(replaced(&["a.x.y=1..2", "a.x=0..1"]), error("a.x.y", "a.x"));
        assert_eq!(replaced(&["a.x=1..2", "a.x*=0..1", "a.xy=0..1"]), None);
    }

    #[test]
    fn prefixes_of_the_order_are_balanced() {
        for n in [0, 1, 2, 25, 1000] {
            let mut order = reversed_bits(n);
            for half in [n / 2, n / 4] {
                let below = order[..half].iter().filter(|&&index| index < n / 2).count();
                assert!(
                    below.abs_diff(half / 2) <= 1 + half / 8,
                    "{n}: {below} of {half}"
                );
            }
            order.sort_unstable();
            assert!(order.into_iter().eq(0..n));
        }
    }

    #[test]
    fn latin_hypercube_uses_each_stratum_once() {
        let two = axes(&["a.x=0..1", "a.y=-4..4"]);
        let design = Design::latin_hypercube(&two, 50, Seed(7)).unwrap();
        for (axis, low, width) in [(0, 0.0, 0.02), (1, -4.0, 0.16)] {
            let points = numbers(&design);
            let stratum = |point: &Vec<f64>| ((point[axis] - low) / width) as usize;
            let mut strata: Vec<usize> = points.iter().map(stratum).collect();
            strata.sort_unstable();
            assert!(strata.into_iter().eq(0..50), "axis {axis}");
        }
        // Another axis leaves the others unchanged; another seed changes all.
        let one = Design::latin_hypercube(&two[..1], 50, Seed(7)).unwrap();
        let other = Design::latin_hypercube(&two[..1], 50, Seed(8)).unwrap();
        let first =
            |design: &Design| -> Vec<f64> { numbers(design).iter().map(|p| p[0]).collect() };
        assert_eq!(first(&design), first(&one));
        assert_ne!(first(&one), first(&other));
    }

    #[test]
    fn sobol_points_extend_shorter_designs() {
        let two = axes(&["a.x=0..1", "a.y=1..100:log"]);
        let few = numbers(&Design::sobol(&two, 16, Seed(7)).unwrap());
        let many = numbers(&Design::sobol(&two, 64, Seed(7)).unwrap());
        assert_eq!(few, many[..16]);
        let mut strata: Vec<usize> = few.iter().map(|point| (point[0] * 16.0) as usize).collect();
        strata.sort_unstable();
        assert!(strata.into_iter().eq(0..16));
        // On a logarithmic axis half the points lie below the middle of the logarithms.
        assert_eq!(many.iter().filter(|point| point[1] < 10.0).count(), 32);
    }

    #[test]
    fn numbers_are_written_as_toml() {
        for (number, text) in [
            (0.25, "0.25"),
            (30.0, "30"),
            (-0.0, "0"),
            (1e-7, "1e-7"),
            (-2.5e20, "-2.5e20"),
        ] {
            assert_eq!(Setting::Number(number).text().unwrap(), text);
        }
    }
}
