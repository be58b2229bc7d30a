//! SHA-256 (FIPS 180-4), for the names that Kubernetes makes from it.

use std::fmt::Write;

const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// The digest as hexadecimal digits.
pub fn sha256_hex(text: &str) -> String {
    let mut message = text.as_bytes().to_vec();
    let bits = u64::try_from(message.len()).unwrap_or(0) * 8;
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend(bits.to_be_bytes());
    let constants = round_constants();
    let mut state = INITIAL;
    for block in message.chunks_exact(64) {
        compress(&mut state, block, &constants);
    }
    state.iter().fold(String::new(), |mut digits, word| {
        let _ = write!(digits, "{word:08x}");
        digits
    })
}

/// The first 32 bits of the fractions of the cube roots of the first 64 primes.
fn round_constants() -> [u32; 64] {
    let is_prime = |n: &u128| (2..*n).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
    let mut primes = (2_u128..).filter(is_prime);
    std::array::from_fn(|_| {
        let prime = primes.next().unwrap_or(2);
        // The cube root of the prime times 2^96 is the cube root times 2^32.
        let target = prime << 96;
        let (mut low, mut high) = (0_u128, 1 << 36);
        while high - low > 1 {
            let middle = u128::midpoint(low, high);
            if middle * middle * middle <= target { low = middle } else { high = middle }
        }
        u32::try_from(low & 0xffff_ffff).unwrap_or(0)
    })
}

fn compress(state: &mut [u32; 8], block: &[u8], constants: &[u32; 64]) {
    let mut words = [0_u32; 64];
    for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
        *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
    }
    for i in 16..64 {
        let (far, near) = (words[i - 15], words[i - 2]);
        let first = far.rotate_right(7) ^ far.rotate_right(18) ^ far >> 3;
        let second = near.rotate_right(17) ^ near.rotate_right(19) ^ near >> 10;
        words[i] =
            words[i - 16].wrapping_add(first).wrapping_add(words[i - 7]).wrapping_add(second);
    }
    let mut work = *state;
    for (word, constant) in words.iter().zip(constants) {
        let sum = work[4].rotate_right(6) ^ work[4].rotate_right(11) ^ work[4].rotate_right(25);
        let choice = work[4] & work[5] ^ !work[4] & work[6];
        let first = work[7]
            .wrapping_add(sum)
            .wrapping_add(choice)
            .wrapping_add(*constant)
            .wrapping_add(*word);
        let sum = work[0].rotate_right(2) ^ work[0].rotate_right(13) ^ work[0].rotate_right(22);
        let majority = work[0] & work[1] ^ work[0] & work[2] ^ work[1] & work[2];
        work.rotate_right(1);
        work[4] = work[4].wrapping_add(first);
        work[0] = first.wrapping_add(sum).wrapping_add(majority);
    }
    for (sum, word) in state.iter_mut().zip(work) {
        *sum = sum.wrapping_add(word);
    }
}

#[cfg(test)]
mod tests {
    use super::sha256_hex;

    #[test]
    fn agrees_with_the_standard() {
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_hex("abc"), digest);
        // What a cluster made of handle, driver and node.
        let text = "projects/UNSPECIFIED/zones/UNSPECIFIED/disks/mongodbpd.csi.storage.gke.iowork1";
        let digest = "cfc7a9e79b67a9db353c2e663d22ca5d60477863fb720348ad7dacbdc66b3ce9";
        assert_eq!(sha256_hex(text), digest);
    }
}
