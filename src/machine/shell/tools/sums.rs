//! Sums and codes: `md5sum`, `sha256sum`, `base64`, `cmp`.

use std::fmt::Write as _;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::task::Sys;
use super::Make;
use super::filter::{Filter, Flow, Sieve};
use super::options::{Known, Options, is_busybox, missing};

pub(super) const TOOLS: &[(&str, Make)] = &[
    ("md5sum", Make::Long(|| Filter::make(Box::new(Whole::default())))),
    ("sha256sum", Make::Long(|| Filter::make(Box::new(Whole::default())))),
    ("base64", Make::Long(|| Filter::make(Box::new(Whole::default())))),
    ("more", Make::Long(|| Filter::make(Box::new(Whole::default())))),
    ("less", Make::Long(|| Filter::make(Box::new(Whole::default())))),
    ("cmp", Make::Plain(cmp)),
];

/// A tool that needs all of a file at once.
#[derive(Clone, Debug, Default)]
struct Whole {
    tool: String,
    name: String,
    decode: bool,
    width: usize,
    data: Vec<u8>,
    status: i32,
}

impl Sieve for Whole {
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<Vec<Rc<str>>, i32> {
        argv[0].rsplit('/').next().unwrap_or("").clone_into(&mut self.tool);
        let known = Known {
            letters: "dDw:iNFRXSEcb",
            long: &[("decode", 'd'), ("wrap", 'w')],
            stops: false,
        };
        let options = Options::parse(sys, argv, &known)?;
        self.decode = options.has('d') || options.has('D');
        self.width = options.value('w').and_then(|text| text.parse().ok()).unwrap_or(76);
        Ok(options.words)
    }

    fn by_line(&self) -> bool {
        false
    }

    fn open(&mut self, _: &mut Sys<'_>, name: &str, _: usize) {
        name.clone_into(&mut self.name);
        self.data.clear();
    }

    fn piece(&mut self, sys: &mut Sys<'_>, bytes: &[u8]) -> Flow {
        if matches!(self.tool.as_str(), "more" | "less") {
            return super::filter::put(sys, &self.tool, bytes);
        }
        self.data.extend(bytes);
        if self.data.len() > super::super::limits::MEMORY_BYTES_MAX {
            let tool = &self.tool;
            sys.complain(&format!("{tool}: memory exhausted"));
            self.status = 1;
            return Flow::Stop;
        }
        Flow::More
    }

    fn close(&mut self, sys: &mut Sys<'_>) {
        let data = std::mem::take(&mut self.data);
        let text = match (self.tool.as_str(), self.decode) {
            ("md5sum", _) => format!("{}  {}\n", hex(&md5(&data)), self.name),
            ("sha256sum", _) => format!("{}  {}\n", hex(&sha256(&data)), self.name),
            ("base64", false) => {
                let code = STANDARD.encode(&data);
                let width = if self.width == 0 { usize::MAX } else { self.width };
                let lines: Vec<&[u8]> = code.as_bytes().chunks(width).collect();
                let lines: Vec<String> =
                    lines.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect();
                let end = if lines.is_empty() || self.width == 0 { "" } else { "\n" };
                lines.join("\n") + end
            }
            ("base64", true) => {
                let code: Vec<u8> = data.into_iter().filter(|b| !b.is_ascii_whitespace()).collect();
                if let Ok(bytes) = STANDARD.decode(&code) {
                    let _ = sys.write(1, &bytes);
                } else {
                    let text = if is_busybox(sys) {
                        "base64: truncated input"
                    } else {
                        "base64: invalid input"
                    };
                    sys.complain(text);
                    self.status = 1;
                }
                return;
            }
            _ => return,
        };
        let _ = sys.print(&text);
    }

    fn end(&mut self, _: &mut Sys<'_>) -> i32 {
        self.status
    }

    fn refusal(
        &self,
        name: &str,
        errno: crate::machine::fs::errno::Errno,
        busybox: bool,
    ) -> (String, i32) {
        let text = if busybox {
            format!("can't open '{name}': {errno}")
        } else {
            format!("{name}: {errno}")
        };
        (text, 1)
    }

    fn copy(&self) -> Box<dyn Sieve> {
        Box::new(self.clone())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The data with a one, zeros and its length in bits, in blocks of 64 bytes.
fn padded(data: &[u8], length: [u8; 8]) -> Vec<u8> {
    let mut all = data.to_vec();
    all.push(0x80);
    while all.len() % 64 != 56 {
        all.push(0);
    }
    all.extend(length);
    all
}

/// RFC 1321.
fn md5(data: &[u8]) -> [u8; 16] {
    const SHIFTS: [[u32; 4]; 4] =
        [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let bits = (data.len() as u64).wrapping_mul(8).to_le_bytes();
    let mut state: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    let table = sines();
    for block in padded(data, bits).chunks(64) {
        let word = |at: usize| {
            let bytes = &block[at * 4..at * 4 + 4];
            u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
        };
        let [mut a, mut b, mut c, mut d] = state;
        for step in 0..64 {
            let (mixed, at) = match step / 16 {
                0 => (b & c | !b & d, step),
                1 => (d & b | !d & c, (5 * step + 1) % 16),
                2 => (b ^ c ^ d, (3 * step + 5) % 16),
                _ => (c ^ (b | !d), 7 * step % 16),
            };
            let sum = a.wrapping_add(mixed).wrapping_add(table[step]).wrapping_add(word(at));
            let turned = b.wrapping_add(sum.rotate_left(SHIFTS[step / 16][step % 4]));
            (a, d, c, b) = (d, c, b, turned);
        }
        for (old, new) in state.iter_mut().zip([a, b, c, d]) {
            *old = old.wrapping_add(new);
        }
    }
    let mut digest = [0; 16];
    for (bytes, word) in digest.chunks_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    digest
}

/// The constants of MD5, the whole parts of 2^32 · |sin i|, without floats: they are a table.
fn sines() -> [u32; 64] {
    [
        0xd76a_a478,
        0xe8c7_b756,
        0x2420_70db,
        0xc1bd_ceee,
        0xf57c_0faf,
        0x4787_c62a,
        0xa830_4613,
        0xfd46_9501,
        0x6980_98d8,
        0x8b44_f7af,
        0xffff_5bb1,
        0x895c_d7be,
        0x6b90_1122,
        0xfd98_7193,
        0xa679_438e,
        0x49b4_0821,
        0xf61e_2562,
        0xc040_b340,
        0x265e_5a51,
        0xe9b6_c7aa,
        0xd62f_105d,
        0x0244_1453,
        0xd8a1_e681,
        0xe7d3_fbc8,
        0x21e1_cde6,
        0xc337_07d6,
        0xf4d5_0d87,
        0x455a_14ed,
        0xa9e3_e905,
        0xfcef_a3f8,
        0x676f_02d9,
        0x8d2a_4c8a,
        0xfffa_3942,
        0x8771_f681,
        0x6d9d_6122,
        0xfde5_380c,
        0xa4be_ea44,
        0x4bde_cfa9,
        0xf6bb_4b60,
        0xbebf_bc70,
        0x289b_7ec6,
        0xeaa1_27fa,
        0xd4ef_3085,
        0x0488_1d05,
        0xd9d4_d039,
        0xe6db_99e5,
        0x1fa2_7cf8,
        0xc4ac_5665,
        0xf429_2244,
        0x432a_ff97,
        0xab94_23a7,
        0xfc93_a039,
        0x655b_59c3,
        0x8f0c_cc92,
        0xffef_f47d,
        0x8584_5dd1,
        0x6fa8_7e4f,
        0xfe2c_e6e0,
        0xa301_4314,
        0x4e08_11a1,
        0xf753_7e82,
        0xbd3a_f235,
        0x2ad7_d2bb,
        0xeb86_d391,
    ]
}

/// FIPS 180-4.
#[expect(clippy::many_single_char_names, reason = "as FIPS 180-4 names them")]
fn sha256(data: &[u8]) -> [u8; 32] {
    let (roots, mut state) = primes();
    let bits = (data.len() as u64).wrapping_mul(8).to_be_bytes();
    for block in padded(data, bits).chunks(64) {
        let mut words = [0_u32; 64];
        for (word, bytes) in words.iter_mut().zip(block.chunks(4)) {
            *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        for at in 16..64 {
            let (x, y) = (words[at - 15], words[at - 2]);
            let a = x.rotate_right(7) ^ x.rotate_right(18) ^ x >> 3;
            let b = y.rotate_right(17) ^ y.rotate_right(19) ^ y >> 10;
            words[at] = words[at - 16].wrapping_add(a).wrapping_add(words[at - 7]).wrapping_add(b);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for at in 0..64 {
            let high = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let first = h
                .wrapping_add(high)
                .wrapping_add(e & f ^ !e & g)
                .wrapping_add(roots[at])
                .wrapping_add(words[at]);
            let low = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let second = low.wrapping_add(a & b ^ a & c ^ b & c);
            (h, g, f, e) = (g, f, e, d.wrapping_add(first));
            (d, c, b, a) = (c, b, a, first.wrapping_add(second));
        }
        for (old, new) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *old = old.wrapping_add(new);
        }
    }
    let mut digest = [0; 32];
    for (bytes, word) in digest.chunks_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

/// The first 32 bits behind the point of the cube roots of the first 64 primes, and of the square
/// roots of the first 8, in whole numbers.
fn primes() -> ([u32; 64], [u32; 8]) {
    let is_prime = |n: &u128| (2..*n).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
    let root = |n: u128, power: u32| {
        // The whole root of n · 2^(32 · power).
        let wanted = n << (32 * power);
        let (mut low, mut high) = (0_u128, 1 << 40);
        while low + 1 < high {
            let middle = u128::midpoint(low, high);
            if middle.pow(power) <= wanted { low = middle } else { high = middle }
        }
        u32::try_from(low & 0xffff_ffff).unwrap_or(0)
    };
    let (mut cubes, mut squares) = ([0; 64], [0; 8]);
    for (index, prime) in (2..).filter(is_prime).take(64).enumerate() {
        cubes[index] = root(prime, 3);
        if index < 8 {
            squares[index] = root(prime, 2);
        }
    }
    (cubes, squares)
}

fn cmp(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let options = match Options::parse(sys, argv, &Known::letters("s")) {
        Ok(options) => options,
        Err(status) => return status,
    };
    let [a, b] = options.words.as_slice() else { return missing(sys, "cmp") };
    let mut texts = Vec::new();
    for path in [a, b] {
        match sys.view().read(path) {
            Ok(bytes) => texts.push(bytes.to_vec(super::super::limits::MEMORY_BYTES_MAX)),
            Err(errno) => {
                sys.complain(&format!("cmp: {path}: {errno}"));
                return 2;
            }
        }
    }
    let at = texts[0].iter().zip(&texts[1]).position(|(a, b)| a != b);
    let text = match at {
        Some(at) => {
            let line = texts[0][..at].split(|byte| *byte == b'\n').count();
            format!("{a} {b} differ: char {}, line {line}\n", at + 1)
        }
        None if texts[0].len() == texts[1].len() => return 0,
        None => {
            let short = if texts[0].len() < texts[1].len() { a } else { b };
            sys.complain(&format!("cmp: EOF on {short}"));
            return 1;
        }
    };
    if !options.has('s') {
        let _ = sys.print(&text);
    }
    1
}
