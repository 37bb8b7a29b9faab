//! Three-valued truth: conditions that the error bounds may leave undecided.

/// The truth value of a condition within the error bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    True,
    False,
    /// Undecided: the engine may find either value.
    Unknown,
}

impl Truth {
    pub fn known(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }

    /// Whether the engine may find `holds`.
    pub fn admits(self, holds: bool) -> bool {
        self == Self::Unknown || self == Self::known(holds)
    }
}

impl std::ops::Not for Truth {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}
