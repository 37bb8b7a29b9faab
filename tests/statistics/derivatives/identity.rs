//! The same bits for any number of threads.

use crate::common;
use crate::derivatives::measure::derivatives_of;
use realpolitik::base::index::Id;

#[test]
fn threads_change_no_bit() {
    let text = common::params("quickstart.toml");
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads);
        let pool = pool.build().expect("threads");
        let measured = pool.install(|| derivatives_of(&text, 5_000));
        let bits = |outcome: usize| {
            let gradient = measured.derivatives.gradient(Id::new(outcome));
            let one = |slope: realpolitik::study::derivatives::Derivative| {
                (slope.value.to_bits(), slope.standard_error.to_bits())
            };
            gradient.map(|(_, slope)| one(slope)).collect::<Vec<_>>()
        };
        [bits(0), bits(1)].concat()
    };
    let one = on(1);
    assert!(one.len() > 30);
    assert_eq!(one, on(2));
    assert_eq!(one, on(7));
}
