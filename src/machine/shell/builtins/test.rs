//! `test`, `[` and `[[`.

use std::rc::Rc;

use super::super::code::Dialect;
use super::super::kernel::Kind;
use super::super::shell::Shell;
use super::super::task::Sys;
use crate::machine::fs::inode::FileKind;

/// The status of `test` with its words (the first is its name), and what to complain of.
pub(crate) fn run(sys: &mut Sys<'_>, args: &[Rc<str>]) -> (i32, Option<String>) {
    let mut words = &args[1..];
    let name = args[0].rsplit('/').next().unwrap_or("test");
    if name.starts_with('[') {
        let close = if name == "[[" { "]]" } else { "]" };
        match words.split_last() {
            Some((last, rest)) if &**last == close => words = rest,
            _ => {
                let text = match sys.me.dialect {
                    Dialect::Bash => format!("missing `{close}'"),
                    Dialect::Dash | Dialect::Busybox => format!("missing {close}"),
                };
                return (2, Some(text));
            }
        }
    }
    let mut reader = Reader { sys, words, at: 0, depth: 0 };
    match reader.whole() {
        Ok(holds) => (i32::from(!holds), None),
        Err(text) => (2, Some(text)),
    }
}

const BINARY: [&str; 15] = [
    "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", "=~",
];

struct Reader<'a, 'b> {
    sys: &'a mut Sys<'b>,
    words: &'a [Rc<str>],
    at: usize,
    depth: u32,
}

impl Reader<'_, '_> {
    fn whole(&mut self) -> Result<bool, String> {
        match self.words.len() {
            0 => return Ok(false),
            1 => return Ok(!self.words[0].is_empty()),
            // With few words what they are is clear without looking at what they say.
            3 if BINARY.contains(&&*self.words[1]) => {
                let words = self.words;
                return self.binary(&words[0], &words[1], &words[2]);
            }
            _ => {}
        }
        let holds = self.any()?;
        match self.words.get(self.at) {
            None => Ok(holds),
            Some(word) => Err(self.unknown(word)),
        }
    }

    fn unknown(&self, word: &str) -> String {
        match self.sys.me.dialect {
            Dialect::Bash if self.words.len() == 2 => {
                format!("{}: unary operator expected", self.words[0])
            }
            Dialect::Bash if self.words.len() == 3 => {
                format!("{}: binary operator expected", self.words[1])
            }
            Dialect::Bash => "too many arguments".to_owned(),
            Dialect::Dash if self.words.len() == 2 => {
                format!("{}: unexpected operator", self.words[0])
            }
            Dialect::Dash => format!("{word}: unexpected operator"),
            Dialect::Busybox => format!("{word}: unknown operand"),
        }
    }

    fn any(&mut self) -> Result<bool, String> {
        let mut holds = self.all()?;
        while self.words.get(self.at).is_some_and(|word| matches!(&**word, "-o" | "||")) {
            self.at += 1;
            holds |= self.all()?;
        }
        Ok(holds)
    }

    fn all(&mut self) -> Result<bool, String> {
        let mut holds = self.term()?;
        while self.words.get(self.at).is_some_and(|word| matches!(&**word, "-a" | "&&")) {
            self.at += 1;
            holds &= self.term()?;
        }
        Ok(holds)
    }

    fn term(&mut self) -> Result<bool, String> {
        self.depth += 1;
        if self.depth > 200 {
            return Err("too many levels".to_owned());
        }
        let Some(word) = self.words.get(self.at).cloned() else {
            return Err("argument expected".to_owned());
        };
        let left = self.words.len() - self.at;
        if &*word == "!" && left > 1 {
            self.at += 1;
            return self.term().map(|holds| !holds);
        }
        if left > 2 && BINARY.contains(&&*self.words[self.at + 1]) {
            let words = self.words;
            self.at += 3;
            return self.binary(&word, &words[self.at - 2], &words[self.at - 1]);
        }
        if &*word == "(" && left > 1 {
            self.at += 1;
            let holds = self.any()?;
            if self.words.get(self.at).is_none_or(|word| &**word != ")") {
                return Err("closing paren expected".to_owned());
            }
            self.at += 1;
            return Ok(holds);
        }
        if is_unary(&word) && left > 1 {
            let operand = Rc::clone(&self.words[self.at + 1]);
            self.at += 2;
            return Ok(unary_holds(self.sys, &word, &operand));
        }
        self.at += 1;
        Ok(!word.is_empty())
    }

    fn binary(&mut self, left: &str, sign: &str, right: &str) -> Result<bool, String> {
        let (a, b) = match sign {
            "=" => return Ok(left == right),
            // In `[[ ]]` of `ash` the right side is a pattern; `test` compares.
            "==" if self.sys.me.dialect != Dialect::Dash => return Ok(left == right),
            "!=" => return Ok(left != right),
            "<" => return Ok(left < right),
            ">" => return Ok(left > right),
            "-nt" | "-ot" | "-ef" => return Ok(files_compare(self.sys, left, sign, right)),
            "==" | "=~" => return Err(self.unknown(sign)),
            _ => (self.number(left)?, self.number(right)?),
        };
        Ok(compare(a, sign, b))
    }

    fn number(&self, text: &str) -> Result<i64, String> {
        text.trim().parse().map_err(|_| match self.sys.me.dialect {
            Dialect::Bash => format!("{text}: integer expression expected"),
            Dialect::Dash => format!("Illegal number: {text}"),
            Dialect::Busybox => format!("{text}: bad number"),
        })
    }
}

fn compare(a: i64, sign: &str, b: i64) -> bool {
    match sign {
        "-eq" => a == b,
        "-ne" => a != b,
        "-lt" => a < b,
        "-le" => a <= b,
        "-gt" => a > b,
        _ => a >= b,
    }
}

fn is_unary(word: &str) -> bool {
    matches!(word.as_bytes(), [b'-', letter] if b"abcdefghknoprstuvwxzGLNOSR".contains(letter))
        && word != "-a"
        && word != "-o"
}

fn files_compare(sys: &mut Sys<'_>, left: &str, sign: &str, right: &str) -> bool {
    let view = sys.view();
    let (a, b) = (view.stat(left).ok(), view.stat(right).ok());
    match (a, b, sign) {
        (Some(a), Some(b), "-ef") => a.file == b.file,
        (Some(a), Some(b), "-nt") => a.mtime > b.mtime,
        (Some(a), Some(b), _) => a.mtime < b.mtime,
        (Some(_), None, "-nt") | (None, Some(_), "-ot") => true,
        _ => false,
    }
}

fn unary_holds(sys: &mut Sys<'_>, sign: &str, operand: &str) -> bool {
    if sign == "-t" {
        let fd = operand.parse().ok().and_then(|fd| sys.me.fd(fd));
        let kind = fd.and_then(|id| sys.kernel.get(id));
        return sys.kernel.tty && matches!(kind, Some(Kind::Input | Kind::Output(_)));
    }
    let uid = sys.me.user.uid;
    let view = sys.view();
    match sign {
        "-z" => return operand.is_empty(),
        "-n" => return !operand.is_empty(),
        "-r" => return view.access(operand, 4).is_ok(),
        "-w" => return view.access(operand, 2).is_ok(),
        "-x" => return view.access(operand, 1).is_ok(),
        "-L" | "-h" => {
            return view.lstat(operand).is_ok_and(|stat| stat.kind == FileKind::Symlink);
        }
        _ => {}
    }
    let Ok(stat) = view.stat(operand) else { return false };
    match sign {
        "-e" | "-a" => true,
        "-s" => stat.size > 0,
        "-O" => stat.uid == uid,
        "-u" => stat.mode & 0o4000 != 0,
        "-g" => stat.mode & 0o2000 != 0,
        "-k" => stat.mode & 0o1000 != 0,
        _ => match stat.kind {
            FileKind::File => sign == "-f",
            FileKind::Directory => sign == "-d",
            FileKind::CharDevice => sign == "-c",
            FileKind::BlockDevice => sign == "-b",
            FileKind::Fifo => sign == "-p",
            FileKind::Socket => sign == "-S",
            FileKind::Symlink => false,
        },
    }
}

/// `[[ -x word ]]`: the status.
pub(crate) fn unary(shell: &mut Shell, sys: &mut Sys<'_>, sign: &str, operand: &str) -> i32 {
    let holds = match sign {
        "-v" => shell.get(operand).is_some(),
        "-o" => super::set::named(operand).is_some_and(|bit| shell.is(bit)),
        _ => unary_holds(sys, sign, operand),
    };
    i32::from(!holds)
}

/// `[[ word op word ]]`: the status.
pub(crate) fn double(
    shell: &mut Shell,
    sys: &mut Sys<'_>,
    left: &str,
    sign: &str,
    right: &str,
) -> i32 {
    let holds = match sign {
        "==" | "=" => super::super::glob::matches(right, left),
        "!=" => !super::super::glob::matches(right, left),
        "=~" => return expression(shell, sys, left, right),
        "<" => left < right,
        ">" => left > right,
        "-nt" | "-ot" | "-ef" => files_compare(sys, left, sign, right),
        _ => {
            let a = super::super::arith::evaluate(shell, left);
            let b = super::super::arith::evaluate(shell, right);
            match (a, b) {
                (Ok(a), Ok(b)) => compare(a, sign, b),
                (Err(words), _) | (_, Err(words)) => {
                    shell.say(sys, &format!("[[: {words}"));
                    return 1;
                }
            }
        }
    };
    i32::from(!holds)
}

fn expression(shell: &mut Shell, sys: &mut Sys<'_>, left: &str, right: &str) -> i32 {
    use super::super::regex::{Regex, Syntax};
    let Ok(regex) = Regex::new(right, Syntax::Extended, false) else {
        let _ = sys;
        return 2;
    };
    let found = regex.find(left, 0);
    let groups = found.as_ref().map(|found| found.groups(left)).unwrap_or_default();
    let list = groups.into_iter().map(Rc::from).collect();
    let _ = shell.assign("BASH_REMATCH", super::super::shell::Value::List(list), false);
    i32::from(found.is_none())
}
