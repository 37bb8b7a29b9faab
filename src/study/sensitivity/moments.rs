//! Estimators of Sobol' indices from products of runs.
//!
//! P(θ) is the probability of an outcome given the uncertain quantities θ. θ is sampled twice, as A
//! and B; for each factor i the *partner* has factor i from A and everything else from B. Each point
//! is simulated with two runs per draw, and all runs use independent random numbers. A run shows
//! only whether the outcome occurred, so E[Y·Y′ | θ, θ′] = P(θ)·P(θ′) holds only for two *different*
//! runs, and all estimators are means of such products. ȳ is the mean of a point's two runs.
//!
//! - V = Var P = E[Y₁Y₂] − μ², averaged over all points.
//! - First order: V·S1ᵢ = Cov(P(A), P(partner)), since the two share only θᵢ (Sobol' 1993). A and B
//!   are independent, so Cov(ȳ_A, ȳ_B) has expectation 0; it is subtracted, times the regression β
//!   of the partner on B. β = 0 gives the estimator of Janon et al. (2014), β = 1 that of Saltelli et
//!   al. (2010); the regression has no more variance than either.
//! - Total order: V·STᵢ = ½E[(P(B) − P(partner))²], since the two differ only in θᵢ (Jansen 1999),
//!   which is ½E[Y₁Y₂]_B + ½E[Y₁Y₂]_partner − E[ȳ_B·ȳ_partner]. The mean of V at B and at the
//!   partner minus V from all points has expectation 0; it is subtracted, times its regression over
//!   blocks of draws.
//!
//! One partner serves both, so n factors need n + 2 points (Saltelli 2002). For runs that are 0 or 1
//! all sums are quarters of whole numbers below 2⁵³, so they are exact and independent of the order.

/// Whether the outcome occurred in the two runs of a draw at a point (1 or 0); `None` if one of them
/// faulted.
pub type RunPair = Option<[f64; 2]>;

/// The points of one factor.
#[derive(Clone, Copy, Debug)]
enum Point {
    A = 0,
    B = 1,
    Partner = 2,
}

/// Sums over draws at the three points of one factor. ȳ is the mean of a point's two runs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// Number of draws, as a sum of weights.
    pub n_draws: f64,
    /// Σ ȳ by point.
    means: [f64; 3],
    /// Σ ȳ² by point.
    squares: [f64; 3],
    /// Σ y₁y₂ by point.
    both: [f64; 3],
    /// Σ ȳ_A ȳ_B.
    a_b: f64,
    /// Σ ȳ_A ȳ_partner.
    a_partner: f64,
    /// Σ ȳ_B ȳ_partner.
    b_partner: f64,
}

impl Moments {
    /// Adds the pairs of runs of one draw at the three points.
    pub fn add(&mut self, pairs: [[f64; 2]; 3]) {
        let means = pairs.map(|[first, second]| 0.5 * (first + second));
        self.n_draws += 1.0;
        for point in 0..3 {
            self.means[point] += means[point];
            self.squares[point] += means[point] * means[point];
            self.both[point] += pairs[point][0] * pairs[point][1];
        }
        let [a, b, partner] = means;
        self.a_b += a * b;
        self.a_partner += a * partner;
        self.b_partner += b * partner;
    }

    /// Adds the sums over other draws, weighted by `times`.
    pub fn merge(&mut self, other: &Self, times: f64) {
        self.n_draws += times * other.n_draws;
        for point in 0..3 {
            self.means[point] += times * other.means[point];
            self.squares[point] += times * other.squares[point];
            self.both[point] += times * other.both[point];
        }
        self.a_b += times * other.a_b;
        self.a_partner += times * other.a_partner;
        self.b_partner += times * other.b_partner;
    }

    /// The unbiased covariance of two points' means, from their sum of products.
    fn covariance(&self, products: f64, one: Point, other: Point) -> f64 {
        let n = self.n_draws;
        let [one, other] = [one, other].map(|point| self.means[point as usize] / n);
        (products / n - one * other) * n / (n - 1.0)
    }

    /// V·S1ᵢ: the variance of P that the factor alone explains. It is unbiased except for the
    /// regression, whose bias is of order 1/n.
    pub fn first_order(&self) -> f64 {
        let own = self.covariance(self.squares[Point::B as usize], Point::B, Point::B);
        let shared = self.covariance(self.b_partner, Point::B, Point::Partner);
        let regression = if own > 0.0 { shared / own } else { 0.0 };
        let control_variate = self.covariance(self.a_b, Point::A, Point::B);
        self.covariance_a_partner() - regression * control_variate
    }

    /// The sample covariance of ȳ_A and ȳ_partner.
    pub fn covariance_a_partner(&self) -> f64 {
        self.covariance(self.a_partner, Point::A, Point::Partner)
    }

    /// V·STᵢ: the variance of P that remains if everything except the factor is known. It is unbiased
    /// for any `regression` on [`Moments::control_variate`].
    pub fn total_order(&self, control_variate: f64, regression: f64) -> f64 {
        let both = self.both[Point::B as usize] + self.both[Point::Partner as usize];
        (0.5 * both - self.b_partner) / self.n_draws - regression * control_variate
    }

    /// The mean of V at B and at the partner minus V from all points, which has expectation 0.
    pub fn control_variate(&self, overall: &ProbabilityMoments) -> f64 {
        0.5 * (self.variance(Point::B) + self.variance(Point::Partner)) - overall.variance
    }

    /// The unbiased variance of P at a point.
    fn variance(&self, point: Point) -> f64 {
        let n = self.n_draws;
        let point = point as usize;
        // μ² is estimated by products of different draws.
        let different = self.means[point] * self.means[point] - self.squares[point];
        self.both[point] / n - different / (n * (n - 1.0))
    }
}

/// Mean and variance of P from all points of all factors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProbabilityMoments {
    /// μ, the mean of P over the uncertain quantities.
    pub mean: f64,
    /// V, the variance of P over the uncertain quantities.
    pub variance: f64,
}

impl ProbabilityMoments {
    /// From the sums of each factor, at least one. A and B are the same for all factors, except for
    /// draws that faulted at a partner, so they count once.
    pub fn new(factors: &[Moments]) -> Self {
        let n_factors = factors.len() as f64;
        let (mut mean, mut variance) = (0.0, 0.0);
        for moments in factors {
            let [a, b, partner] = moments.means.map(|sum| sum / moments.n_draws);
            mean += (a + b) / n_factors + partner;
            let shared = moments.variance(Point::A) + moments.variance(Point::B);
            variance += shared / n_factors + moments.variance(Point::Partner);
        }
        Self {
            mean: mean / (n_factors + 2.0),
            variance: variance / (n_factors + 2.0),
        }
    }

    /// The share of the variance of Y that parameter uncertainty explains, V/(μ(1 − μ)); `None` if Y
    /// never varies.
    pub fn parameter_share(&self) -> Option<f64> {
        let all = self.mean * (1.0 - self.mean);
        (all > 0.0).then(|| self.variance / all)
    }
}
