//! Tails and quantiles of the normal and of Student's t distribution.

use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::{beta::checked_beta_reg, erf::erfc};

use super::CONFIDENCE;

/// The 97.5 % point of the standard normal distribution: half of what [`CONFIDENCE`] leaves lies above it.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// From here on the expansion is exact to 12 digits and more. The crate's root finder is not: its error
/// is 10⁻¹² at 10⁴ degrees of freedom, but 10⁻⁶ at 3·10⁴ and 10⁻⁴ at 10⁶, and at 10⁹ it never returns.
const EXPAND_FROM: f64 = 1_000.0;

/// The probability that a standard normal value lies at least as far from 0 as `z` does: erfc(|z|/√2).
pub(super) fn two_sided_normal(z: f64) -> f64 {
    erfc(z.abs() * std::f64::consts::FRAC_1_SQRT_2)
}

/// The probability that a t value with `df` degrees of freedom lies at least as far from 0 as `t` does.
///
/// # Formula
///
/// The regularized incomplete beta function I(df/(df + t²); df/2, 1/2). It is taken directly, not as 1 − CDF,
/// so that a small probability keeps its digits.
///
/// `None` unless `df` is positive.
pub(super) fn two_sided_t(t: f64, df: f64) -> Option<f64> {
    checked_beta_reg(df / 2.0, 0.5, df / (df + t * t)).ok()
}

/// The 97.5 % point of Student's t distribution with `df` degrees of freedom; `None` unless `df` is positive.
pub(super) fn t_critical(df: f64) -> Option<f64> {
    if df >= EXPAND_FROM {
        return Some(expanded_t_critical(df));
    }
    let t = StudentsT::new(0.0, 1.0, df).ok()?;
    Some(t.inverse_cdf(0.5 + CONFIDENCE / 2.0))
}

/// # Source
///
/// M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions", 26.7.5.
fn expanded_t_critical(df: f64) -> f64 {
    let square = Z * Z;
    let terms = [
        polynomial(square, &[1.0, 1.0]) / 4.0,
        polynomial(square, &[3.0, 16.0, 5.0]) / 96.0,
        polynomial(square, &[-15.0, 17.0, 19.0, 3.0]) / 384.0,
        polynomial(square, &[-945.0, -1_920.0, 1_482.0, 776.0, 79.0]) / 92_160.0,
    ];
    Z + Z * polynomial(df.recip(), &terms) / df
}

/// Σ coefficients\[i\] xⁱ.
fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
#[allow(clippy::unreadable_literal, reason = "digits as they were printed")]
mod tests {
    use statrs::distribution::Normal;

    use super::*;

    #[test]
    fn z_is_the_quantile_of_the_confidence_level() {
        let z = Normal::standard().inverse_cdf(0.5 + CONFIDENCE / 2.0);
        assert!((z - Z).abs() < 1e-14);
        assert!((two_sided_normal(-Z) - (1.0 - CONFIDENCE)).abs() < 1e-10);
    }

    /// Expected values: mpmath at 30 digits, the root of the integrated density.
    #[test]
    fn t_quantile_is_right_from_one_degree_of_freedom_to_beyond_any_survey() {
        for (df, expected) in [
            (1.0, 12.706204736174705),
            (1.3, 7.5005293255620338),
            (2.0, 4.302652729749464),
            (4.7, 2.6207260753531704),
            (15.0, 2.1314495455597757),
            (99.5, 1.9840936109906242),
            (999.5, 1.9623402703838458),
            (1000.0, 1.9623390808264085),
            (6582.0, 1.9603244676926092),
            (31020.0, 1.9600404630127362),
            (1000000.0, 1.959966356814107),
            (1000000000.0, 1.9599639869123255),
        ] {
            let actual = t_critical(df).unwrap();
            assert!((actual - expected).abs() < 2e-12, "df {df}: {actual} is not {expected}");
        }
    }

    /// Expected values: mpmath at 30 digits, the integrated density; below 10⁻⁵⁰ `scipy.stats.t.sf`.
    #[test]
    fn t_tail_is_right_near_and_far() {
        for (t, df, expected) in [
            (0.5, 1.0, 0.704832764699133),
            (4.0, 3.0, 0.0280084560101462),
            (0.001, 4.7, 0.999243158243644),
            (20.0, 10.0, 2.14606231720425e-9),
            (2.0, 99.5, 0.0482258666269785),
            (20.0, 999.0, 4.16738449304300e-75),
            (4.0, 31020.0, 6.34892912918874e-5),
            (30.0, 31020.0, 6.01798577216e-195),
            (2.0, 1000000.0, 0.0455005338513192),
            (2.0, 100000000.0, 0.0455002665959068),
        ] {
            let actual = two_sided_t(t, df).unwrap();
            assert!((actual / expected - 1.0).abs() < 1e-7, "t {t}, df {df}: {actual} is not {expected}");
            assert!((actual - expected).abs() < 1e-9, "t {t}, df {df}: {actual} is not {expected}");
        }
    }

    #[test]
    fn no_degrees_of_freedom_is_no_answer() {
        assert_eq!(t_critical(0.0), None);
        assert_eq!(t_critical(f64::NAN), None);
        assert_eq!(two_sided_t(1.0, 0.0), None);
    }
}
