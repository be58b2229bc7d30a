//! `sort`, `tr` and `nl`.

use std::cmp::Ordering;
use std::rc::Rc;

use super::super::escapes;
use super::super::glob;
use super::super::task::Sys;
use super::Make;
use super::filter::{Filter, Flow, Sieve, put};
use super::options::{Known, Options, is_busybox};
use crate::machine::fs::errno::Errno;
use crate::machine::fs::handle::OpenMode;

pub(super) const TOOLS: &[(&str, Make)] = &[
    ("sort", Make::Long(|| Filter::make(Box::new(Sort::default())))),
    ("tr", Make::Long(|| Filter::make(Box::new(Translate::default())))),
    ("nl", Make::Long(|| Filter::make(Box::new(Numbered(0))))),
];

#[derive(Clone, Debug, Default)]
struct Key {
    first: usize,
    /// The last field; 0 is the end of the line.
    last: usize,
    flags: String,
}

#[derive(Clone, Debug, Default)]
struct Sort {
    flags: String,
    separator: Option<char>,
    keys: Vec<Key>,
    output: Option<Rc<str>>,
    lines: Vec<String>,
    bytes: usize,
    too_much: bool,
}

impl Sieve for Sort {
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<Vec<Rc<str>>, i32> {
        let known = Known {
            letters: "nrufbdhgVcsmk:t:o:zS:T:",
            long: &[
                ("numeric-sort", 'n'),
                ("reverse", 'r'),
                ("unique", 'u'),
                ("key", 'k'),
                ("field-separator", 't'),
                ("human-numeric-sort", 'h'),
                ("ignore-case", 'f'),
                ("output", 'o'),
            ],
            stops: false,
        };
        let options = Options::parse(sys, argv, &known)?;
        self.flags = "nrufbdhgVcs".chars().filter(|letter| options.has(*letter)).collect();
        self.separator = options.value('t').and_then(|text| text.chars().next());
        self.output = options.value('o').cloned();
        for text in options.values('k') {
            let (from, to) = text.split_once(',').unwrap_or((text, ""));
            let number = |text: &str| {
                let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
                text[..end].parse::<usize>().ok()
            };
            let Some(first) = number(from).filter(|first| *first > 0) else {
                let text = if is_busybox(sys) {
                    format!("sort: invalid number '{text}'")
                } else {
                    format!(
                        "sort: invalid number at field start: invalid count at start of '{text}'"
                    )
                };
                sys.complain(&text);
                return Err(2);
            };
            let flags = from.chars().chain(to.chars()).filter(char::is_ascii_alphabetic).collect();
            self.keys.push(Key { first, last: number(to).unwrap_or(0), flags });
        }
        Ok(options.words)
    }

    fn piece(&mut self, _: &mut Sys<'_>, bytes: &[u8]) -> Flow {
        self.bytes += bytes.len() + 24;
        if self.bytes > super::super::limits::MEMORY_BYTES_MAX {
            self.too_much = true;
            return Flow::Stop;
        }
        let text = String::from_utf8_lossy(bytes);
        self.lines.push(text.strip_suffix('\n').unwrap_or(&text).to_owned());
        Flow::More
    }

    fn end(&mut self, sys: &mut Sys<'_>) -> i32 {
        if self.too_much {
            sys.complain("sort: memory exhausted");
            return 2;
        }
        let mut lines = std::mem::take(&mut self.lines);
        if self.flags.contains('c') {
            let place = lines.windows(2).position(|pair| self.compare(&pair[0], &pair[1]).is_gt());
            if let Some(place) = place {
                let text = &lines[place + 1];
                sys.complain(&format!("sort: -:{}: disorder: {text}", place + 2));
                return 1;
            }
            return 0;
        }
        lines.sort_by(|a, b| self.compare(a, b));
        if self.flags.contains('u') {
            lines.dedup_by(|a, b| self.compare_keys(a, b).is_eq());
        }
        let text: String = lines.into_iter().map(|line| line + "\n").collect();
        let Some(name) = self.output.clone() else {
            return i32::from(put(sys, "sort", text.as_bytes()) == Flow::Stop) * 2;
        };
        match sys.open(&name, OpenMode::Truncate) {
            Ok(id) => {
                sys.set_fd(100, Some(id));
                let _ = sys.write(100, text.as_bytes());
                0
            }
            Err(errno) => {
                sys.complain(&format!("sort: open failed: {name}: {errno}"));
                2
            }
        }
    }

    fn refusal(&self, name: &str, errno: Errno, busybox: bool) -> (String, i32) {
        let text = if busybox {
            format!("{name}: {errno}")
        } else {
            format!("cannot read: {name}: {errno}")
        };
        (text, 2)
    }

    fn copy(&self) -> Box<dyn Sieve> {
        Box::new(self.clone())
    }
}

impl Sort {
    fn compare(&self, a: &str, b: &str) -> Ordering {
        let by_keys = self.compare_keys(a, b);
        if by_keys.is_ne() || self.flags.contains('s') || self.flags.contains('u') {
            return by_keys;
        }
        let order = a.cmp(b);
        if self.flags.contains('r') { order.reverse() } else { order }
    }

    fn compare_keys(&self, a: &str, b: &str) -> Ordering {
        if self.keys.is_empty() {
            return by_flags(a, b, &self.flags);
        }
        for key in &self.keys {
            let flags = if key.flags.is_empty() { &self.flags } else { &key.flags };
            let order = by_flags(self.field(a, key), self.field(b, key), flags);
            if order.is_ne() {
                return order;
            }
        }
        Ordering::Equal
    }

    fn field<'t>(&self, line: &'t str, key: &Key) -> &'t str {
        let mut ends = vec![0];
        if let Some(separator) = self.separator {
            ends.extend(line.match_indices(separator).map(|(at, _)| at + separator.len_utf8()));
            let from = ends.get(key.first - 1).copied().unwrap_or(line.len());
            let to = if key.last == 0 { None } else { ends.get(key.last) };
            let to = to.map_or(line.len(), |to| to - separator.len_utf8());
            return line.get(from..to).unwrap_or("");
        }
        // A field begins with the blanks before it.
        let mut in_blank = true;
        for (at, c) in line.char_indices() {
            let blank = matches!(c, ' ' | '\t');
            if blank && !in_blank {
                ends.push(at);
            }
            in_blank = blank;
        }
        let from = ends.get(key.first - 1).copied().unwrap_or(line.len());
        let to = if key.last == 0 { None } else { ends.get(key.last) };
        line.get(from..to.copied().unwrap_or(line.len())).unwrap_or("")
    }
}

fn by_flags(a: &str, b: &str, flags: &str) -> Ordering {
    let trim = |text: &str| {
        if flags.contains('b') { text.trim_start().to_owned() } else { text.to_owned() }
    };
    let order = if flags.contains(['n', 'g', 'h']) {
        let human = flags.contains('h');
        number(a, human).total_cmp(&number(b, human))
    } else if flags.contains('V') {
        by_version(a, b)
    } else if flags.contains('f') {
        trim(a).to_ascii_uppercase().cmp(&trim(b).to_ascii_uppercase())
    } else if flags.contains('d') {
        let keep = |text: &str| text.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
        let (a, b): (String, String) = (keep(a), keep(b));
        a.cmp(&b)
    } else {
        trim(a).cmp(&trim(b))
    };
    if flags.contains('r') { order.reverse() } else { order }
}

fn number(text: &str, human: bool) -> f64 {
    let text = text.trim_start();
    let sign = usize::from(text.starts_with('-'));
    let end = text[sign..]
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .map_or(text.len(), |end| end + sign);
    let value = text[..end].parse::<f64>().unwrap_or(0.0);
    let unit = text[end..].chars().next().unwrap_or(' ').to_ascii_uppercase();
    let power = if human { " KMGTPE".find(unit).unwrap_or(0) } else { 0 };
    value * (0..power).fold(1.0, |factor, _| factor * 1024.0)
}

fn by_version(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (na, nb) = (digits(a), digits(b));
        if na > 0 && nb > 0 {
            let (x, y) = (a[..na].trim_start_matches('0'), b[..nb].trim_start_matches('0'));
            let order = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
            if order.is_ne() {
                return order;
            }
            (a, b) = (&a[na..], &b[nb..]);
            continue;
        }
        match (a.chars().next(), b.chars().next()) {
            (None, None) => return Ordering::Equal,
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(x), Some(y)) if x == y => (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]),
            (Some(x), Some(y)) => return x.cmp(&y),
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Translate {
    from: Vec<char>,
    to: Vec<char>,
    complement: bool,
    delete: bool,
    squeeze: bool,
    last: Option<char>,
    partial: Vec<u8>,
}

/// The characters that a set of `tr` means.
fn set(text: &str) -> Vec<char> {
    let mut plain: Vec<(char, bool)> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c == '\\' && !rest.is_empty() {
            let (chars, len) = escapes::one(rest, true);
            plain.extend(chars.iter().skip(usize::from(chars.len() > 1)).map(|c| (*c, true)));
            rest = &rest[len.min(rest.len())..];
        } else {
            plain.push((c, false));
        }
    }
    let mut result = Vec::new();
    let mut at = 0;
    while at < plain.len() {
        let (c, escaped) = plain[at];
        if c == '[' && !escaped && plain.get(at + 1) == Some(&(':', false)) {
            let rest: String = plain[at + 2..].iter().map(|(c, _)| *c).collect();
            if let Some((name, _)) = rest.split_once(":]") {
                result.extend((0..=127_u8).map(char::from).filter(|c| glob::is_in_class(name, *c)));
                at += name.chars().count() + 4;
                continue;
            }
        }
        match (plain.get(at + 1), plain.get(at + 2)) {
            (Some(('-', false)), Some((last, _))) if c <= *last => {
                result.extend((c..=*last).take(1 << 12));
                at += 3;
            }
            _ => {
                result.push(c);
                at += 1;
            }
        }
    }
    result
}

impl Sieve for Translate {
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<Vec<Rc<str>>, i32> {
        let known = Known {
            letters: "cCdst",
            long: &[("delete", 'd'), ("complement", 'c'), ("squeeze-repeats", 's')],
            stops: true,
        };
        let options = Options::parse(sys, argv, &known)?;
        self.complement = options.has('c') || options.has('C');
        self.delete = options.has('d');
        self.squeeze = options.has('s');
        let needs = if self.delete || self.squeeze { 1 } else { 2 };
        if options.words.len() < needs {
            if is_busybox(sys) {
                super::options::usage(sys, "tr");
                return Err(1);
            }
            let text = match options.words.first() {
                None => "tr: missing operand\nTry 'tr --help' for more information.".to_owned(),
                Some(word) => format!(
                    "tr: missing operand after '{word}'\nTwo strings must be given when \
                     translating.\nTry 'tr --help' for more information."
                ),
            };
            sys.complain(&text);
            return Err(1);
        }
        self.from = set(&options.words[0]);
        self.to = options.words.get(1).map(|text| set(text)).unwrap_or_default();
        Ok(Vec::new())
    }

    fn by_line(&self) -> bool {
        false
    }

    fn piece(&mut self, sys: &mut Sys<'_>, bytes: &[u8]) -> Flow {
        self.partial.extend(bytes);
        let valid = match std::str::from_utf8(&self.partial) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Ok(_) | Err(_) => self.partial.len(),
        };
        let text: Vec<u8> = self.partial.drain(..valid).collect();
        let text = String::from_utf8_lossy(&text).into_owned();
        let mut out = String::new();
        let translates = !self.delete && !self.to.is_empty();
        for c in text.chars() {
            let place = self.from.iter().position(|from| *from == c);
            let inside = place.is_some() != self.complement;
            if self.delete && inside {
                continue;
            }
            let mut shown = c;
            if translates && inside {
                let last = self.to.len() - 1;
                let at = if self.complement { last } else { place.unwrap_or(0).min(last) };
                shown = self.to[at];
            }
            let squeezed = match (translates || self.delete, self.to.is_empty()) {
                (true, false) => self.to.contains(&shown),
                _ => inside,
            };
            if self.squeeze && squeezed && self.last == Some(shown) {
                continue;
            }
            self.last = Some(shown);
            out.push(shown);
        }
        put(sys, "tr", out.as_bytes())
    }

    fn copy(&self) -> Box<dyn Sieve> {
        Box::new(self.clone())
    }
}

#[derive(Clone, Debug)]
struct Numbered(u64);

impl Sieve for Numbered {
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<Vec<Rc<str>>, i32> {
        Ok(Options::parse(sys, argv, &Known::letters("b:w:s:"))?.words)
    }

    fn piece(&mut self, sys: &mut Sys<'_>, bytes: &[u8]) -> Flow {
        let text = String::from_utf8_lossy(bytes);
        if text == "\n" {
            return put(sys, "nl", b"       \n");
        }
        self.0 += 1;
        put(sys, "nl", format!("{:6}\t{text}", self.0).as_bytes())
    }

    fn copy(&self) -> Box<dyn Sieve> {
        Box::new(self.clone())
    }
}
