//! The products of lives from which the indices come.
//!
//! P(θ) is the probability of an outcome given what is not known, θ; θ is drawn twice, as sample A
//! and as sample B, and for each factor there is a third point, the *partner*, which has the factor
//! from A and everything else from B. Each point is lived twice, every life with luck of its own.
//! A life shows only whether the outcome came true, so E[Y Y′ | θ, θ′] = P(θ)·P(θ′) holds for two
//! *different* lives alone, and everything here is a mean of such products:
//!
//! - V = Var P = E[Y₁Y₂] − μ² from the two lives of a point. Each of the points is a draw like any
//!   other, so all of them are averaged.
//! - first order: V·Sᵢ = Cov(P(A), P(partner)), since the two share θᵢ alone (Sobol' 1993). A and B
//!   are independent, so Cov(ȳ_A, ȳ_B) is known to be 0, and what it came out as is subtracted,
//!   times the regression of the partner on B. With the factor 0 that would be the estimator of
//!   Janon et al. 2014, with 1 that of Saltelli et al. 2010; the regression has no more variance
//!   than either, and matters because every factor meets the same A and B.
//! - total: V·Tᵢ = ½E(P(B) − P(partner))², since the two differ in θᵢ alone (Jansen 1999), which is
//!   ½E[Y₁Y₂] of B and of the partner, less E[ȳ_B ȳ_partner]. It does not hang on μ. Where luck is
//!   most of the variance, V − Cov(P(B), P(partner)) with V from all points would be better: the two
//!   differ by what V came out as at B and at the partner, less V from all points, whose mean is 0;
//!   so that is subtracted, times its regression over blocks of draws.
//!
//! So one partner serves both, and n factors need n + 2 points (Saltelli 2002), not 2n + 1: with
//! the same number of runs, each point has nearly twice as many. All sums are of quarters of whole
//! numbers below 2⁵³ where lives are 0 or 1, so they are exact and hang on no order.

/// What two lives of one draw showed at a point: 1 where the outcome came true, 0 where not.
/// `None` where one of them faulted.
pub type Lives = Option<[f64; 2]>;

/// The points of a draw.
#[derive(Clone, Copy, Debug)]
enum Point {
    A = 0,
    B = 1,
    Partner = 2,
}

/// Sums over draws at the three points of one factor. ȳ is the mean of a point's two lives.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// The draws.
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
    /// Adds a draw.
    pub fn add(&mut self, lives: [[f64; 2]; 3]) {
        let means = lives.map(|[first, second]| 0.5 * (first + second));
        self.n_draws += 1.0;
        for point in 0..3 {
            self.means[point] += means[point];
            self.squares[point] += means[point] * means[point];
            self.both[point] += lives[point][0] * lives[point][1];
        }
        let [a, b, partner] = means;
        self.a_b += a * b;
        self.a_partner += a * partner;
        self.b_partner += b * partner;
    }

    /// Adds the sums of other draws, `times` times.
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

    /// An unbiased covariance of two points' means, from their sum of products.
    fn covariance(&self, products: f64, one: Point, other: Point) -> f64 {
        let n = self.n_draws;
        let [one, other] = [one, other].map(|point| self.means[point as usize] / n);
        (products / n - one * other) * n / (n - 1.0)
    }

    /// V·Sᵢ: the variance of P that the factor explains by itself. Unbiased but for the regression,
    /// whose bias is of the order of 1/n.
    pub fn first_order(&self) -> f64 {
        let own = self.covariance(self.squares[Point::B as usize], Point::B, Point::B);
        let shared = self.covariance(self.b_partner, Point::B, Point::Partner);
        let regression = if own > 0.0 { shared / own } else { 0.0 };
        let zero = self.covariance(self.a_b, Point::A, Point::B);
        self.shared_with_a() - regression * zero
    }

    /// Cov(ȳ_A, ȳ_partner) as it came out.
    pub fn shared_with_a(&self) -> f64 {
        self.covariance(self.a_partner, Point::A, Point::Partner)
    }

    /// V·Tᵢ: the variance of P that would be left, were everything but the factor known. `excess`
    /// is [`Moments::excess`], and `regression` what is subtracted of it; unbiased for any.
    pub fn total(&self, excess: f64, regression: f64) -> f64 {
        let both = self.both[Point::B as usize] + self.both[Point::Partner as usize];
        (0.5 * both - self.b_partner) / self.n_draws - regression * excess
    }

    /// What V came out as at B and at the partner, less V from all points: 0 but for chance.
    pub fn excess(&self, whole: &Whole) -> f64 {
        0.5 * (self.variance(Point::B) + self.variance(Point::Partner)) - whole.variance
    }

    /// An unbiased variance of P at a point.
    fn variance(&self, point: Point) -> f64 {
        let n = self.n_draws;
        let point = point as usize;
        // The square of the mean comes from products of different draws.
        let different = self.means[point] * self.means[point] - self.squares[point];
        self.both[point] / n - different / (n * (n - 1.0))
    }
}

/// μ and V from all points of all factors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Whole {
    /// μ: the mean of P.
    pub mean: f64,
    /// V: the variance of P.
    pub variance: f64,
}

impl Whole {
    /// Of the sums of each factor, at least one. A and B are the same for all factors, save for
    /// draws that faulted at a partner, so they count once.
    pub fn of(factors: &[Moments]) -> Self {
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

    /// The share of the variance of Y that is not chance: V / μ(1 − μ). `None` where Y never
    /// varies.
    pub fn parameter_share(&self) -> Option<f64> {
        let all = self.mean * (1.0 - self.mean);
        (all > 0.0).then(|| self.variance / all)
    }
}
