//! Conditions that may lie too near to a boundary to be told.

/// Whether something holds, as far as the bounds let it be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    True,
    False,
    /// The engine may legitimately find either.
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
