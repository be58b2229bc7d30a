//! Parts of lines, and lines that are alike: `cut`, `uniq`.

use std::rc::Rc;

use super::super::task::Sys;
use super::Make;
use super::filter::{Filter, Flow, Sieve, put};
use super::options::{Known, Options, is_busybox};

pub(super) const TOOLS: &[(&str, Make)] = &[
    ("cut", Make::Long(|| Filter::make(Box::new(Cut::default())))),
    ("uniq", Make::Long(|| Filter::make(Box::new(Unique::default())))),
];

#[derive(Clone, Debug, Default)]
struct Cut {
    mode: char,
    ranges: Vec<(usize, usize)>,
    delimiter: String,
    output: Option<Rc<str>>,
    only: bool,
}

impl Sieve for Cut {
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<Vec<Rc<str>>, i32> {
        let known = Known {
            letters: "b:c:f:d:snO:",
            long: &[
                ("output-delimiter", 'O'),
                ("delimiter", 'd'),
                ("fields", 'f'),
                ("characters", 'c'),
                ("only-delimited", 's'),
            ],
            stops: false,
        };
        let options = Options::parse(sys, argv, &known)?;
        let Some(mode) = options.last_of("bcf") else {
            let text = if is_busybox(sys) {
                "cut: expected a list of bytes, characters, or fields"
            } else {
                "cut: you must specify a list of bytes, characters, or fields\n\
                 Try 'cut --help' for more information."
            };
            sys.complain(text);
            return Err(1);
        };
        self.mode = mode;
        self.only = options.has('s');
        self.output = options.value('O').cloned();
        self.delimiter =
            options.value('d').map_or("\t".to_owned(), std::string::ToString::to_string);
        let list = options.value(mode).cloned().unwrap_or_default();
        for item in list.split([',', ' ']) {
            let range = match item.split_once('-') {
                None => item.parse().ok().map(|n: usize| (n, n)),
                Some(("", b)) => b.parse().ok().map(|b| (1, b)),
                Some((a, "")) => a.parse().ok().map(|a| (a, usize::MAX)),
                Some((a, b)) => a.parse().ok().zip(b.parse().ok()),
            };
            if let Some(range) = range.filter(|(a, b)| *a > 0 && a <= b) {
                self.ranges.push(range);
            } else {
                let text = if is_busybox(sys) {
                    format!("cut: invalid number '{item}'")
                } else {
                    "cut: fields are numbered from 1\nTry 'cut --help' for more information."
                        .to_owned()
                };
                sys.complain(&text);
                return Err(1);
            }
        }
        Ok(options.words)
    }

    fn piece(&mut self, sys: &mut Sys<'_>, bytes: &[u8]) -> Flow {
        let text = String::from_utf8_lossy(bytes);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let wanted = |n: usize| self.ranges.iter().any(|(a, b)| (*a..=*b).contains(&n));
        let cut: String = match self.mode {
            'f' if !line.contains(&self.delimiter) => {
                if self.only {
                    return Flow::More;
                }
                line.to_owned()
            }
            'f' => {
                let fields = line.split(&self.delimiter).enumerate();
                let kept: Vec<&str> =
                    fields.filter(|(n, _)| wanted(n + 1)).map(|(_, field)| field).collect();
                kept.join(self.output.as_deref().unwrap_or(&self.delimiter))
            }
            'b' => {
                let bytes = line.bytes().enumerate().filter(|(n, _)| wanted(n + 1));
                String::from_utf8_lossy(&bytes.map(|(_, b)| b).collect::<Vec<u8>>()).into_owned()
            }
            _ => line.chars().enumerate().filter(|(n, _)| wanted(n + 1)).map(|(_, c)| c).collect(),
        };
        put(sys, "cut", format!("{cut}\n").as_bytes())
    }

    fn copy(&self) -> Box<dyn Sieve> {
        Box::new(self.clone())
    }
}

#[derive(Clone, Debug, Default)]
struct Unique {
    letters: String,
    last: Option<String>,
    count: u64,
}

impl Unique {
    fn show(&mut self, sys: &mut Sys<'_>) {
        let Some(line) = self.last.take() else { return };
        let wanted = match (self.letters.contains('d'), self.letters.contains('u')) {
            (true, false) => self.count > 1,
            (false, true) => self.count == 1,
            _ => true,
        };
        if wanted {
            let count = if self.letters.contains('c') {
                format!("{:7} ", self.count)
            } else {
                String::new()
            };
            let _ = sys.print(&format!("{count}{line}\n"));
        }
    }
}

impl Sieve for Unique {
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<Vec<Rc<str>>, i32> {
        let known = Known {
            letters: "cdui",
            long: &[("count", 'c'), ("repeated", 'd'), ("unique", 'u'), ("ignore-case", 'i')],
            stops: false,
        };
        let options = Options::parse(sys, argv, &known)?;
        self.letters = "cdui".chars().filter(|letter| options.has(*letter)).collect();
        Ok(options.words.into_iter().take(1).collect())
    }

    fn piece(&mut self, sys: &mut Sys<'_>, bytes: &[u8]) -> Flow {
        let text = String::from_utf8_lossy(bytes);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let ignore = self.letters.contains('i');
        let same = self
            .last
            .as_ref()
            .is_some_and(|last| last == line || ignore && last.eq_ignore_ascii_case(line));
        if same {
            self.count += 1;
        } else {
            self.show(sys);
            self.last = Some(line.to_owned());
            self.count = 1;
        }
        Flow::More
    }

    fn end(&mut self, sys: &mut Sys<'_>) -> i32 {
        self.show(sys);
        0
    }

    fn copy(&self) -> Box<dyn Sieve> {
        Box::new(self.clone())
    }
}
