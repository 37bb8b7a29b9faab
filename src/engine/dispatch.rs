//! Compiles a function for several instruction sets and calls the one that is selected.
//!
//! The engine is written once, as plain loops over lanes, and compiled once for each
//! [`InstructionPath`]. All paths compute the same bits: each lane goes through the same IEEE
//! operations in the same order, and no path fuses a multiplication with an addition. On ARM the
//! portable path uses NEON.

/// A set of instructions that the engine is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstructionPath {
    /// The baseline of the target: SSE2 on x86-64, NEON on ARM.
    Portable,
    /// AVX2: vectors of 256 bits.
    Avx2,
    /// AVX-512 (F, BW, DQ, VL): vectors of 512 bits.
    Avx512,
}

impl InstructionPath {
    /// All paths, from the narrowest to the widest vectors.
    pub const ALL: [InstructionPath; 3] = [Self::Portable, Self::Avx2, Self::Avx512];

    /// The name of the path on the command line.
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

/// Evaluates an expression compiled for an instruction path that the processor has, as in
/// `dispatch!(path, (name: Type = value, …) -> Output, BITS => expression of the names)`.
///
/// The expression is compiled three times, as the body of a function with the given parameters,
/// generic over the number `L` of lanes. `BITS` is the width of the path's vectors: where different
/// operations are faster on different paths and give the same bits, it selects between them.
/// Everything that the expression calls must be `#[inline(always)]` or dispatched itself, or it is
/// compiled without the path's instructions. What several functions share, or is called less than
/// once per loop over the lanes, is better dispatched itself: inlined, it is optimized again in
/// each of them.
macro_rules! dispatch {
    (
        $path:expr,
        ($($name:ident: $type:ty = $value:expr),+ $(,)?) -> $output:ty,
        $bits:ident => $body:expr
    ) => {{
        #[inline(never)]
        fn portable<const L: usize>($($name: $type),+) -> $output {
            const $bits: u32 = 128;
            $body
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2")]
        #[inline(never)]
        fn avx2<const L: usize>($($name: $type),+) -> $output {
            const $bits: u32 = 256;
            $body
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
        #[inline(never)]
        fn avx512<const L: usize>($($name: $type),+) -> $output {
            const $bits: u32 = 512;
            $body
        }

        if const { L < 16 } {
            // Blocks this narrow are used in tests only, and wide vectors do not fit them.
            portable::<L>($($value),+)
        } else {
            match $path {
                $crate::engine::dispatch::InstructionPath::Portable => portable::<L>($($value),+),
                // SAFETY: `Engine::with_path` accepts only a path that the processor has.
                #[cfg(target_arch = "x86_64")]
                #[allow(unsafe_code, reason = "the processor's instructions are checked at start")]
                $crate::engine::dispatch::InstructionPath::Avx2 => unsafe {
                    avx2::<L>($($value),+)
                },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                #[allow(unsafe_code, reason = "the processor's instructions are checked at start")]
                $crate::engine::dispatch::InstructionPath::Avx512 => unsafe {
                    avx512::<L>($($value),+)
                },
                #[cfg(not(target_arch = "x86_64"))]
                _ => portable::<L>($($value),+),
            }
        }
    }};
}

pub(crate) use dispatch;
