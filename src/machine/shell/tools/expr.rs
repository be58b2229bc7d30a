//! `expr`.

use std::rc::Rc;

use super::super::regex::{Regex, Syntax};
use super::super::task::Sys;
use super::Make;
use super::options::{is_busybox, missing};

pub(super) const TOOLS: &[(&str, Make)] = &[("expr", Make::Plain(expr))];

fn expr(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    if argv.len() < 2 {
        return missing(sys, "expr").max(2);
    }
    let mut reader = Expression { words: &argv[1..], at: 0, depth: 0 };
    let result = reader.level(0).and_then(|value| match reader.words.get(reader.at) {
        None => Ok(value),
        Some(word) if is_busybox(sys) => {
            let _ = word;
            Err("syntax error".to_owned())
        }
        Some(word) => Err(format!("syntax error: unexpected argument '{word}'")),
    });
    match result {
        Ok(value) => {
            let _ = sys.print(&format!("{value}\n"));
            i32::from(value.is_empty() || value.trim_start_matches('-').bytes().all(|b| b == b'0'))
        }
        Err(text) => {
            let text = if is_busybox(sys) { text.replace("integer", "numeric") } else { text };
            sys.complain(&format!("expr: {text}"));
            2
        }
    }
}

struct Expression<'a> {
    words: &'a [Rc<str>],
    at: usize,
    depth: u32,
}

const LEVELS: [&[&str]; 6] = [
    &["|"],
    &["&"],
    &["=", "==", "!=", "<", "<=", ">", ">="],
    &["+", "-"],
    &["*", "/", "%"],
    &[":"],
];

impl Expression<'_> {
    fn level(&mut self, level: usize) -> Result<String, String> {
        let Some(signs) = LEVELS.get(level) else { return self.primary() };
        let mut left = self.level(level + 1)?;
        while let Some(sign) = self.words.get(self.at).filter(|word| signs.contains(&&***word)) {
            let sign = sign.to_string();
            self.at += 1;
            let right = self.level(level + 1)?;
            left = operate(&left, &sign, &right)?;
        }
        Ok(left)
    }

    fn primary(&mut self) -> Result<String, String> {
        let Some(word) = self.words.get(self.at).cloned() else {
            return Err("syntax error: missing argument".to_owned());
        };
        self.at += 1;
        self.depth += 1;
        if self.depth > 2_000 {
            return Err("too many levels".to_owned());
        }
        let mut next = || {
            self.at += 1;
            self.words.get(self.at - 1).map(std::string::ToString::to_string).unwrap_or_default()
        };
        match &*word {
            "(" => {
                if self.depth > 100 {
                    return Err("too many levels".to_owned());
                }
                let value = self.level(0)?;
                if self.words.get(self.at).is_none_or(|word| &**word != ")") {
                    return Err("syntax error: expecting ')'".to_owned());
                }
                self.at += 1;
                Ok(value)
            }
            "length" => Ok(next().chars().count().to_string()),
            "match" => {
                let (text, pattern) = (next(), next());
                operate(&text, ":", &pattern)
            }
            "index" => {
                let (text, set) = (next(), next());
                let at = text.chars().position(|c| set.contains(c)).map_or(0, |at| at + 1);
                Ok(at.to_string())
            }
            "substr" => {
                let (text, from, len) = (next(), next(), next());
                let from = from.parse::<usize>().unwrap_or(0);
                let len = len.parse::<usize>().unwrap_or(0);
                let skip = from.saturating_sub(1);
                Ok(if from == 0 {
                    String::new()
                } else {
                    text.chars().skip(skip).take(len).collect()
                })
            }
            word => Ok(word.to_owned()),
        }
    }
}

fn operate(left: &str, sign: &str, right: &str) -> Result<String, String> {
    let numbers = left.parse::<i64>().ok().zip(right.parse::<i64>().ok());
    let is_null = |text: &str| text.is_empty() || text == "0";
    let truth = |holds: bool| Ok(i64::from(holds).to_string());
    match sign {
        "|" => return Ok(if is_null(left) { right.to_owned() } else { left.to_owned() }),
        "&" => {
            return Ok(if is_null(left) || is_null(right) {
                "0".to_owned()
            } else {
                left.to_owned()
            });
        }
        ":" => {
            let regex = Regex::new(right, Syntax::Basic, false).map_err(str::to_owned)?;
            let found = regex.find(left, 0).filter(|found| found.range().0 == 0);
            let groups = right.contains("\\(");
            return Ok(match found {
                Some(found) if groups => found.group(left, 1).to_owned(),
                Some(found) => left[..found.range().1].chars().count().to_string(),
                None if groups => String::new(),
                None => "0".to_owned(),
            });
        }
        _ => {}
    }
    let order = numbers.map_or_else(|| left.cmp(right), |(a, b)| a.cmp(&b));
    match sign {
        "=" | "==" => return truth(order.is_eq()),
        "!=" => return truth(order.is_ne()),
        "<" => return truth(order.is_lt()),
        "<=" => return truth(order.is_le()),
        ">" => return truth(order.is_gt()),
        ">=" => return truth(order.is_ge()),
        _ => {}
    }
    let (a, b) = numbers.ok_or("non-integer argument")?;
    let value = match sign {
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        _ if b == 0 => return Err("division by zero".to_owned()),
        "/" => a.checked_div(b),
        _ => a.checked_rem(b),
    };
    value.map(|value| value.to_string()).ok_or_else(|| "integer result too large".to_owned())
}
