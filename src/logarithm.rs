//! Natural logarithm, exponential and logistic function with the same bits on every platform.
//!
//! `f64::ln` and `f64::exp` call the platform's mathematics library, and these differ in the last
//! bit. A term weight or a probability that differs in the last bit can turn a tie, so the crate
//! uses these instead: they are made of additions, multiplications and divisions only, which
//! IEEE 754 fixes exactly.

use std::f64::consts::{LN_2, SQRT_2};

/// The natural logarithm of a positive, finite, normal number, to about 1 part in 10^15.
///
/// Anything else is a caller's mistake and gives a meaningless number, never a panic.
pub(crate) fn ln(x: f64) -> f64 {
    // x = m * 2^e with m in [sqrt(1/2), sqrt(2))
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7FF) as i64 - 1023;
    let mut m = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) | (1023 << 52));
    if m >= SQRT_2 {
        m /= 2.0;
        exponent += 1;
    }
    // ln m = 2 atanh s with s = (m - 1) / (m + 1), and |s| < 0.172
    let s = (m - 1.0) / (m + 1.0);
    let s2 = s * s;
    let mut series = 0.0;
    for odd in (1..=21).rev().step_by(2) {
        series = series * s2 + 1.0 / f64::from(odd);
    }
    exponent as f64 * LN_2 + 2.0 * s * series
}

/// e to the power of `x`, for `x` in [-700, 700], to about 1 part in 10^15.
fn exp(x: f64) -> f64 {
    // x = n ln 2 + r with |r| <= ln 2 / 2
    let n = (x / LN_2).round();
    let r = x - n * LN_2;
    let mut series = 1.0;
    for k in (1..=16).rev() {
        series = 1.0 + series * r / f64::from(k);
    }
    f64::from_bits(((n as i64 + 1023) << 52) as u64) * series
}

/// The probability in [0, 1] that belongs to a log-odds: 1 / (1 + e^-x).
///
/// Beyond ±40 it is within 10^-17 of 0 or 1 and is cut there.
pub(crate) fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + exp(-log_odds.clamp(-40.0, 40.0)))
}

/// The log-odds of a probability in (0, 1): the inverse of [`logistic`].
pub(crate) fn logit(probability: f64) -> f64 {
    ln(probability / (1.0 - probability))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_platform_to_the_last_digits() {
        for i in 1..20_000 {
            let x = f64::from(i) * 0.37;
            assert!(
                (ln(x) - x.ln()).abs() <= 4e-15 * x.ln().abs().max(1.0),
                "ln {x}"
            );
            let y = f64::from(i - 10_000) * 0.004;
            assert!((exp(y) / y.exp() - 1.0).abs() < 1e-14, "exp {y}");
            assert!(
                (logit(logistic(y / 4.0)) - y / 4.0).abs() < 1e-9,
                "logit {y}"
            );
        }
    }

    #[test]
    fn the_logistic_function_ends_at_zero_and_one() {
        assert_eq!(logistic(0.0), 0.5);
        assert_eq!(logistic(f64::INFINITY), 1.0);
        assert!(logistic(f64::NEG_INFINITY) < 1e-17);
    }

    #[test]
    fn golden_values() {
        assert_eq!(
            ln(10.0).to_bits(),
            0x4002_6BB1_BBB5_5515,
            "{:#x}",
            ln(10.0).to_bits()
        );
        assert_eq!(
            logistic(1.0).to_bits(),
            0x3FE7_64D4_F5D5_A2BD,
            "{:#x}",
            logistic(1.0).to_bits()
        );
    }
}
