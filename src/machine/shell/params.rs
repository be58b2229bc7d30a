//! Parameters: variables, arguments and the special ones.

use std::rc::Rc;

use super::code::{Alternative, Dialect, Edit, Quote};
use super::glob;
use super::shell::{Shell, Value, Var, option};
use super::task::{Step, Sys};

/// Why a value cannot be set.
pub(crate) struct ReadOnly;

impl Shell {
    /// A variable's or parameter's value.
    pub(crate) fn get(&self, name: &str) -> Option<Rc<str>> {
        if let Some(index) = name.strip_suffix(']') {
            let (name, index) = index.split_once('[')?;
            return self.element(name, index);
        }
        let first = name.bytes().next()?;
        if first.is_ascii_alphabetic() || first == b'_' {
            return self.variable(name);
        }
        let text = match name {
            "0" => return Some(Rc::clone(&self.name)),
            "@" | "*" => {
                let separator = self.first_separator();
                let args: Vec<&str> = self.args.iter().map(|arg| &**arg).collect();
                args.join(&separator)
            }
            "#" => self.args.len().to_string(),
            "?" => self.status.to_string(),
            "$" => self.pid.to_string(),
            "!" if self.last_background == 0 => return None,
            "!" => self.last_background.to_string(),
            "-" => self.flags(),
            number => {
                let index = number.parse::<usize>().ok()?.checked_sub(1)?;
                return self.args.get(index).cloned();
            }
        };
        Some(Rc::from(text))
    }

    fn variable(&self, name: &str) -> Option<Rc<str>> {
        let Some(var) = self.vars.get(name) else {
            return match name {
                "LINENO" => Some(Rc::from(self.line.to_string())),
                "RANDOM" if self.dialect != Dialect::Dash => {
                    Some(Rc::from((self.random >> 16 & 0x7fff).to_string()))
                }
                _ => None,
            };
        };
        match &var.list {
            Some(list) => list.first().cloned(),
            None => var.value.clone(),
        }
    }

    fn element(&self, name: &str, index: &str) -> Option<Rc<str>> {
        let var = self.vars.get(name)?;
        let single;
        let list = match (&var.list, &var.value) {
            (Some(list), _) => &list[..],
            (None, Some(value)) => {
                single = [Rc::clone(value)];
                &single[..]
            }
            _ => return None,
        };
        if matches!(index, "@" | "*") {
            let texts: Vec<&str> = list.iter().map(|text| &**text).collect();
            return (!list.is_empty()).then(|| Rc::from(texts.join(" ")));
        }
        let value = index.parse::<i64>().ok().or_else(|| {
            let name = index.strip_prefix('$').unwrap_or(index);
            self.get(name)?.parse().ok()
        })?;
        let at = if value < 0 { value + i64::try_from(list.len()).ok()? } else { value };
        list.get(usize::try_from(at).ok()?).cloned()
    }

    /// The elements that `name[@]` stands for.
    fn elements(&self, name: &str) -> Option<Vec<Rc<str>>> {
        let name = name.strip_suffix("[@]").or_else(|| name.strip_suffix("[*]"))?;
        Some(match self.vars.get(name) {
            Some(Var { list: Some(list), .. }) => list.to_vec(),
            Some(Var { value: Some(value), .. }) => vec![Rc::clone(value)],
            _ => Vec::new(),
        })
    }

    fn flags(&self) -> String {
        const LETTERS: [(u32, char); 9] = [
            (option::ALLEXPORT, 'a'),
            (option::ERREXIT, 'e'),
            (option::NOGLOB, 'f'),
            (option::INTERACTIVE, 'i'),
            (option::MONITOR, 'm'),
            (option::NOUNSET, 'u'),
            (option::VERBOSE, 'v'),
            (option::XTRACE, 'x'),
            (option::NOCLOBBER, 'C'),
        ];
        let mut flags: String =
            LETTERS.iter().filter(|(bit, _)| self.is(*bit)).map(|(_, letter)| *letter).collect();
        if self.bash() {
            flags = format!("{flags}hB");
        }
        if self.origin == super::shell::Origin::Command && self.dialect != Dialect::Dash {
            flags.push('c');
        }
        flags
    }

    /// The characters at which words are split.
    pub(crate) fn separators(&self) -> Rc<str> {
        self.get("IFS").unwrap_or_else(|| Rc::from(" \t\n"))
    }

    fn first_separator(&self) -> String {
        self.separators().chars().take(1).collect()
    }

    /// Adds a parameter to the word on top.
    pub(crate) fn push_parameter(&mut self, sys: &mut Sys<'_>, name: &str, quote: Quote) -> Step {
        if name == "RANDOM" {
            self.random = self.random.wrapping_mul(1_103_515_245).wrapping_add(12345);
        }
        let list = name == "@" || name == "*" && quote == Quote::Bare;
        if list || name.ends_with("[@]") || name.ends_with("[*]") && quote == Quote::Bare {
            let values = self.elements(name).unwrap_or_else(|| self.args.to_vec());
            if let Some(word) = self.words.last_mut() {
                word.push_list(values.iter(), quote);
            }
            return Step::Go;
        }
        match self.get(name) {
            Some(value) => {
                if let Some(word) = self.words.last_mut() {
                    word.push_value(&value, quote);
                }
                Step::Go
            }
            None if self.is(option::NOUNSET) && name != "*" => {
                let words = match self.dialect {
                    Dialect::Bash => format!("{name}: unbound variable"),
                    _ => format!("{name}: parameter not set"),
                };
                self.say(sys, &words);
                let status = if self.bash() { 127 } else { 2 };
                self.fail(sys, status)
            }
            None => {
                // Nothing in quotes is still a word.
                if let (Some(word), Quote::Quoted) = (self.words.last_mut(), quote) {
                    word.push_value("", quote);
                }
                Step::Go
            }
        }
    }

    /// The length of a parameter's value, or how many there are.
    pub(crate) fn length(&self, name: &str) -> usize {
        match name {
            "@" | "*" => self.args.len(),
            _ => match self.elements(name) {
                Some(elements) => elements.len(),
                None => self.get(name).map_or(0, |value| value.chars().count()),
            },
        }
    }

    /// `${name-word}` and its like: where the word is not wanted, it is jumped over.
    pub(crate) fn alternative(&mut self, sys: &mut Sys<'_>, what: &Alternative) -> Step {
        let value = match &*what.name {
            "@" | "*" if self.args.is_empty() => None,
            name => self.get(name),
        };
        let is_set = value.is_some_and(|value| !(what.colon && value.is_empty()));
        match (what.kind, is_set) {
            (b'+', true) | (b'-' | b'=' | b'?', false) => Step::Go,
            (b'+', false) => {
                self.pc += what.len;
                Step::Go
            }
            _ => {
                self.pc += what.len;
                self.push_parameter(sys, &what.name, what.quote)
            }
        }
    }

    /// The end of the word of `${name=word}`.
    pub(crate) fn assign_default(&mut self, sys: &mut Sys<'_>, what: &Alternative) -> Step {
        let value = self.words.pop().map(|word| word.joined()).unwrap_or_default();
        if self.assign(&what.name, Value::Text(Rc::from(value)), false).is_err() {
            return self.complain_readonly(sys, &what.name);
        }
        self.push_parameter(sys, &what.name, what.quote)
    }

    /// The end of the word of `${name?word}`.
    pub(crate) fn complain_unset(&mut self, sys: &mut Sys<'_>, what: &Alternative) -> Step {
        let text = self.words.pop().map(|word| word.joined()).unwrap_or_default();
        let name = &what.name;
        let words = match (text.is_empty(), what.colon, self.bash()) {
            (false, _, _) => format!("{name}: {text}"),
            (true, true, false) => format!("{name}: parameter not set or null"),
            (true, false, _) => format!("{name}: parameter not set"),
            (true, true, true) => format!("{name}: parameter null or not set"),
        };
        self.say(sys, &words);
        let status = if self.bash() { 127 } else { 2 };
        self.fail(sys, status)
    }

    /// The end of the words of `${name#word}` and its like.
    pub(crate) fn edit(&mut self, sys: &mut Sys<'_>, what: &Edit) -> Step {
        let start = self.words.len().saturating_sub(what.words);
        let words = self.words.split_off(start);
        let value = self.get(&what.name);
        if value.is_none() && self.is(option::NOUNSET) {
            return self.push_parameter(sys, &what.name, what.quote);
        }
        let value = value.unwrap_or_else(|| Rc::from(""));
        let pattern = words.first().map(super::expand::Builder::pattern).unwrap_or_default();
        let result = match what.op {
            "#" | "##" | "%" | "%%" => glob::trimmed(&value, &pattern, what.op),
            "/" | "//" | "/#" | "/%" => {
                let with = words.get(1).map(super::expand::Builder::joined).unwrap_or_default();
                glob::replaced(&value, &pattern, &with, what.op)
            }
            ":" => {
                let texts: Vec<String> = words.iter().map(super::expand::Builder::joined).collect();
                match self.substring(&value, &what.name, &texts) {
                    Ok(text) => text,
                    Err(words) => {
                        self.say(sys, &words);
                        return self.fail(sys, 1);
                    }
                }
            }
            case => {
                let upper = case.starts_with('^');
                let change = |c: char| {
                    if upper { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
                };
                let all = case.len() == 2;
                value
                    .chars()
                    .enumerate()
                    .map(|(n, c)| if all || n == 0 { change(c) } else { c })
                    .collect()
            }
        };
        if let Some(word) = self.words.last_mut() {
            word.push_value(&result, what.quote);
        }
        Step::Go
    }

    fn substring(&mut self, value: &str, name: &str, texts: &[String]) -> Result<String, String> {
        let chars: Vec<char> = value.chars().collect();
        let len = i64::try_from(chars.len()).unwrap_or(i64::MAX);
        let number = |shell: &mut Self, text: &str| super::arith::evaluate(shell, text);
        let first = number(self, texts.first().map_or("0", |text| text))?;
        let start = if first < 0 { len + first } else { first };
        if start < 0 || start > len {
            return Ok(String::new());
        }
        let end = match texts.get(1) {
            None => len,
            Some(text) => {
                let count = number(self, text)?;
                if count < 0 { len + count } else { start.saturating_add(count).min(len) }
            }
        };
        if end < start {
            let text = texts.get(1).map_or("", |text| text.trim());
            return Err(format!("{name}: {text}: substring expression < 0"));
        }
        let at = |n: i64| usize::try_from(n).unwrap_or(0);
        Ok(chars[at(start)..at(end)].iter().collect())
    }

    /// Sets a variable.
    pub(crate) fn assign(
        &mut self,
        name: &str,
        value: Value,
        append: bool,
    ) -> Result<(), ReadOnly> {
        let export = self.is(option::ALLEXPORT);
        let (name, index) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
            Some((name, index)) => (name, index.parse::<usize>().ok()),
            None => (name, None),
        };
        let vars = Rc::make_mut(&mut self.vars);
        if vars.get(name).is_none() {
            vars.insert(Rc::from(name), Var::default());
        }
        let Some(var) = vars.get_mut(name) else { return Ok(()) };
        if var.readonly {
            return Err(ReadOnly);
        }
        var.exported |= export;
        match (value, index) {
            (Value::Text(text), Some(index)) if index < 10_000 => {
                let list = Rc::make_mut(var.list.get_or_insert_default());
                if list.len() <= index {
                    list.resize(index + 1, Rc::from(""));
                }
                list[index] = text;
            }
            (Value::Text(text), _) => {
                let old = var.value.take().filter(|_| append);
                let whole = match old {
                    Some(old) if old.len() + text.len() <= super::limits::MEMORY_BYTES_MAX => {
                        Rc::from(format!("{old}{text}"))
                    }
                    _ => text,
                };
                match &mut var.list {
                    Some(list) if !list.is_empty() => Rc::make_mut(list)[0] = whole,
                    _ => var.value = Some(whole),
                }
            }
            (Value::List(items), _) => {
                let list = Rc::make_mut(var.list.get_or_insert_default());
                if !append {
                    list.clear();
                }
                list.extend(items);
            }
        }
        Ok(())
    }

    /// Says that a variable may not be set, and fails.
    pub(crate) fn complain_readonly(&mut self, sys: &mut Sys<'_>, name: &str) -> Step {
        let words = match self.dialect {
            Dialect::Bash => format!("{name}: readonly variable"),
            _ => format!("{name}: is read only"),
        };
        self.say(sys, &words);
        let status = if self.bash() { 1 } else { 2 };
        self.fail(sys, status)
    }

    /// Takes a variable away.
    pub(crate) fn unset(&mut self, name: &str) -> Result<(), ReadOnly> {
        if self.vars.get(name).is_some_and(|var| var.readonly) {
            return Err(ReadOnly);
        }
        Rc::make_mut(&mut self.vars).remove(name);
        Ok(())
    }

    /// Puts variables back as they were.
    pub(crate) fn put_back(&mut self, saved: Vec<(Rc<str>, Option<Var>)>) {
        for (name, var) in saved.into_iter().rev() {
            let vars = Rc::make_mut(&mut self.vars);
            match var {
                Some(var) => vars.insert(name, var),
                None => vars.remove(&name),
            };
        }
    }

    /// An error that ends a script, and a line of an interactive shell.
    pub(crate) fn fail(&mut self, sys: &mut Sys<'_>, status: i32) -> Step {
        if self.is(option::INTERACTIVE) {
            self.abandon(sys);
            self.status = status;
            return Step::Go;
        }
        self.leave(sys, status)
    }
}
