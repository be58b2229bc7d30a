//! Variables and arguments: `export`, `local`, `unset`, `shift`, `getopts`.

use std::rc::Rc;

use super::super::arith;
use super::super::code::Dialect;
use super::super::parse::is_name;
use super::super::shell::{Frame, Shell, Value, Var};
use super::super::task::{Step, Sys};
use super::quoted;

/// `export`, `readonly`, and `declare` as far as it goes beyond them.
pub(super) fn export(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let command = &*args[0];
    let mut flags = String::new();
    let mut rest = &args[1..];
    while let Some(word) = rest.first().filter(|word| word.starts_with('-') && word.len() > 1) {
        rest = &rest[1..];
        if &**word == "--" {
            break;
        }
        flags.push_str(&word[1..]);
    }
    let exports = command == "export" || flags.contains('x');
    let locks = command == "readonly" || flags.contains('r');
    if rest.is_empty() {
        show(shell, sys, command, exports, locks);
        return shell.done(0);
    }
    if matches!(command, "declare" | "typeset") && !flags.contains('g') {
        keep_locals(shell, rest);
    }
    let mut status = 0;
    for word in rest {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (&**word, None),
        };
        let append = value.is_some() && name.ends_with('+');
        let name = name.strip_suffix('+').unwrap_or(name);
        if !is_name(name) {
            let words = match shell.dialect {
                Dialect::Bash => format!("{command}: `{word}': not a valid identifier"),
                _ => format!("{command}: {name}: bad variable name"),
            };
            shell.say(sys, &words);
            if !shell.bash() {
                return shell.fail(sys, 2);
            }
            status = 1;
            continue;
        }
        if let Some(value) = value
            && shell.assign(name, Value::Text(Rc::from(value)), append).is_err()
        {
            if matches!(command, "export" | "readonly") {
                return shell.complain_readonly(sys, name);
            }
            status = 1;
            continue;
        }
        let vars = Rc::make_mut(&mut shell.vars);
        if vars.get(name).is_none() {
            vars.insert(Rc::from(name), Var::default());
        }
        if let Some(var) = vars.get_mut(name) {
            let removes = flags.contains('n') && command == "export";
            var.exported = (var.exported || exports) && !removes;
            var.readonly |= locks;
            if flags.contains('a') {
                var.list.get_or_insert_default();
            }
        }
    }
    shell.done(status)
}

fn show(shell: &Shell, sys: &mut Sys<'_>, command: &str, exports: bool, locks: bool) {
    let mut text = String::new();
    for (name, var) in shell.vars.iter() {
        if exports && !var.exported || locks && !var.readonly {
            continue;
        }
        let value = match (&var.value, shell.dialect) {
            (None, _) => String::new(),
            (Some(value), Dialect::Bash) => {
                let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$");
                format!("=\"{escaped}\"")
            }
            (Some(value), _) => format!("='{}'", value.replace('\'', "'\"'\"'")),
        };
        let word = match (shell.dialect, var.exported, var.readonly) {
            (Dialect::Bash, true, true) => "declare -rx",
            (Dialect::Bash, true, false) => "declare -x",
            (Dialect::Bash, false, true) => "declare -r",
            (Dialect::Bash, false, false) => "declare --",
            _ => command,
        };
        text = format!("{text}{word} {name}{value}\n");
    }
    let _ = sys.print(&text);
}

/// Remembers variables so that the end of the function puts them back.
fn keep_locals(shell: &mut Shell, words: &[Rc<str>]) -> bool {
    let names: Vec<Rc<str>> =
        words.iter().map(|word| Rc::from(word.split(['=', '+']).next().unwrap_or(""))).collect();
    let saved: Vec<(Rc<str>, Option<Var>)> = names
        .into_iter()
        .filter(|name| is_name(name))
        .map(|name| (Rc::clone(&name), shell.vars.get(&name).cloned()))
        .collect();
    let call = shell.frames.iter_mut().rev().find_map(|frame| match frame {
        Frame::Call { locals, .. } => Some(locals),
        _ => None,
    });
    let Some(locals) = call else { return false };
    for (name, var) in saved {
        if !locals.iter().any(|(known, _)| *known == name) {
            locals.push((Rc::clone(&name), var.clone()));
        }
        let vars = Rc::make_mut(&mut shell.vars);
        let inherits = shell.dialect != Dialect::Bash;
        let fresh = match var {
            Some(var) if inherits => var,
            Some(var) => Var { exported: var.exported, ..Var::default() },
            None => Var::default(),
        };
        vars.insert(name, fresh);
    }
    true
}

pub(super) fn local(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let words: Vec<Rc<str>> =
        args[1..].iter().filter(|word| !word.starts_with('-')).cloned().collect();
    if !keep_locals(shell, &words) && !shell.is_child {
        let words = match shell.dialect {
            Dialect::Bash => "local: can only be used in a function",
            _ => "local: not in a function",
        };
        shell.say(sys, words);
        return if shell.bash() { shell.done(1) } else { shell.fail(sys, 2) };
    }
    let mut status = 0;
    for word in &words {
        let Some((name, value)) = word.split_once('=') else { continue };
        if shell.assign(name, Value::Text(Rc::from(value)), false).is_err() {
            shell.say(sys, &format!("local: {name}: readonly variable"));
            status = 1;
        }
    }
    shell.done(status)
}

pub(super) fn unset(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let mut functions = false;
    let mut status = 0;
    for word in &args[1..] {
        match &**word {
            "-f" => functions = true,
            "-v" => functions = false,
            name if functions => {
                Rc::make_mut(&mut shell.functions).remove(name);
            }
            name => {
                if shell.vars.get(name).is_none() && shell.bash() {
                    Rc::make_mut(&mut shell.functions).remove(name);
                }
                if shell.unset(name).is_err() {
                    let words = match shell.dialect {
                        Dialect::Bash => format!("unset: {name}: cannot unset: readonly variable"),
                        _ => format!("unset: {name}: is read only"),
                    };
                    shell.say(sys, &words);
                    status = 1;
                    if !shell.bash() {
                        return shell.fail(sys, 2);
                    }
                }
            }
        }
    }
    shell.done(status)
}

pub(super) fn shift(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let count = args.get(1).map_or(Some(1), |text| text.parse::<usize>().ok());
    match count {
        Some(count) if count <= shell.args.len() => {
            shell.args = Rc::from(&shell.args[count..]);
            shell.done(0)
        }
        None => {
            let text = &args[1];
            let words = match shell.dialect {
                Dialect::Bash => format!("shift: {text}: numeric argument required"),
                Dialect::Dash => format!("shift: Illegal number: {text}"),
                Dialect::Busybox => format!("shift: illegal number: {text}"),
            };
            shell.say(sys, &words);
            shell.fail(sys, 2)
        }
        Some(_) => match shell.dialect {
            Dialect::Dash => {
                shell.say(sys, "shift: can't shift that many");
                shell.fail(sys, 2)
            }
            _ => shell.done(1),
        },
    }
}

pub(super) fn evaluate(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let mut last = 0;
    for text in &args[1..] {
        match arith::evaluate(shell, text) {
            Ok(value) => last = value,
            Err(words) => return shell.refuse(sys, &format!("let: {words}"), 1),
        }
    }
    shell.done(i32::from(last == 0))
}

pub(super) fn alias(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    // Aliases are taken and have no effect: scripts do not expand them.
    let unknown: Vec<&Rc<str>> = args[1..].iter().filter(|word| !word.contains('=')).collect();
    for name in &unknown {
        shell.say(sys, &format!("alias: {name}: not found"));
    }
    let _ = quoted;
    shell.done(i32::from(!unknown.is_empty()))
}

#[expect(clippy::too_many_lines, reason = "one case after the other, none of them long")]
pub(super) fn getopts(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let (Some(letters), Some(name)) = (args.get(1), args.get(2)) else {
        return shell.refuse(sys, "getopts: usage: getopts optstring name [arg]", 2);
    };
    let own = Rc::clone(&shell.args);
    let words: &[Rc<str>] = if args.len() > 3 { &args[3..] } else { &own };
    let mut index = shell.get("OPTIND").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1);
    index = index.max(1);
    if index == 1 && shell.option_at == 0 {
        shell.option_at = 1;
    }
    let set = |shell: &mut Shell, name: &str, text: String| {
        let _ = shell.assign(name, Value::Text(Rc::from(text)), false);
    };
    let word = words.get(index - 1).cloned().unwrap_or_default();
    let at = shell.option_at.max(1);
    if !word.starts_with('-') || word.len() < 2 || &*word == "--" {
        if &*word == "--" {
            set(shell, "OPTIND", (index + 1).to_string());
        }
        set(shell, name, "?".to_owned());
        shell.option_at = 0;
        return shell.done(1);
    }
    let letter = word.chars().nth(at).unwrap_or('?');
    let last = word.chars().count() <= at + 1;
    let silent = letters.starts_with(':');
    let place = letters.find(letter).filter(|_| letter != ':');
    let takes = place.is_some_and(|at| letters[at + letter.len_utf8()..].starts_with(':'));
    let _ = shell.unset("OPTARG");
    let mut result = letter.to_string();
    if takes {
        let rest: String = word.chars().skip(at + 1).collect();
        let argument =
            if last { words.get(index).map(std::string::ToString::to_string) } else { Some(rest) };
        index += if last { 2 } else { 1 };
        shell.option_at = 1;
        match argument {
            Some(argument) => set(shell, "OPTARG", argument),
            None if silent => {
                set(shell, "OPTARG", letter.to_string());
                ":".clone_into(&mut result);
            }
            None => {
                let text = match shell.dialect {
                    Dialect::Bash => {
                        format!("{}: option requires an argument -- {letter}", shell.name)
                    }
                    _ => format!("No arg for -{letter} option"),
                };
                sys.complain(&text);
                "?".clone_into(&mut result);
            }
        }
    } else {
        if place.is_none() {
            if silent {
                set(shell, "OPTARG", letter.to_string());
            } else {
                let text = match shell.dialect {
                    Dialect::Bash => format!("{}: illegal option -- {letter}", shell.name),
                    _ => format!("Illegal option -{letter}"),
                };
                sys.complain(&text);
            }
            "?".clone_into(&mut result);
        }
        if last {
            index += 1;
            shell.option_at = 1;
        } else {
            shell.option_at = at + 1;
        }
    }
    set(shell, "OPTIND", index.to_string());
    set(shell, name, result);
    shell.done(0)
}
