//! Files that were cut, spoilt, or made to hurt: never a panic, never a hang, and always a word.

use std::time::{Duration, Instant};

use samestory_rows::Reader;

use crate::files::{Folder, Plain, all, gzip, json_lines, read_bytes, rss, three};

/// Numbers that look random, by the SplitMix64 generator.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ x >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ x >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((x ^ x >> 31) % limit as u64) as usize
    }
}

#[test]
fn spoilt_files_end_in_rows_and_words() {
    let rounds = std::env::var("ROUNDS").map_or(40, |rounds| rounds.parse().unwrap());
    let mut files = all(&three());
    files.push(("rss", rss(&three(), "Northline")));
    for (format, whole) in files {
        for round in 0..rounds {
            let mut draw = Draw(round);
            let mut bytes = whole.clone();
            match draw.below(4) {
                0 => bytes.truncate(draw.below(bytes.len())),
                1 => {
                    let at = draw.below(bytes.len());
                    bytes.splice(at..at, (0..draw.below(20)).map(|at| at as u8 * 13));
                }
                _ => {
                    for _ in 0..1 + draw.below(4) {
                        let at = draw.below(bytes.len());
                        bytes[at] ^= 1 << draw.below(8);
                    }
                }
            }
            let begun = Instant::now();
            let (rows, said) = read_bytes(&bytes);
            assert!(
                begun.elapsed() < Duration::from_secs(5),
                "{format}, round {round} hangs"
            );
            assert!(
                rows.len() <= 4 && said.len() <= 20,
                "{format}, round {round}: {said:?}"
            );
        }
    }
}
