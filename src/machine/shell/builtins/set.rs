//! `set`: options and arguments.

use std::rc::Rc;

use super::super::code::Dialect;
use super::super::shell::{Shell, option};
use super::super::task::{Step, Sys};
use super::quoted;

/// Options by letter and name.
const OPTIONS: [(char, &str, u32); 12] = [
    ('e', "errexit", option::ERREXIT),
    ('u', "nounset", option::NOUNSET),
    ('x', "xtrace", option::XTRACE),
    ('f', "noglob", option::NOGLOB),
    ('C', "noclobber", option::NOCLOBBER),
    ('n', "noexec", option::NOEXEC),
    ('a', "allexport", option::ALLEXPORT),
    ('v', "verbose", option::VERBOSE),
    ('m', "monitor", option::MONITOR),
    ('b', "notify", 0),
    ('h', "hashall", 0),
    ('\0', "pipefail", option::PIPEFAIL),
];

/// The bit of an option by its letter.
pub(crate) fn letter(letter: char) -> Option<u32> {
    OPTIONS.iter().find(|(known, _, _)| *known == letter && letter != '\0').map(|(_, _, bit)| *bit)
}

/// The bit of an option by its name.
pub(crate) fn named(name: &str) -> Option<u32> {
    match name {
        "emacs" | "vi" | "posix" | "ignoreeof" | "nolog" | "physical" | "errtrace" => Some(0),
        _ => OPTIONS.iter().find(|(_, known, _)| *known == name).map(|(_, _, bit)| *bit),
    }
}

pub(super) fn set(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    if args.len() == 1 {
        let mut text = String::new();
        for (name, var) in shell.vars.iter() {
            if let Some(value) = &var.value {
                let value = match shell.dialect {
                    Dialect::Bash => quoted(value, shell.dialect),
                    _ => format!("'{}'", value.replace('\'', "'\"'\"'")),
                };
                text = format!("{text}{name}={value}\n");
            }
        }
        let _ = sys.print(&text);
        return shell.done(0);
    }
    let mut rest = &args[1..];
    while let Some(word) = rest.first() {
        if !word.starts_with(['-', '+']) || word.len() == 1 && &**word != "-" {
            break;
        }
        rest = &rest[1..];
        if matches!(&**word, "--" | "-") {
            shell.args = Rc::from(rest);
            return shell.done(0);
        }
        let on = word.starts_with('-');
        for letter_of in word[1..].chars() {
            let bit = if letter_of == 'o' {
                let Some(name) = rest.first() else {
                    show_options(shell, sys, on);
                    return shell.done(0);
                };
                rest = &rest[1..];
                let known = named(name);
                if shell.dialect == Dialect::Dash && &**name == "pipefail" { None } else { known }
                    .ok_or_else(|| match shell.dialect {
                        Dialect::Bash => format!("set: {name}: invalid option name"),
                        Dialect::Dash => format!("set: Illegal option -o {name}"),
                        Dialect::Busybox => format!("set: illegal option -o {name}"),
                    })
            } else {
                letter(letter_of).ok_or_else(|| match shell.dialect {
                    Dialect::Bash => format!(
                        "set: -{letter_of}: invalid option\nset: usage: set [-abefhkmnptuvxBCEHPT] \
                         [-o option-name] [--] [-] [arg ...]"
                    ),
                    Dialect::Dash => format!("set: Illegal option -{letter_of}"),
                    Dialect::Busybox => format!("set: illegal option -{letter_of}"),
                })
            };
            match bit {
                Ok(bit) if on => shell.options |= bit,
                Ok(bit) => shell.options &= !bit,
                Err(words) => {
                    shell.say(sys, &words);
                    return if shell.bash() { shell.done(2) } else { shell.fail(sys, 2) };
                }
            }
        }
    }
    if !rest.is_empty() {
        shell.args = Rc::from(rest);
    }
    shell.done(0)
}

fn show_options(shell: &Shell, sys: &mut Sys<'_>, readable: bool) {
    let mut names: Vec<(&str, bool)> =
        OPTIONS.iter().map(|(_, name, bit)| (*name, *bit != 0 && shell.is(*bit))).collect();
    names.sort_unstable();
    let line = |(name, on): &(&str, bool)| {
        if readable {
            let state = if *on { "on" } else { "off" };
            if shell.bash() {
                format!("{name:<15}\t{state}\n")
            } else {
                format!("{name:<16}{state}\n")
            }
        } else {
            format!("set {}o {name}\n", if *on { '-' } else { '+' })
        }
    };
    let head = if readable && !shell.bash() { "Current option settings\n" } else { "" };
    let text: String = names.iter().map(line).collect();
    let _ = sys.print(&format!("{head}{text}"));
}
