//! Options of tools, as `getopt` reads them.

use std::rc::Rc;

use super::super::code::Dialect;
use super::super::task::Sys;

/// A tool's options and what is left.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    flags: Vec<(char, Rc<str>)>,
    /// What is no option.
    pub(crate) words: Vec<Rc<str>>,
}

/// What a tool knows.
pub(crate) struct Known {
    /// The letters; a colon behind one says that it takes a value.
    pub(crate) letters: &'static str,
    /// Long names, each with its letter.
    pub(crate) long: &'static [(&'static str, char)],
    /// Whether the first word that is no option ends them.
    pub(crate) stops: bool,
}

impl Known {
    /// Letters only.
    pub(crate) const fn letters(letters: &'static str) -> Self {
        Self { letters, long: &[], stops: false }
    }

    fn takes_value(&self, letter: char) -> bool {
        self.letters.split(letter).nth(1).is_some_and(|rest| rest.starts_with(':'))
    }

    fn has(&self, letter: char) -> bool {
        letter != ':' && self.letters.contains(letter)
    }
}

impl Options {
    /// Reads the words behind a tool's name. An unknown option is said, and is the status.
    pub(crate) fn parse(sys: &mut Sys<'_>, argv: &[Rc<str>], known: &Known) -> Result<Self, i32> {
        let mut options = Self::default();
        let name = argv[0].rsplit('/').next().unwrap_or("").to_owned();
        let mut words = argv[1..].iter();
        while let Some(word) = words.next() {
            if &**word == "--" {
                options.words.extend(words.cloned());
                break;
            }
            if let Some(long) = word.strip_prefix("--") {
                let (long, value) = match long.split_once('=') {
                    Some((long, value)) => (long, Some(Rc::from(value))),
                    None => (long, None),
                };
                let found = known.long.iter().find(|(known, _)| known.starts_with(long));
                let Some((_, letter)) = found else {
                    return Err(refuse(sys, &name, &format!("unrecognized option '{word}'")));
                };
                let value = match value {
                    None if known.takes_value(*letter) => words.next().cloned(),
                    value => value,
                };
                options.flags.push((*letter, value.unwrap_or_default()));
                continue;
            }
            if !word.starts_with('-') || word.len() == 1 {
                options.words.push(Rc::clone(word));
                if known.stops {
                    options.words.extend(words.cloned());
                    break;
                }
                continue;
            }
            for (at, letter) in word.char_indices().skip(1) {
                if !known.has(letter) {
                    return Err(refuse(sys, &name, &format!("invalid option -- '{letter}'")));
                }
                if !known.takes_value(letter) {
                    options.flags.push((letter, Rc::from("")));
                    continue;
                }
                let rest = &word[at + letter.len_utf8()..];
                let value =
                    if rest.is_empty() { words.next().cloned() } else { Some(Rc::from(rest)) };
                let Some(value) = value else {
                    let text = format!("option requires an argument -- '{letter}'");
                    return Err(refuse(sys, &name, &text));
                };
                options.flags.push((letter, value));
                break;
            }
        }
        Ok(options)
    }

    /// Whether an option is given.
    pub(crate) fn has(&self, letter: char) -> bool {
        self.flags.iter().any(|(known, _)| *known == letter)
    }

    /// The value of an option, the last if it is given often.
    pub(crate) fn value(&self, letter: char) -> Option<&Rc<str>> {
        self.flags.iter().rev().find(|(known, _)| *known == letter).map(|(_, value)| value)
    }

    /// All values of an option.
    pub(crate) fn values(&self, letter: char) -> impl Iterator<Item = &Rc<str>> {
        self.flags.iter().filter(move |(known, _)| *known == letter).map(|(_, value)| value)
    }

    /// Which of these options is given last.
    pub(crate) fn last_of(&self, letters: &str) -> Option<char> {
        self.flags.iter().rev().map(|(letter, _)| *letter).find(|letter| letters.contains(*letter))
    }
}

/// Whether the tool is busybox'.
pub(crate) fn is_busybox(sys: &Sys<'_>) -> bool {
    sys.me.dialect == Dialect::Busybox
}

/// Says what is wrong with a tool's words; its status.
pub(crate) fn refuse(sys: &mut Sys<'_>, name: &str, what: &str) -> i32 {
    if is_busybox(sys) {
        sys.complain(&format!("{name}: {what}"));
        usage(sys, name);
        return if name == "grep" { 2 } else { 1 };
    }
    sys.complain(&format!("{name}: {what}\nTry '{name} --help' for more information."));
    if matches!(name, "ls" | "grep" | "sort") { 2 } else { 1 }
}

/// The first lines of busybox' help.
pub(crate) fn usage(sys: &mut Sys<'_>, name: &str) {
    sys.complain(&format!("BusyBox v1.36.1 () multi-call binary.\n\nUsage: {name}"));
}

/// Says that a word is missing; the status.
pub(crate) fn missing(sys: &mut Sys<'_>, name: &str) -> i32 {
    if is_busybox(sys) {
        usage(sys, name);
        return 1;
    }
    sys.complain(&format!("{name}: missing operand\nTry '{name} --help' for more information."));
    1
}
