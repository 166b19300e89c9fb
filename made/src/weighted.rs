//! Drawing with given frequencies, Zipf's law among them.

use crate::draw::Draw;

/// Numbers that are drawn as often as their weights say, in two steps whatever their count.
///
/// The alias method (Walker 1977, Vose 1991), in integers.
#[derive(Debug)]
pub(crate) struct Weighted {
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    /// Of 2^32 draws of the column, how many stay.
    stays: u32,
    /// Where the others go.
    others: u32,
}

impl Weighted {
    pub(crate) fn new(weights: &[u64]) -> Self {
        let total: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
        let mut left: Vec<u128> = weights
            .iter()
            .map(|&weight| u128::from(weight) * weights.len() as u128)
            .collect();
        let mut columns: Vec<Column> = (0..weights.len() as u32)
            .map(|others| Column {
                stays: u32::MAX,
                others,
            })
            .collect();
        let (mut poor, mut rich): (Vec<usize>, Vec<usize>) =
            (0..weights.len()).partition(|&at| left[at] < total);
        while let (Some(&low), Some(&high)) = (poor.last(), rich.last()) {
            poor.pop();
            columns[low] = Column {
                stays: u32::try_from((left[low] << 32) / total).unwrap_or(u32::MAX),
                others: high as u32,
            };
            left[high] -= total - left[low];
            if left[high] < total {
                rich.pop();
                poor.push(high);
            }
        }
        Self { columns }
    }

    /// Zipf's law: the frequency of a rank, counted from 0, is 1 / (rank + `tenths` / 10).
    pub(crate) fn zipf(ranks: usize, tenths: u64) -> Self {
        let weights: Vec<u64> = (0..ranks as u64)
            .map(|rank| 1_000_000_000_000 / (10 * rank + tenths))
            .collect();
        Self::new(&weights)
    }

    pub(crate) fn draw(&self, draw: &mut Draw) -> usize {
        let number = draw.number();
        let at = (((number >> 32) * self.columns.len() as u64) >> 32) as usize;
        let column = &self.columns[at];
        if (number as u32) < column.stays {
            at
        } else {
            column.others as usize
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::For;

    #[test]
    fn draws_are_as_frequent_as_their_weights() {
        let weights = [500, 300, 150, 49, 1, 0];
        let weighted = Weighted::new(&weights);
        let mut draw = Draw::new(For::Text, &[1]);
        let mut drawn = [0_u64; 6];
        for _ in 0..100_000 {
            drawn[weighted.draw(&mut draw)] += 1;
        }
        for (drawn, weight) in drawn.iter().zip(weights) {
            assert!(drawn.abs_diff(weight * 100) <= 500, "{drawn} for {weight}");
        }
        assert_eq!(drawn[5], 0);
    }
}
