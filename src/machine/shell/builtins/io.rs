//! `echo`, `printf`, `cd`, `pwd`, `umask`, `kill`, `test`: what is a tool as well.

use std::rc::Rc;

use super::super::code::Dialect;
use super::super::escapes;
use super::super::shell::{Shell, Value};
use super::super::signal;
use super::super::task::{Step, Sys};
use crate::machine::fs::errno::Errno;

/// What `echo` prints.
pub(crate) fn echo(args: &[Rc<str>], dialect: Dialect) -> String {
    let mut rest = args;
    let mut newline = true;
    // `dash` always reads backslashes, and knows only `-n`.
    let mut escapes = dialect == Dialect::Dash;
    while let Some(word) = rest.first() {
        let letters = word.strip_prefix('-').unwrap_or("");
        let known = if dialect == Dialect::Dash {
            letters == "n"
        } else {
            !letters.is_empty() && letters.bytes().all(|letter| b"neE".contains(&letter))
        };
        if !known {
            break;
        }
        newline &= !letters.contains('n');
        if let Some(last) = letters.chars().rev().find(|letter| *letter != 'n') {
            escapes = last == 'e';
        }
        rest = &rest[1..];
    }
    let mut text = rest.join(" ");
    if escapes {
        let (unescaped, stopped) = unescape(&text);
        text = unescaped;
        newline &= !stopped;
    }
    if newline {
        text.push('\n');
    }
    text
}

/// A text without its backslash sequences, and whether `\c` ended it.
pub(crate) fn unescape(text: &str) -> (String, bool) {
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        result.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if rest.starts_with('c') {
            return (result, true);
        }
        // Octal numbers begin with a zero here.
        let octal = rest.strip_prefix('0').filter(|rest| rest.starts_with(|c: char| c.is_digit(8)));
        let skip = usize::from(octal.is_some());
        let (chars, len) = escapes::one(octal.unwrap_or(rest), false);
        result.extend(chars);
        rest = &rest[(skip + len).min(rest.len())..];
    }
    result.push_str(rest);
    (result, false)
}

pub(super) fn echo_builtin(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let text = echo(&args[1..], shell.dialect);
    written(shell, sys, &args[0], &text)
}

fn written(shell: &mut Shell, sys: &mut Sys<'_>, name: &str, text: &str) -> Step {
    match sys.print(text) {
        Ok(()) => shell.done(0),
        Err(errno) => {
            let words = match shell.dialect {
                Dialect::Dash => format!("{name}: {name}: I/O error"),
                _ => format!("{name}: write error: {errno}"),
            };
            shell.refuse(sys, &words, 1)
        }
    }
}

pub(super) fn printf_builtin(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let mut rest = &args[1..];
    let mut name = None;
    if shell.bash() && rest.first().is_some_and(|word| &**word == "-v") {
        name = rest.get(1).cloned();
        rest = rest.get(2..).unwrap_or(&[]);
    }
    let rest = rest.strip_prefix(&[Rc::from("--")]).unwrap_or(rest);
    let Some((format, rest)) = rest.split_first() else {
        let words = match shell.dialect {
            Dialect::Dash => "usage: printf format [arg ...]".to_owned(),
            Dialect::Bash => "printf: usage: printf [-v var] format [arguments]".to_owned(),
            Dialect::Busybox => "usage: printf FORMAT [ARGUMENT...]".to_owned(),
        };
        if !shell.bash() {
            return shell.refuse(sys, &format!("printf: {words}"), 2);
        }
        sys.complain(&words);
        return shell.done(2);
    };
    let printed = super::printf::print(format, rest, shell.dialect);
    for words in &printed.errors {
        shell.say(sys, &format!("printf: {words}"));
    }
    if let Some(name) = name {
        let status = printed.status();
        let _ = shell.assign(&name, Value::Text(Rc::from(printed.text)), false);
        return shell.done(status);
    }
    let status = printed.status();
    let step = written(shell, sys, "printf", &printed.text);
    shell.status = shell.status.max(status);
    step
}

/// `test` and `[`.
pub(super) fn test(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let (status, words) = super::test::run(sys, args);
    if let Some(words) = words {
        let name = &args[0];
        shell.say(sys, &format!("{name}: {words}"));
    }
    shell.done(status)
}

/// A path without `.` and `..`, links as they are written.
pub(crate) fn normalized(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

pub(super) fn cd(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let mut physical = false;
    let mut words: Vec<Rc<str>> = Vec::new();
    for word in &args[1..] {
        match &**word {
            "-P" => physical = true,
            "-L" | "--" => {}
            _ => words.push(Rc::clone(word)),
        }
    }
    if words.len() > 1 && shell.bash() {
        return shell.refuse(sys, "cd: too many arguments", 1);
    }
    let target = match words.first() {
        None => match shell.get("HOME") {
            Some(home) => home,
            None if shell.bash() => return shell.refuse(sys, "cd: HOME not set", 1),
            None => return shell.done(0),
        },
        Some(word) if &**word == "-" => match shell.get("OLDPWD") {
            Some(old) => {
                let _ = sys.print(&format!("{old}\n"));
                old
            }
            None if shell.bash() => return shell.refuse(sys, "cd: OLDPWD not set", 1),
            None => return shell.done(0),
        },
        Some(word) => Rc::clone(word),
    };
    let mut wanted = if target.starts_with('/') {
        normalized(&target)
    } else {
        normalized(&format!("{}/{target}", sys.me.cwd))
    };
    let view = sys.view();
    let result = match view.stat(&wanted) {
        Err(errno) => Err(errno),
        Ok(_) if !view.is_directory(&wanted) => Err(Errno::Enotdir),
        Ok(_) => view.access(&wanted, 1),
    };
    if let Err(errno) = result {
        let words = match shell.dialect {
            Dialect::Bash => format!("cd: {target}: {errno}"),
            Dialect::Dash => format!("cd: can't cd to {target}"),
            Dialect::Busybox => format!("cd: can't cd to {target}: {errno}"),
        };
        return shell.refuse(sys, &words, if shell.bash() { 1 } else { 2 });
    }
    if physical {
        wanted = sys.view().real_path(&wanted).unwrap_or(wanted);
    }
    let old = std::mem::replace(&mut sys.me.cwd, Rc::from(wanted.as_str()));
    let _ = shell.assign("OLDPWD", Value::Text(old), false);
    let _ = shell.assign("PWD", Value::Text(Rc::from(wanted)), false);
    shell.done(0)
}

pub(super) fn pwd(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let mut cwd = sys.me.cwd.to_string();
    if args.get(1).is_some_and(|word| &**word == "-P") {
        cwd = sys.view().real_path(&cwd).unwrap_or(cwd);
    }
    written(shell, sys, "pwd", &format!("{cwd}\n"))
}

pub(super) fn umask(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    match args.get(1).map(|word| &**word) {
        None => {
            let _ = sys.print(&format!("{:04o}\n", sys.me.umask));
        }
        Some("-S") => {
            let part = |shift: u16| {
                let bits = !(sys.me.umask >> shift) & 7;
                let letters = [(4, 'r'), (2, 'w'), (1, 'x')];
                let set = letters.iter().filter(|(bit, _)| bits & bit != 0);
                set.map(|(_, letter)| *letter).collect::<String>()
            };
            let text = format!("u={},g={},o={}\n", part(6), part(3), part(0));
            let _ = sys.print(&text);
        }
        Some(text) => {
            let all = !sys.me.umask & 0o777;
            let mask =
                u16::from_str_radix(text, 8).ok().filter(|mask| *mask <= 0o777).or_else(|| {
                    let mode = super::super::tools::mode::symbolic(text, all, false, 0)?;
                    Some(!mode & 0o777)
                });
            if let Some(mask) = mask {
                sys.me.umask = mask;
            } else {
                let words = match shell.dialect {
                    Dialect::Bash if text.starts_with(|c: char| c.is_ascii_digit()) => {
                        format!("umask: {text}: octal number out of range")
                    }
                    Dialect::Bash => format!("umask: `{text}': invalid symbolic mode operator"),
                    Dialect::Dash => format!("umask: Illegal number: {text}"),
                    Dialect::Busybox => format!("umask: illegal mode: {text}"),
                };
                return shell.refuse(sys, &words, if shell.bash() { 1 } else { 2 });
            }
        }
    }
    shell.done(0)
}

pub(super) fn kill_builtin(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    // `%1` names a job.
    let mut words = args.to_vec();
    for word in &mut words[1..] {
        if let Some(index) = word.strip_prefix('%').and_then(|text| text.parse::<usize>().ok())
            && let Some(job) = index.checked_sub(1).and_then(|index| shell.jobs.get(index))
        {
            *word = Rc::from(job.pid.to_string());
        }
    }
    let (status, complaints) = kill(sys, &words);
    for text in complaints {
        shell.say(sys, &format!("kill: {text}"));
    }
    shell.done(status)
}

/// Sends signals: the status, and what to complain of.
pub(crate) fn kill(sys: &mut Sys<'_>, args: &[Rc<str>]) -> (i32, Vec<String>) {
    let mut number = signal::TERM;
    let mut pids = Vec::new();
    let mut words = args[1..].iter();
    let unknown = |name: &str| {
        let text = match sys.me.dialect {
            Dialect::Dash => format!("Illegal option -{}", name.chars().next().unwrap_or('?')),
            Dialect::Busybox => format!("bad signal name '{name}'"),
            Dialect::Bash => format!("{name}: invalid signal specification"),
        };
        (1, vec![text])
    };
    while let Some(word) = words.next() {
        match &**word {
            "-l" | "-L" => return (list_signals(sys, words.next()), Vec::new()),
            "-s" | "-n" => {
                let name = words.next().cloned().unwrap_or_default();
                match signal::number(&name) {
                    Some(found) => number = found,
                    None => return unknown(&name),
                }
            }
            "--" => {}
            text if text.starts_with('-') && pids.is_empty() => match signal::number(&text[1..]) {
                Some(found) => number = found,
                None => return unknown(&text[1..]),
            },
            text => pids.push(text.to_owned()),
        }
    }
    if pids.is_empty() {
        let text = match sys.me.dialect {
            Dialect::Bash => {
                "usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l \
                 [sigspec]"
            }
            Dialect::Dash => "Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]...",
            Dialect::Busybox => "you need to specify whom to kill",
        };
        return (if sys.me.dialect == Dialect::Busybox { 1 } else { 2 }, vec![text.to_owned()]);
    }
    let mut status = 0;
    let mut complaints = Vec::new();
    for text in pids {
        match signal_one(sys, &text, number) {
            Ok(()) => {}
            Err(words) => {
                complaints.push(words);
                status = 1;
            }
        }
    }
    (status, complaints)
}

fn signal_one(sys: &mut Sys<'_>, text: &str, number: u8) -> Result<(), String> {
    let dialect = sys.me.dialect;
    let Ok(pid) = text.trim_start_matches('-').parse::<u32>() else {
        return Err(match dialect {
            Dialect::Bash => format!("{text}: arguments must be process or job IDs"),
            Dialect::Dash => format!("Illegal number: {text}"),
            Dialect::Busybox => format!("invalid number '{text}'"),
        });
    };
    let own = pid == sys.me.pid || pid == 0;
    if own {
        if number > 0 {
            sys.me.pending.push(number);
        }
        return Ok(());
    }
    let uid = sys.me.user.uid;
    let owner = sys.kernel.task(pid).map(|task| task.me.user.uid).or_else(|| {
        let others = sys.host.other_processes();
        others.iter().find(|process| process.pid == pid).map(|process| process.uid)
    });
    let refused = |text: &str| match dialect {
        Dialect::Bash => format!("({pid}) - {text}"),
        Dialect::Dash => text.to_owned(),
        Dialect::Busybox => format!("can't kill pid {pid}: {text}"),
    };
    match owner {
        None => Err(refused("No such process")),
        Some(owner) if uid != 0 && owner != uid => Err(refused("Operation not permitted")),
        Some(_) => {
            let _ = sys.kernel.signal(pid, number) || sys.host.signal(pid, number);
            Ok(())
        }
    }
}

fn list_signals(sys: &mut Sys<'_>, wanted: Option<&Rc<str>>) -> i32 {
    if let Some(text) = wanted {
        let number =
            text.parse::<u16>().ok().map(|number| u8::try_from(number & 0x7f).unwrap_or(0));
        let line = match number {
            Some(number) => signal::name(number).to_owned(),
            None => signal::number(text).unwrap_or(0).to_string(),
        };
        let _ = sys.print(&format!("{line}\n"));
        return 0;
    }
    let mut text = String::new();
    for number in 1..=31_u8 {
        let name = signal::name(number);
        text = match sys.me.dialect {
            Dialect::Bash => {
                let end = if number % 5 == 0 { "\n" } else { "\t" };
                format!("{text}{number:2}) SIG{name}{end}")
            }
            Dialect::Dash => format!("{text}{name}\n"),
            Dialect::Busybox => format!("{text}{number:2}) {name}\n"),
        };
    }
    let _ = sys.print(&format!("{}\n", text.trim_end()));
    0
}
