//! Made-up values that are the same in every run.

use std::fmt::Write;

/// A sequence of numbers that only looks random (splitmix64).
#[derive(Clone, Copy, Debug)]
pub struct Sequence(u64);

/// The letters of generated names: no vowels and no digits that look like letters
/// (`k8s.io/apimachinery/pkg/util/rand`).
const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

impl Sequence {
    /// The sequence of that seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// An id in the form of a version 4 UUID.
    pub fn uuid(&mut self) -> String {
        let (high, low) = (self.next_u64(), self.next_u64());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            0x8000 | low >> 48 & 0x3fff,
            low & 0xffff_ffff_ffff
        )
    }

    /// The end of a generated name, such as `x7k2p`.
    pub fn suffix(&mut self, length: usize) -> String {
        let mut bits = self.next_u64();
        let letter = |_| {
            let count = LETTERS.len() as u64;
            let index = usize::try_from(bits % count).unwrap_or(0);
            bits /= count;
            char::from(LETTERS[index])
        };
        (0..length).map(letter).collect()
    }
}

fn mix(mut value: u64) -> u64 {
    value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

/// A number that depends on every byte of the text (FNV-1a, 32 bits).
pub fn hash32(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// A number as the end of a revision's name (`rand.SafeEncodeString`).
pub fn safe_encode(number: u32) -> String {
    let letter = |digit: u8| char::from(LETTERS[usize::from(digit) % LETTERS.len()]);
    number.to_string().bytes().map(letter).collect()
}

/// `length` hexadecimal digits that depend on the text.
pub fn hex_of(text: &str, length: usize) -> String {
    let mut sequence = Sequence::new(u64::from(hash32(text)));
    let mut digits = String::new();
    while digits.len() < length {
        let _ = write!(digits, "{:016x}", sequence.next_u64());
    }
    digits.truncate(length);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_values() {
        let (mut one, mut two) = (Sequence::new(7), Sequence::new(7));
        assert_eq!(one.uuid(), two.uuid());
        assert_eq!(one.uuid().len(), 36);
        assert_ne!(one.suffix(5), one.suffix(5));
        assert_eq!(hex_of("a", 64).len(), 64);
    }
}
