//! Tools that wait: `sleep`, `yes`.

use std::rc::Rc;

use super::super::code::Dialect;
use super::super::task::{Step, Sys, Tool, Wait};
use super::Make;
use crate::api::time::SimTime;

pub(super) const TOOLS: &[(&str, Make)] = &[
    ("sleep", Make::Long(|| Box::new(Sleep::default()))),
    ("usleep", Make::Long(|| Box::new(Sleep::default()))),
    ("yes", Make::Long(|| Box::new(Yes(None)))),
    ("pause", Make::Long(|| Box::new(Sleep { until: Some(SimTime(u64::MAX)) }))),
];

/// The longest sleep: 136 years.
const LONGEST_MS: u64 = u32::MAX as u64 * 1000;

/// Seconds as milliseconds, within bounds.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded before")]
pub(crate) fn milliseconds(seconds: f64) -> u64 {
    if seconds.is_nan() || seconds <= 0.0 {
        return 0;
    }
    if seconds >= 4.0e9 {
        return LONGEST_MS;
    }
    ((seconds * 1000.0).ceil() as u64).min(LONGEST_MS)
}

/// The time that `sleep`'s words mean; the word that is none.
pub(super) fn duration(words: &[Rc<str>]) -> Result<u64, Rc<str>> {
    let mut sum = 0_u64;
    for word in words {
        if matches!(&**word, "infinity" | "inf") {
            return Ok(LONGEST_MS);
        }
        let end = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
        let factor = match &word[end..] {
            "" | "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            _ => return Err(Rc::clone(word)),
        };
        let seconds = word[..end].parse::<f64>().map_err(|_| Rc::clone(word))?;
        sum = sum.saturating_add(milliseconds(seconds * factor)).min(LONGEST_MS);
    }
    Ok(sum)
}

#[derive(Clone, Debug, Default)]
struct Sleep {
    until: Option<SimTime>,
}

impl Tool for Sleep {
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        if let Some(until) = self.until {
            let over = sys.host.now() >= until;
            return if over { Step::Done(0) } else { Step::Wait(Wait::Until(until)) };
        }
        let words = Rc::clone(&sys.me.argv);
        let busybox = sys.me.dialect == Dialect::Busybox;
        if words.len() < 2 {
            let text = if busybox {
                "BusyBox v1.36.1 () multi-call binary.\n\nUsage: sleep [N]...\n\nPause for a time \
                 equal to the total of the args given, where each arg can\nhave an optional suffix \
                 of (s)econds, (m)inutes, (h)ours, or (d)ays"
            } else {
                "sleep: missing operand\nTry 'sleep --help' for more information."
            };
            sys.complain(text);
            return Step::Done(1);
        }
        match duration(&words[1..]) {
            Ok(ms) => {
                self.until = Some(sys.host.now() + ms);
                Step::Go
            }
            Err(word) => {
                let text = if busybox {
                    format!("sleep: invalid number '{word}'")
                } else {
                    format!(
                        "sleep: invalid time interval '{word}'\n\
                         Try 'sleep --help' for more information."
                    )
                };
                sys.complain(&text);
                Step::Done(1)
            }
        }
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}

/// Prints the same line until nobody reads it.
#[derive(Clone, Debug)]
struct Yes(Option<Rc<[u8]>>);

impl Tool for Yes {
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        let Some(block) = self.0.clone() else {
            let line =
                if sys.me.argv.len() > 1 { sys.me.argv[1..].join(" ") } else { "y".to_owned() };
            let line = format!("{line}\n");
            self.0 = Some(Rc::from(line.repeat(1 + 4096 / line.len()).into_bytes()));
            return Step::Go;
        };
        match sys.write(1, &block) {
            Ok(()) => Step::Go,
            Err(errno) => {
                let text = if sys.me.dialect == Dialect::Busybox {
                    format!("yes: {errno}")
                } else {
                    format!("yes: standard output: {errno}")
                };
                sys.complain(&text);
                Step::Done(1)
            }
        }
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}
