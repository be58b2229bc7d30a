//! What changes where the shell goes on.

use std::rc::Rc;

use super::super::code::Dialect;
use super::super::launch;
use super::super::shell::{Frame, Origin, Shell, option};
use super::super::signal;
use super::super::task::{SIGNALLED, Step, Sys};
use super::quoted;

pub(super) fn nothing(shell: &mut Shell, _: &mut Sys<'_>, _: &[Rc<str>]) -> Step {
    shell.done(0)
}

pub(super) fn fails(shell: &mut Shell, _: &mut Sys<'_>, _: &[Rc<str>]) -> Step {
    shell.done(1)
}

/// A number that may be missing; the error is the shell's.
fn number(shell: &Shell, args: &[Rc<str>], missing: i64) -> Result<i64, String> {
    let Some(text) = args.get(1) else { return Ok(missing) };
    text.trim().parse().map_err(|_| match shell.dialect {
        Dialect::Bash => format!("{}: {text}: numeric argument required", args[0]),
        Dialect::Dash => format!("{}: Illegal number: {text}", args[0]),
        Dialect::Busybox => format!("{}: illegal number: {text}", args[0]),
    })
}

pub(super) fn exit(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    if shell.is(option::INTERACTIVE) {
        let word = if shell.bash() { "exit\n" } else { "" };
        let _ = sys.write(2, word.as_bytes());
    }
    match number(shell, args, i64::from(shell.status)) {
        Ok(status) => shell.leave(sys, i32::try_from(status & 0xff).unwrap_or(0)),
        Err(words) => {
            shell.say(sys, &words);
            shell.leave(sys, 2)
        }
    }
}

pub(super) fn give_back(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    match number(shell, args, i64::from(shell.status)) {
        Ok(status) => {
            let status = i32::try_from(status & 0xff).unwrap_or(0);
            shell.return_from(sys, status)
        }
        Err(words) => {
            shell.say(sys, &words);
            shell.return_from(sys, 2)
        }
    }
}

impl Shell {
    /// Leaves the function or the sourced script.
    pub(crate) fn return_from(&mut self, sys: &mut Sys<'_>, status: i32) -> Step {
        let is_end = |frame: &Frame| match frame {
            Frame::Call { .. } => true,
            Frame::Source(source) => source.origin == Origin::Dot,
            _ => false,
        };
        if !self.frames.iter().any(is_end) {
            if self.is_child {
                return self.leave(sys, status);
            }
            if self.bash() {
                let words = "return: can only `return' from a function or sourced script";
                return self.refuse(sys, words, 2);
            }
            return self.leave(sys, status);
        }
        while let Some(frame) = self.frames.last() {
            let ends = is_end(frame);
            self.pop_frame(sys);
            if ends {
                break;
            }
        }
        self.done(status)
    }
}

/// `break` and `continue`.
pub(super) fn leave_loop(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let count = match number(shell, args, 1) {
        Ok(count) if count > 0 => count,
        Ok(count) => {
            let words = match shell.dialect {
                Dialect::Bash => format!("{}: {count}: loop count out of range", args[0]),
                Dialect::Dash => format!("{}: Illegal number: {count}", args[0]),
                Dialect::Busybox => format!("{}: illegal number: {count}", args[0]),
            };
            shell.say(sys, &words);
            return if shell.bash() { shell.done(1) } else { shell.fail(sys, 2) };
        }
        Err(words) => return shell.refuse(sys, &words, 2),
    };
    let loops: Vec<usize> = shell
        .frames
        .iter()
        .enumerate()
        .rev()
        .take_while(|(_, frame)| !matches!(frame, Frame::Call { .. }))
        .filter(|(_, frame)| matches!(frame, Frame::Loop { .. }))
        .map(|(at, _)| at)
        .collect();
    let wanted = usize::try_from(count).unwrap_or(usize::MAX).min(loops.len());
    let Some(at) = wanted.checked_sub(1).and_then(|index| loops.get(index)).copied() else {
        if shell.bash() {
            let words =
                format!("{}: only meaningful in a `for', `while', or `until' loop", args[0]);
            shell.say(sys, &words);
        }
        return shell.done(0);
    };
    while shell.frames.len() > at + 1 {
        shell.pop_frame(sys);
    }
    if let Some(Frame::Loop { next, end, status, marks, .. }) = shell.frames.last_mut() {
        *status = 0;
        let (next, end, marks) = (*next, *end, *marks);
        shell.return_to(marks);
        shell.pc = if &*args[0] == "break" { end } else { next };
    }
    shell.done(0)
}

pub(super) fn eval(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    if shell.frames.len() > super::super::limits::FRAMES_MAX {
        // A real shell runs out of stack and is killed.
        return shell.leave(sys, SIGNALLED | 0xb);
    }
    let text = args[1..].join(" ");
    shell.status = 0;
    shell.enter(Rc::from(text), Origin::Eval);
    Step::Go
}

pub(super) fn dot(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let Some(name) = args.get(1) else {
        let words = match shell.dialect {
            Dialect::Bash => format!("{}: filename argument required", args[0]),
            Dialect::Dash => return shell.done(0),
            Dialect::Busybox => format!("{}: usage: . filename [arguments]", args[0]),
        };
        return shell.refuse(sys, &words, 2);
    };
    let found = if name.contains('/') {
        name.to_string()
    } else {
        let path = shell.get("PATH").unwrap_or_else(|| Rc::from(launch::DEFAULT_PATH));
        let in_path = path.split(':').map(|directory| format!("{directory}/{name}"));
        let here = if shell.dialect == Dialect::Dash { None } else { Some(name.to_string()) };
        let mut all = in_path.chain(here);
        match all.find(|path| sys.view().exists(path)) {
            Some(path) => path,
            None if shell.bash() => name.to_string(),
            None => {
                shell.say(sys, &format!("{}: {name}: not found", args[0]));
                return shell.fail(sys, if shell.dialect == Dialect::Dash { 2 } else { 127 });
            }
        }
    };
    let text = match launch::script_text(sys, &found) {
        Ok(text) => text,
        Err(errno) => {
            let words = match shell.dialect {
                Dialect::Bash => format!("{name}: {errno}"),
                Dialect::Dash => format!("{}: cannot open {name}: No such file", args[0]),
                Dialect::Busybox => format!("{}: can't open '{name}': {errno}", args[0]),
            };
            shell.say(sys, &words);
            return if shell.bash() { shell.done(1) } else { shell.fail(sys, 2) };
        }
    };
    if shell.frames.len() > super::super::limits::FRAMES_MAX {
        return shell.refuse(sys, "too many nested scripts", 1);
    }
    shell.status = 0;
    shell.enter(text, Origin::Dot);
    if args.len() > 2 {
        let args = std::mem::replace(&mut shell.args, Rc::from(&args[2..]));
        if let Some(Frame::Source(source)) = shell.frames.last_mut() {
            source.args = Some(args);
        }
    }
    Step::Go
}

pub(super) fn exec(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let rest = args[1..].strip_prefix(&[Rc::from("--")]).unwrap_or(&args[1..]);
    if rest.is_empty() {
        return shell.done(0);
    }
    shell.replace(sys, rest)
}

/// `command name …`, `command -v name`.
pub(super) fn command(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    match args.get(1).map(|word| &**word) {
        Some("-v") => kind_of(shell, sys, &args[2..], false),
        Some("-V") => kind_of(shell, sys, &args[2..], true),
        Some(_) => {
            let skip = if &*args[1] == "-p" || &*args[1] == "--" { 2 } else { 1 };
            let rest: Vec<Rc<str>> = args[skip..].to_vec();
            if rest.is_empty() {
                return shell.done(0);
            }
            // As it is, but functions do not count.
            if let Some(builtin) = super::find(&rest[0], shell.dialect) {
                return builtin(shell, sys, &rest);
            }
            let hidden = std::mem::take(&mut shell.functions);
            shell.commands.push(super::super::shell::Pending { argv: rest, ..Default::default() });
            let step = shell.run_command(sys);
            shell.functions = hidden;
            step
        }
        None => shell.done(0),
    }
}

pub(super) fn kind(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    kind_of(shell, sys, &args[1..], true)
}

const KEYWORDS: [&str; 16] = [
    "if", "then", "else", "elif", "fi", "case", "esac", "for", "while", "until", "do", "done",
    "in", "{", "}", "!",
];

fn kind_of(shell: &mut Shell, sys: &mut Sys<'_>, names: &[Rc<str>], long: bool) -> Step {
    let mut status = 0;
    for name in names {
        let path = shell.get("PATH");
        let text = if KEYWORDS.contains(&&**name) {
            if long { format!("{name} is a shell keyword") } else { name.to_string() }
        } else if shell.functions.get(&**name).is_some() {
            let word = if shell.bash() { "function" } else { "shell function" };
            if long { format!("{name} is a {word}") } else { name.to_string() }
        } else if super::find(name, shell.dialect).is_some() {
            let special = super::is_special(name) && !shell.bash();
            let word = if special { "special shell builtin" } else { "shell builtin" };
            if long { format!("{name} is a {word}") } else { name.to_string() }
        } else if let Ok(found) = launch::find(sys, name, path.as_deref()) {
            if long { format!("{name} is {found}") } else { found }
        } else {
            status = if shell.dialect == Dialect::Bash { 1 } else { 127 };
            if long {
                let words = format!("{name}: not found");
                if shell.bash() {
                    shell.say(sys, &format!("type: {words}"));
                } else {
                    let _ = sys.print(&format!("{words}\n"));
                }
            }
            continue;
        };
        let _ = sys.print(&format!("{text}\n"));
    }
    shell.done(status)
}

pub(super) fn trap(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let args = args[1..].strip_prefix(&[Rc::from("--")]).unwrap_or(&args[1..]);
    let Some((action, signals)) = args.split_first() else {
        for (number, text) in shell.traps.iter() {
            let prefix = if shell.bash() && *number > 0 { "SIG" } else { "" };
            let quote = if shell.bash() { "'\\''" } else { "'\"'\"'" };
            let text = text.replace('\'', quote);
            let _ = sys.print(&format!("trap -- '{text}' {prefix}{}\n", signal::name(*number)));
        }
        return shell.done(0);
    };
    // A number first, or a single word, takes traps away.
    let resets = &**action == "-" || signals.is_empty() || action.parse::<u8>().is_ok();
    let signals = if &**action == "-" || !resets { signals } else { args };
    let mut status = 0;
    for name in signals {
        let known = shell.dialect != Dialect::Dash || !name.to_ascii_uppercase().starts_with("SIG");
        let Some(number) = signal::number(name).filter(|_| known) else {
            if shell.dialect == Dialect::Dash {
                sys.complain(&format!("trap: {name}: bad trap"));
                status = 1;
                continue;
            }
            let words = format!("trap: {name}: invalid signal specification");
            shell.say(sys, &words);
            status = 1;
            continue;
        };
        let traps = Rc::make_mut(&mut shell.traps);
        let bit = 1_u64.checked_shl(u32::from(number)).unwrap_or(0);
        sys.me.ignored &= !bit;
        if resets {
            traps.remove(&number);
        } else {
            if action.is_empty() && number > 0 {
                sys.me.ignored |= bit;
            }
            traps.insert(number, Rc::clone(action));
        }
    }
    let _ = quoted;
    shell.done(status)
}
