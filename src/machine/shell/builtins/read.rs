//! `read`: a line into variables.

use std::rc::Rc;

use super::super::code::Dialect;
use super::super::kernel::Read;
use super::super::parse::is_name;
use super::super::shell::{Frame, Shell, Value};
use super::super::task::{Step, Sys, Wait};
use crate::api::time::SimTime;

/// A line that is being read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    names: Vec<Rc<str>>,
    raw: bool,
    fd: u8,
    until: Option<SimTime>,
    /// `-n`: no more than so many characters.
    most: Option<usize>,
    list: bool,
    text: String,
}

pub(super) fn read(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let mut reading = Reading {
        names: Vec::new(),
        raw: false,
        fd: 0,
        until: None,
        most: None,
        list: false,
        text: String::new(),
    };
    let mut words = args[1..].iter();
    while let Some(word) = words.next() {
        let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
            reading.names.push(Rc::clone(word));
            reading.names.extend(words.cloned());
            break;
        };
        for letter in letters.chars() {
            match letter {
                'r' => reading.raw = true,
                's' | 'e' | '-' => {}
                'a' => reading.list = true,
                'p' | 't' | 'n' | 'u' | 'd' | 'N' => {
                    let value = words.next().cloned().unwrap_or_default();
                    match letter {
                        'p' => {
                            let _ = sys.write(2, value.as_bytes());
                        }
                        't' => {
                            let seconds = value.parse::<f64>().unwrap_or(0.0);
                            let ms = super::super::tools::sleep::milliseconds(seconds);
                            reading.until = Some(sys.host.now() + ms);
                        }
                        'n' | 'N' => reading.most = value.parse().ok(),
                        'u' => reading.fd = value.parse().unwrap_or(0),
                        _ => {}
                    }
                }
                other => {
                    let words = match shell.dialect {
                        Dialect::Bash => format!("read: -{other}: invalid option"),
                        Dialect::Dash => format!("read: Illegal option -{other}"),
                        Dialect::Busybox => format!("read: illegal option -{other}"),
                    };
                    return shell.refuse(sys, &words, 2);
                }
            }
        }
    }
    if reading.names.is_empty() {
        if shell.dialect == Dialect::Dash {
            return shell.refuse(sys, "read: arg count", 2);
        }
        reading.names.push(Rc::from("REPLY"));
    }
    if let Some(name) = reading.names.iter().find(|name| !is_name(name)) {
        let words = match shell.dialect {
            Dialect::Bash => format!("read: `{name}': not a valid identifier"),
            Dialect::Dash => format!("read: {name}: bad variable name"),
            Dialect::Busybox => format!("read: '{name}': bad variable name"),
        };
        return shell.refuse(sys, &words, if shell.bash() { 1 } else { 2 });
    }
    shell.frames.push(Frame::Read(reading));
    Step::Go
}

/// Goes on with the `read` on top of the stack.
pub(crate) fn go_on(shell: &mut Shell, sys: &mut Sys<'_>) -> Option<Step> {
    let Some(Frame::Read(reading)) = shell.frames.last_mut() else { return None };
    let fd = reading.fd;
    let step = match sys.read_line(fd) {
        Ok(Read::Data(data)) => {
            reading.text.push_str(&String::from_utf8_lossy(&data));
            if reading.text.len() > super::super::limits::MEMORY_BYTES_MAX {
                1
            } else if reading.most.is_some_and(|most| reading.text.chars().count() >= most) {
                let most = reading.most.unwrap_or(0);
                reading.text = reading.text.chars().take(most).collect();
                0
            } else if !reading.text.ends_with('\n') || !reading.raw && continues(&mut reading.text)
            {
                return Some(Step::Go);
            } else {
                0
            }
        }
        Ok(Read::Wait) => match reading.until {
            Some(time) if sys.host.now() >= time => 142,
            Some(time) => return Some(Step::Wait(Wait::Until(time))),
            None => {
                let id = sys.me.fd(fd).unwrap_or(0);
                return Some(Step::Wait(Wait::Read(id)));
            }
        },
        Ok(Read::End) => 1,
        Err(errno) => {
            shell.frames.pop();
            let words = format!("read: {fd}: invalid file descriptor: {errno}");
            shell.refuse(sys, &words, 1);
            return Some(Step::Go);
        }
    };
    let Some(Frame::Read(reading)) = shell.frames.pop() else { return None };
    shell.status = if step == 142 && !shell.bash() { 1 } else { step };
    assign(shell, reading);
    Some(Step::Go)
}

/// Whether a backslash joins the line with the next; it is taken away then.
fn continues(text: &mut String) -> bool {
    let line = text.strip_suffix('\n').unwrap_or(text);
    let backslashes = line.len() - line.trim_end_matches('\\').len();
    if backslashes.is_multiple_of(2) {
        return false;
    }
    let len = line.len() - 1;
    text.truncate(len);
    true
}

fn assign(shell: &mut Shell, reading: Reading) {
    let text = reading.text.strip_suffix('\n').unwrap_or(&reading.text);
    let separators = shell.separators();
    // Characters behind a backslash do not separate.
    let mut chars: Vec<(char, bool)> = Vec::new();
    let mut source = text.chars();
    while let Some(c) = source.next() {
        match (c, reading.raw) {
            ('\\', false) => chars.extend(source.next().map(|c| (c, true))),
            _ => chars.push((c, false)),
        }
    }
    let blank = |(c, quoted): &(char, bool)| {
        !quoted && separators.contains(*c) && matches!(c, ' ' | '\t' | '\n')
    };
    let separates = |(c, quoted): &(char, bool)| !quoted && separators.contains(*c);
    let text_of = |chars: &[(char, bool)]| chars.iter().map(|(c, _)| *c).collect::<String>();
    let mut rest: &[(char, bool)] = &chars;
    let trim = |mut rest: &[(char, bool)]| {
        let skip = rest.iter().take_while(|c| blank(c)).count();
        rest = &rest[skip..];
        rest.len()
    };
    let mut fields = Vec::new();
    let most = if reading.list { usize::MAX } else { reading.names.len() };
    rest = &rest[rest.len() - trim(rest)..];
    while !rest.is_empty() && fields.len() + 1 < most {
        let end = rest.iter().position(&separates).unwrap_or(rest.len());
        fields.push(text_of(&rest[..end]));
        rest = &rest[end..];
        rest = &rest[rest.len() - trim(rest)..];
        if rest.first().is_some_and(&separates) {
            rest = &rest[1..];
            rest = &rest[rest.len() - trim(rest)..];
        }
    }
    if !rest.is_empty() && !reading.list {
        let end = rest.len() - rest.iter().rev().take_while(|c| blank(c)).count();
        let mut last = &rest[..end];
        // One separator at the end belongs to the only field before it.
        if let Some((c, inner)) = last.split_last()
            && separates(c)
            && !inner.iter().any(separates)
        {
            last = inner;
        }
        fields.push(text_of(last));
    }
    if reading.list {
        let items = fields.into_iter().map(Rc::from).collect();
        let _ = shell.assign(&reading.names[0], Value::List(items), false);
        return;
    }
    for (index, name) in reading.names.iter().enumerate() {
        let value = fields.get(index).map_or("", |field| field);
        let _ = shell.assign(name, Value::Text(Rc::from(value)), false);
    }
}
