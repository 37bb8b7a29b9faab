//! Typed ids, and vectors indexed by one id type (floor 0).
//!
//! Everything in a scenario has a small typed id in file order and is stored in an [`IdVec`]
//! indexed by ids of that type only. So an actor's id cannot index actions, and inner loops look up
//! no names. There are no hash maps, whose order could affect results.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// An index into one kind of [`IdVec`].
pub trait Id: Copy + Eq + Ord {
    /// The id of row `index`.
    fn new(index: usize) -> Self;
    /// The index of the row.
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
    /// The id of a variable.
    VariableId;
    /// The id of an indicator.
    IndicatorId;
    /// The id of an actor.
    ActorId;
    /// The id of an action.
    ActionId;
    /// The id of an event.
    EventId;
    /// The id of an outcome.
    OutcomeId;
    /// The id of an imperative, numbered over all actors.
    ImperativeId;
    /// The id of a track, on which an actor makes one choice per day, numbered over all actors.
    TrackId;
    /// The id of a quantity that is a number or a distribution.
    ParameterId;
    /// The id of a compiled expression.
    CodeId;
    /// The id of a key of a random-number stream.
    SiteId;
}

/// A table of rows of type `T`, indexed by ids of type `I` only.
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

    /// Appends a row and returns its id.
    pub fn push(&mut self, row: T) -> I {
        self.rows.push(row);
        I::new(self.rows.len() - 1)
    }

    /// The number of rows in the table.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the table has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Iterates over the rows.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    /// Iterates over mutable rows.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.rows.iter_mut()
    }

    /// Iterates over the ids.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.rows.len()).map(I::new)
    }

    /// Iterates over ids with their rows.
    pub fn enumerate(&self) -> impl DoubleEndedIterator<Item = (I, &T)> {
        self.rows
            .iter()
            .enumerate()
            .map(|(index, row)| (I::new(index), row))
    }

    /// All rows as a slice.
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
