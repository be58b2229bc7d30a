//! Small tools that say something about names, numbers and themselves.

use std::rc::Rc;

use super::super::builtins;
use super::super::launch;
use super::super::task::Sys;
use super::Make;
use super::options::{Known, Options, is_busybox, missing};

pub(super) const TOOLS: &[(&str, Make)] = &[
    ("echo", Make::Plain(echo)),
    ("printf", Make::Plain(printf)),
    ("test", Make::Plain(test)),
    ("[", Make::Plain(test)),
    ("[[", Make::Plain(test)),
    ("true", Make::Plain(|_, _| 0)),
    ("false", Make::Plain(|_, _| 1)),
    ("pwd", Make::Plain(pwd)),
    ("basename", Make::Plain(basename)),
    ("dirname", Make::Plain(dirname)),
    ("readlink", Make::Plain(readlink)),
    ("realpath", Make::Plain(readlink)),
    ("which", Make::Plain(which)),
    ("printenv", Make::Plain(printenv)),
    ("seq", Make::Plain(seq)),
    ("clear", Make::Plain(clear)),
    ("reset", Make::Plain(clear)),
    ("tty", Make::Plain(tty)),
    ("mktemp", Make::Plain(mktemp)),
    ("kill", Make::Plain(kill)),
];

fn echo(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let text = builtins::echo(&argv[1..], sys.me.dialect);
    match sys.print(&text) {
        Ok(()) => 0,
        Err(errno) => {
            sys.complain(&format!("echo: write error: {errno}"));
            1
        }
    }
}

fn printf(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let Some((format, rest)) = argv[1..].split_first() else { return missing(sys, "printf") };
    let printed = builtins::printf::print(format, rest, sys.me.dialect);
    let _ = sys.print(&printed.text);
    printed.errors.iter().for_each(|words| sys.complain(&format!("printf: {words}")));
    printed.status()
}

fn test(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let (status, words) = builtins::test::run(sys, argv);
    if let Some(words) = words {
        sys.complain(&format!("{}: {words}", argv[0]));
    }
    status
}

fn kill(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let (status, words) = builtins::kill(sys, argv);
    for words in &words {
        sys.complain(&format!("kill: {words}"));
    }
    status
}

fn pwd(sys: &mut Sys<'_>, _: &[Rc<str>]) -> i32 {
    let cwd = Rc::clone(&sys.me.cwd);
    let path = sys.view().real_path(&cwd).unwrap_or_else(|_| cwd.to_string());
    let _ = sys.print(&format!("{path}\n"));
    0
}

fn basename(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let options = match Options::parse(sys, argv, &Known::letters("as:")) {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.words.is_empty() {
        return missing(sys, "basename");
    }
    let many = options.has('a') || options.has('s');
    let suffix = if many { options.value('s') } else { options.words.get(1) };
    let suffix = suffix.cloned().unwrap_or_default();
    let count = if many { options.words.len() } else { 1 };
    for path in &options.words[..count] {
        let trimmed = path.trim_end_matches('/');
        let name = trimmed.rsplit('/').next().unwrap_or("");
        let name = if name.is_empty() && !path.is_empty() { "/" } else { name };
        let short = name.strip_suffix(&*suffix).filter(|short| !short.is_empty()).unwrap_or(name);
        let _ = sys.print(&format!("{short}\n"));
    }
    0
}

fn dirname(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    if argv.len() < 2 {
        return missing(sys, "dirname");
    }
    for path in &argv[1..] {
        let trimmed = path.trim_end_matches('/');
        let parent = match trimmed.rfind('/') {
            _ if trimmed.is_empty() && !path.is_empty() => "/",
            None => ".",
            Some(at) => {
                let parent = trimmed[..at].trim_end_matches('/');
                if parent.is_empty() { "/" } else { parent }
            }
        };
        let _ = sys.print(&format!("{parent}\n"));
    }
    0
}

/// `readlink` and `realpath`.
fn readlink(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let name = argv[0].rsplit('/').next().unwrap_or("").to_owned();
    let options = match Options::parse(sys, argv, &Known::letters("fnemqsvL")) {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.words.is_empty() {
        return missing(sys, &name);
    }
    let whole = name == "realpath" || "fem".chars().any(|letter| options.has(letter));
    let mut status = 0;
    for path in options.words.clone() {
        let view = sys.view();
        let found = if whole {
            // The last name need not be there.
            view.real_path(&path).or_else(|errno| {
                let absolute = if path.starts_with('/') {
                    path.to_string()
                } else {
                    format!("{}/{path}", view.cwd)
                };
                let normal = builtins::normalized(&absolute);
                let (parent, last) = normal.rsplit_once('/').unwrap_or(("", ""));
                let parent = if parent.is_empty() { "/" } else { parent };
                if options.has('e') {
                    return Err(errno);
                }
                Ok(super::walk::join(&view.real_path(parent)?, last))
            })
        } else {
            view.read_link(&path).map(|target| target.to_string())
        };
        match found {
            Ok(target) => {
                let end = if options.has('n') { "" } else { "\n" };
                let _ = sys.print(&format!("{target}{end}"));
            }
            Err(errno) => {
                if name == "realpath" {
                    sys.complain(&format!("{name}: {path}: {errno}"));
                }
                status = 1;
            }
        }
    }
    status
}

fn which(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let path = sys.me.variable("PATH");
    let mut status = 0;
    for name in argv[1..].iter().filter(|name| !name.starts_with('-')) {
        match launch::find(sys, name, path.as_deref()) {
            Ok(found) => {
                let _ = sys.print(&format!("{found}\n"));
            }
            Err(_) => status = 1,
        }
    }
    status
}

fn printenv(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    if argv.len() < 2 {
        let env = Rc::clone(&sys.me.env);
        for (name, value) in env.iter() {
            let _ = sys.print(&format!("{name}={value}\n"));
        }
        return 0;
    }
    let mut status = 0;
    for name in &argv[1..] {
        match sys.me.variable(name) {
            Some(value) => {
                let _ = sys.print(&format!("{value}\n"));
            }
            None => status = 1,
        }
    }
    status
}

/// The most numbers that `seq` prints.
const SEQUENCE_MAX: u64 = 1_000_000;

fn seq(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let mut separator = "\n".to_owned();
    let mut wide = false;
    let mut words: Vec<Rc<str>> = Vec::new();
    let mut rest = argv[1..].iter();
    while let Some(word) = rest.next() {
        match &**word {
            "-w" => wide = true,
            "-s" => separator = rest.next().map_or(String::new(), std::string::ToString::to_string),
            "-f" => {
                rest.next();
            }
            text if text.starts_with("-s") => text[2..].clone_into(&mut separator),
            _ => words.push(Rc::clone(word)),
        }
    }
    let mut numbers = Vec::new();
    for word in &words {
        match word.parse::<f64>() {
            Ok(number) if number.is_finite() => numbers.push(number),
            _ => {
                let text = if is_busybox(sys) {
                    format!("seq: invalid number '{word}'")
                } else {
                    format!(
                        "seq: invalid floating point argument: '{word}'\n\
                         Try 'seq --help' for more information."
                    )
                };
                sys.complain(&text);
                return 1;
            }
        }
    }
    let (first, step, last) = match numbers.as_slice() {
        [last] => (1.0, 1.0, *last),
        [first, last] => (*first, 1.0, *last),
        [first, step, last] => (*first, *step, *last),
        _ => return missing(sys, "seq"),
    };
    if step == 0.0 {
        sys.complain("seq: invalid Zero increment value: '0'");
        return 1;
    }
    let decimals = |word: &str| word.split_once('.').map_or(0, |(_, behind)| behind.len());
    let shown = &words[..words.len().saturating_sub(1).max(1)];
    let places = shown.iter().map(|word| decimals(word)).max().unwrap_or(0);
    let mut text = String::new();
    let mut count = 0_u64;
    let width = format!("{last:.places$}").len().max(format!("{first:.places$}").len());
    loop {
        #[expect(clippy::cast_precision_loss, reason = "there are fewer numbers than that")]
        let value = first + step * count as f64;
        let over = if step > 0.0 { value > last + 1e-9 } else { value < last - 1e-9 };
        if over || count > SEQUENCE_MAX {
            break;
        }
        let number =
            if wide { format!("{value:0width$.places$}") } else { format!("{value:.places$}") };
        if count > 0 {
            text.push_str(&separator);
        }
        text.push_str(&number);
        count += 1;
    }
    if count > 0 {
        text.push('\n');
    }
    i32::from(sys.print(&text).is_err())
}

fn clear(sys: &mut Sys<'_>, _: &[Rc<str>]) -> i32 {
    let _ = sys.print("\x1b[H\x1b[2J\x1b[3J");
    0
}

fn tty(sys: &mut Sys<'_>, _: &[Rc<str>]) -> i32 {
    let text = if sys.kernel.tty { "/dev/pts/0\n" } else { "not a tty\n" };
    let _ = sys.print(text);
    i32::from(!sys.kernel.tty)
}

fn mktemp(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let options = match Options::parse(sys, argv, &Known::letters("dqup:t")) {
        Ok(options) => options,
        Err(status) => return status,
    };
    let directory = options.value('p').cloned().unwrap_or_else(|| Rc::from("/tmp"));
    let default = format!("{directory}/tmp.XXXXXXXXXX");
    let template = options.words.first().map_or(default, std::string::ToString::to_string);
    let marks = template.len() - template.trim_end_matches('X').len();
    if marks < 3 {
        sys.complain(&format!("mktemp: too few X's in template '{template}'"));
        return 1;
    }
    let mut state = sys.host.now().0.wrapping_add(u64::from(sys.me.pid) << 20) | 1;
    let mut name = template[..template.len() - marks].to_owned();
    for _ in 0..marks {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        name.push(char::from(letters[usize::try_from(state >> 33).unwrap_or(0) % letters.len()]));
    }
    let mut view = sys.view();
    let made = if options.has('d') {
        view.make_directory(&name, 0o700)
    } else {
        view.append(&name, "").and_then(|()| view.chmod(&name, 0o600))
    };
    match made {
        Ok(()) => {
            let _ = sys.print(&format!("{name}\n"));
            0
        }
        Err(errno) => {
            sys.complain(&format!(
                "mktemp: failed to create file via template '{template}': {errno}"
            ));
            1
        }
    }
}
