//! Typed ids and dense tables (floor 0).
//!
//! Every thing of a scenario is named by a small typed number, given in file order, and kept in
//! a [`IdVec`] that only that type of number can index. So an actor's number never reaches into
//! the actions, and no inner loop looks up a name. Absent on purpose: hash maps, whose order
//! would leak into results.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A number that names one row of one kind of [`IdVec`].
pub trait Id: Copy + Eq + Ord {
    /// The id of row `index`.
    fn new(index: usize) -> Self;
    /// The row that this id names.
    fn index(self) -> usize;
}

macro_rules! define_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl Id for $name {
            #[inline(always)]
            fn new(index: usize) -> Self {
                debug_assert!(index <= u32::MAX as usize);
                Self(index as u32)
            }
            #[inline(always)]
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

define_ids! {
    /// A variable of the world's state.
    VariableId;
    /// A named expression.
    IndicatorId;
    /// One who decides.
    ActorId;
    /// Something an actor may do.
    ActionId;
    /// Something that happens to the world.
    EventId;
    /// A forecast question.
    OutcomeId;
    /// An imperative, numbered through all actors.
    ImperativeId;
    /// A line on which an actor decides separately, numbered through all actors.
    TrackId;
    /// A quantity of the scenario that is a number or a distribution.
    ParameterId;
    /// A compiled expression.
    CodeId;
    /// A named source of luck.
    SiteId;
}

/// Rows of `T`, indexed by `I` alone.
#[derive(Clone, Debug, PartialEq)]
pub struct IdVec<I, T> {
    rows: Vec<T>,
    id: PhantomData<I>,
}

impl<I: Id, T> IdVec<I, T> {
    /// A table without rows.
    pub const fn new() -> Self {
        Self {
            rows: Vec::new(),
            id: PhantomData,
        }
    }

    /// Adds a row and returns its id.
    pub fn push(&mut self, row: T) -> I {
        self.rows.push(row);
        I::new(self.rows.len() - 1)
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    /// The rows in order, to be changed in place.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.rows.iter_mut()
    }

    /// The ids in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.rows.len()).map(I::new)
    }

    /// Each id with its row, in order.
    pub fn enumerate(&self) -> impl DoubleEndedIterator<Item = (I, &T)> {
        self.rows
            .iter()
            .enumerate()
            .map(|(index, row)| (I::new(index), row))
    }

    /// The rows as a slice.
    pub fn as_slice(&self) -> &[T] {
        &self.rows
    }
}

impl<I: Id, T> Default for IdVec<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: Id, T> Index<I> for IdVec<I, T> {
    type Output = T;
    #[inline(always)]
    fn index(&self, id: I) -> &T {
        &self.rows[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for IdVec<I, T> {
    #[inline(always)]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.rows[id.index()]
    }
}

impl<I: Id, T> FromIterator<T> for IdVec<I, T> {
    fn from_iter<S: IntoIterator<Item = T>>(rows: S) -> Self {
        Self {
            rows: rows.into_iter().collect(),
            id: PhantomData,
        }
    }
}

impl<'a, I: Id, T> IntoIterator for &'a IdVec<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}
