//! What is part of the shell.

mod flow;
mod io;
mod jobs;
pub(crate) mod printf;
pub(crate) mod read;
pub(crate) mod set;
pub(crate) mod test;
mod vars;

use std::rc::Rc;

use super::code::Dialect;
use super::shell::Shell;
use super::task::{Step, Sys};

pub(crate) use io::{echo, kill, normalized};

/// A command that is part of the shell: it sets the status, or pushes a frame that will.
pub(crate) type Builtin = fn(&mut Shell, &mut Sys<'_>, &[Rc<str>]) -> Step;

/// All of them: which shells have it (`a`sh, `d`ash, `b`ash), and what it does.
const ALL: &[(&str, &str, Builtin)] = &[
    (".", "adb", flow::dot),
    (":", "adb", flow::nothing),
    ("[", "adb", io::test),
    ("[[", "a", io::test),
    ("alias", "adb", vars::alias),
    ("bg", "adb", jobs::foreground),
    ("break", "adb", flow::leave_loop),
    ("builtin", "b", flow::command),
    ("cd", "adb", io::cd),
    ("chdir", "ad", io::cd),
    ("command", "adb", flow::command),
    ("continue", "adb", flow::leave_loop),
    ("declare", "b", vars::export),
    ("echo", "adb", io::echo_builtin),
    ("eval", "adb", flow::eval),
    ("exec", "adb", flow::exec),
    ("exit", "adb", flow::exit),
    ("export", "adb", vars::export),
    ("false", "adb", flow::fails),
    ("fg", "adb", jobs::foreground),
    ("getopts", "adb", vars::getopts),
    ("hash", "adb", flow::nothing),
    ("help", "ab", jobs::help),
    ("history", "ab", flow::nothing),
    ("jobs", "adb", jobs::jobs),
    ("kill", "adb", io::kill_builtin),
    ("let", "ab", vars::evaluate),
    ("local", "adb", vars::local),
    ("logout", "b", flow::exit),
    ("printf", "adb", io::printf_builtin),
    ("pwd", "adb", io::pwd),
    ("read", "adb", read::read),
    ("readonly", "adb", vars::export),
    ("return", "adb", flow::give_back),
    ("set", "adb", set::set),
    ("shift", "adb", vars::shift),
    ("shopt", "b", flow::nothing),
    ("source", "ab", flow::dot),
    ("test", "adb", io::test),
    ("times", "adb", jobs::times),
    ("trap", "adb", flow::trap),
    ("true", "adb", flow::nothing),
    ("type", "adb", flow::kind),
    ("typeset", "b", vars::export),
    ("ulimit", "adb", jobs::ulimit),
    ("umask", "adb", io::umask),
    ("unalias", "adb", flow::nothing),
    ("unset", "adb", vars::unset),
    ("wait", "adb", jobs::wait),
];

const SPECIAL: [&str; 16] = [
    ".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set",
    "shift", "times", "trap", "unset", "source",
];

/// The part of the shell of that name.
pub(crate) fn find(name: &str, dialect: Dialect) -> Option<Builtin> {
    let letter = match dialect {
        Dialect::Busybox => 'a',
        Dialect::Dash => 'd',
        Dialect::Bash => 'b',
    };
    let (_, _, builtin) =
        ALL.iter().find(|(known, who, _)| *known == name && who.contains(letter))?;
    Some(*builtin)
}

/// Whether it is one of POSIX' special ones, whose errors end a script.
pub(crate) fn is_special(name: &str) -> bool {
    SPECIAL.contains(&name)
}

impl Shell {
    /// The command ended with that status.
    pub(crate) fn done(&mut self, status: i32) -> Step {
        self.status = status;
        Step::Go
    }

    /// Says something in a command's name, and ends it.
    pub(crate) fn refuse(&mut self, sys: &mut Sys<'_>, words: &str, status: i32) -> Step {
        self.say(sys, words);
        self.done(status)
    }
}

/// A word as the shell would have to be given it.
pub(crate) fn quoted(text: &str, dialect: Dialect) -> String {
    if dialect == Dialect::Dash {
        return text.to_owned();
    }
    let marks = if dialect == Dialect::Bash { "_./-:=,@%+" } else { "_./-:,@%+]" };
    let plain = |c: char| c.is_alphanumeric() || marks.contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    match dialect {
        Dialect::Bash if text.contains('\n') => {
            format!("$'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"))
        }
        Dialect::Bash => format!("'{}'", text.replace('\'', "'\\''")),
        _ => format!("'{}'", text.replace('\'', "'\"'\"'")),
    }
}
