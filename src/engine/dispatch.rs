//! Which instructions a block is lived with.
//!
//! The engine is written once, as plain loops over lanes. It is compiled once for each
//! [`InstructionPath`], and the widest that the processor has is taken at start. Every path
//! computes the same bits: each lane goes through the same IEEE operations in the same order, and
//! no path may fuse a multiplication with an addition. On ARM the portable path is NEON.

use crate::engine::{Engine, Observer};

/// A set of instructions that the engine is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstructionPath {
    /// What every processor of the target has: SSE2 on x86-64, NEON on ARM.
    Portable,
    /// Vectors of 256 bits.
    Avx2,
    /// Vectors of 512 bits.
    Avx512,
}

impl InstructionPath {
    /// All paths, from the narrowest to the widest.
    pub const ALL: [InstructionPath; 3] = [Self::Portable, Self::Avx2, Self::Avx512];

    /// Its name, as it is chosen on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    /// Whether this processor has the instructions.
    pub fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }

    /// The widest path that this processor has.
    pub fn widest() -> Self {
        let available = Self::ALL.into_iter().filter(|path| path.is_available());
        available.max().unwrap_or(Self::Portable)
    }
}

/// Calls the one of three functions that is compiled for a path. Those for wider instructions are
/// `unsafe` to call where the processor lacks them; an [`Engine`] only takes paths that it has.
macro_rules! on_path {
    ($path:expr, $($portable:ident).+, $($avx2:ident).+, $($avx512:ident).+, $arguments:tt) => {
        if const { L < 16 } {
            // Narrow blocks are for tests alone, and wide vectors are not for them.
            $($portable).+ $arguments
        } else {
            match $path {
                $crate::engine::InstructionPath::Portable => $($portable).+ $arguments,
                // SAFETY: `Engine::with_path` takes only a path that the processor has.
                #[cfg(target_arch = "x86_64")]
                #[allow(unsafe_code, reason = "code for instructions that were looked for at start")]
                $crate::engine::InstructionPath::Avx2 => unsafe { $($avx2).+ $arguments },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                #[allow(unsafe_code, reason = "code for instructions that were looked for at start")]
                $crate::engine::InstructionPath::Avx512 => unsafe { $($avx512).+ $arguments },
                #[cfg(not(target_arch = "x86_64"))]
                _ => $($portable).+ $arguments,
            }
        }
    };
}

pub(in crate::engine) use on_path;

/// Living days. It is compiled here for the widths that there are, and nowhere else: an engine is
/// large, and whoever uses it should not have to compile it anew.
pub trait SimulateDays<const L: usize> {
    /// Lives the days that are left up to and with `day`, at most the horizon.
    fn simulate_until(&mut self, day: u16, observer: &mut dyn Observer<L>);
}

macro_rules! compile_for_widths {
    ($($lanes:literal)*) => {$(
        impl SimulateDays<$lanes> for Engine<'_, $lanes> {
            fn simulate_until(&mut self, day: u16, observer: &mut dyn Observer<$lanes>) {
                self.simulate_on_path(day, observer);
            }
        }
    )*};
}

// The first is for tests: the same bits for another width.
compile_for_widths!(8 128);

impl<const L: usize> Engine<'_, L> {
    fn simulate_on_path(&mut self, day: u16, observer: &mut dyn Observer<L>) {
        let day = day.min(self.bound.program.horizon_days);
        on_path!(
            self.work.path,
            self.simulate_portable,
            self.simulate_avx2,
            self.simulate_avx512,
            (day, observer)
        )
    }

    fn simulate_portable(&mut self, day: u16, observer: &mut dyn Observer<L>) {
        self.simulate_days::<128>(day, observer);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn simulate_avx2(&mut self, day: u16, observer: &mut dyn Observer<L>) {
        self.simulate_days::<256>(day, observer);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    fn simulate_avx512(&mut self, day: u16, observer: &mut dyn Observer<L>) {
        self.simulate_days::<512>(day, observer);
    }

    /// The one source of all paths, given the width of the path's vectors in bits: where one choice of
    /// operations is better on some paths and another on others, and both give the same bits, it says
    /// which.
    #[inline(always)]
    fn simulate_days<const BITS: u32>(&mut self, day: u16, observer: &mut dyn Observer<L>) {
        self.weigh_interests();
        self.open_notebook();
        while self.state.day < day {
            self.simulate_day::<BITS>(observer);
            self.write_notes(self.state.day == day);
        }
    }
}
