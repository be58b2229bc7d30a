//! From a name to a program: the search in `PATH`, `#!`, and what a binary is.

use std::rc::Rc;

use super::code::Dialect;
use super::host::Foreign;
use super::kernel::Read;
use super::shell::{Origin, Shell, Value, Var, option};
use super::task::{Environment, Program, SIGNALLED, Step, Sys, Tool};
use super::tools;
use crate::machine::fs::errno::Errno;
use crate::machine::fs::handle::OpenMode;
use crate::machine::fs::inode::FileKind;

/// Where programs are looked for when nobody says.
pub(crate) const DEFAULT_PATH: &str =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Interpreters of interpreters.
const INTERPRETERS_MAX: usize = 5;

/// Why a program cannot be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is none of that name.
    NotFound,
    /// Its `#!` names one that is not there.
    NoInterpreter(String),
    /// It is a directory.
    Directory,
    /// It may not be run.
    Denied,
    /// It is no program.
    Format,
    /// There are too many arguments.
    TooLong,
}

/// A program that can be begun.
pub(crate) struct Loaded {
    pub(crate) argv: Rc<[Rc<str>]>,
    pub(crate) dialect: Dialect,
    pub(crate) program: Image,
}

/// What a file is when it is run.
pub(crate) enum Image {
    /// A shell, and the script it runs: text and name.
    Shell(Dialect, Result<Start, (String, i32)>),
    Tool(Box<dyn Tool>),
    Foreign(Foreign),
}

/// How a shell begins.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    origin: Origin,
    text: Rc<str>,
    name: Rc<str>,
    args: Rc<[Rc<str>]>,
    options: u32,
}

/// Where the program of that name is.
pub(crate) fn find(sys: &mut Sys<'_>, name: &str, path: Option<&str>) -> Result<String, Refusal> {
    let check = |sys: &mut Sys<'_>, path: &str| {
        let view = sys.view();
        match view.stat(path) {
            Err(Errno::Eacces) => Err(Refusal::Denied),
            Err(_) => Err(Refusal::NotFound),
            Ok(stat) if stat.kind == FileKind::Directory => Err(Refusal::Directory),
            Ok(_) if view.access(path, 1).is_err() => Err(Refusal::Denied),
            Ok(_) => Ok(path.to_owned()),
        }
    };
    if name.contains('/') {
        return check(sys, name);
    }
    if name.is_empty() {
        return Err(Refusal::NotFound);
    }
    let mut refusal = Refusal::NotFound;
    for directory in path.unwrap_or(DEFAULT_PATH).split(':') {
        let directory = if directory.is_empty() { "." } else { directory };
        match check(sys, &format!("{}/{name}", directory.trim_end_matches('/'))) {
            Ok(found) => return Ok(found),
            Err(Refusal::Denied) => refusal = Refusal::Denied,
            Err(_) => {}
        }
    }
    Err(refusal)
}

/// What the words name, ready to begin.
pub(crate) fn load(
    sys: &mut Sys<'_>,
    argv: &[Rc<str>],
    path: Option<&str>,
    dialect: Dialect,
) -> Result<Loaded, Refusal> {
    let mut argv = argv.to_vec();
    let mut file = find(sys, &argv[0], path)?;
    for _ in 0..INTERPRETERS_MAX {
        let head = head_of(sys, &file);
        let Some(line) = head.strip_prefix("#!") else {
            return image(sys, &file, &head, argv, dialect);
        };
        let line = line.lines().next().unwrap_or("").trim();
        let (interpreter, argument) = match line.split_once([' ', '\t']) {
            Some((interpreter, argument)) => (interpreter, Some(argument.trim())),
            None => (line, None),
        };
        let script = std::mem::replace(&mut argv[0], Rc::from(interpreter));
        let script = if script.contains('/') { script } else { Rc::from(file.as_str()) };
        argv.insert(1, script);
        if let Some(argument) = argument {
            argv.insert(1, Rc::from(argument));
        }
        file = match find(sys, interpreter, None) {
            Ok(found) => found,
            Err(_) => return Err(Refusal::NoInterpreter(interpreter.to_owned())),
        };
    }
    Err(Refusal::Format)
}

fn head_of(sys: &mut Sys<'_>, file: &str) -> String {
    let Ok(id) = sys.open(file, OpenMode::Read) else { return "\x7fELF".to_owned() };
    let read = sys.read_open(id, 256);
    sys.kernel.release(id);
    match read {
        Ok(Read::Data(data)) => String::from_utf8_lossy(&data).into_owned(),
        _ => String::new(),
    }
}

fn image(
    sys: &mut Sys<'_>,
    file: &str,
    head: &str,
    mut argv: Vec<Rc<str>>,
    dialect: Dialect,
) -> Result<Loaded, Refusal> {
    let name = file.rsplit('/').next().unwrap_or(file).to_owned();
    let is_binary = head.starts_with("\x7fELF") || head.is_empty();
    if !is_binary {
        if head.contains('\0') {
            return Err(Refusal::Format);
        }
        // A text without `#!`: the shell runs it itself.
        let shell = if dialect == Dialect::Bash { "bash" } else { "sh" };
        argv[0] = Rc::from(file);
        argv.insert(0, Rc::from(shell));
        let start = start_of(sys, &argv, dialect);
        return Ok(Loaded { argv: argv.into(), dialect, program: Image::Shell(dialect, start) });
    }
    let is_busybox = head.contains("busybox");
    let flavour = if is_busybox { Dialect::Busybox } else { Dialect::Bash };
    let mut name = name.as_str();
    let applet;
    if is_busybox && name == "busybox" && argv.len() > 1 {
        argv.remove(0);
        applet = Rc::clone(&argv[0]);
        name = applet.rsplit('/').next().unwrap_or(&applet);
    }
    let shell = match name {
        "ash" => Some(Dialect::Busybox),
        "sh" if is_busybox => Some(Dialect::Busybox),
        "sh" | "dash" => Some(Dialect::Dash),
        "bash" | "rbash" => Some(Dialect::Bash),
        _ => None,
    };
    if let Some(shell) = shell {
        let start = start_of(sys, &argv, shell);
        return Ok(Loaded {
            argv: argv.into(),
            dialect: shell,
            program: Image::Shell(shell, start),
        });
    }
    if let Some(tool) = tools::find(name) {
        return Ok(Loaded { argv: argv.into(), dialect: flavour, program: Image::Tool(tool) });
    }
    match sys.host.program(&argv) {
        Some(foreign) => {
            let program = Image::Foreign(foreign);
            Ok(Loaded { argv: argv.into(), dialect: flavour, program })
        }
        // A file that stands for a program that nobody plays is as good as none.
        None => Err(Refusal::NotFound),
    }
}

/// What a shell's words ask for.
fn start_of(sys: &mut Sys<'_>, argv: &[Rc<str>], dialect: Dialect) -> Result<Start, (String, i32)> {
    let mut options = if argv[0].starts_with('-') { option::LOGIN } else { 0 };
    let mut rest = &argv[1..];
    let mut command = false;
    let mut stdin = false;
    while let Some(word) =
        rest.first().filter(|word| word.len() > 1 && word.starts_with(['-', '+']))
    {
        rest = &rest[1..];
        match &**word {
            "--" => break,
            "--login" => options |= option::LOGIN,
            "--norc" | "--noprofile" | "--posix" => {}
            _ => {
                for letter in word[1..].chars() {
                    match letter {
                        'c' => command = true,
                        's' => stdin = true,
                        'i' => options |= option::INTERACTIVE,
                        'l' => options |= option::LOGIN,
                        'o' => {
                            let name = rest.first().cloned().unwrap_or_default();
                            rest = rest.get(1..).unwrap_or(&[]);
                            options |= super::builtins::set::named(&name).unwrap_or(0);
                        }
                        _ => match super::builtins::set::letter(letter) {
                            Some(bit) => options |= bit,
                            None => return Err(bad_option(&argv[0], word, letter, dialect)),
                        },
                    }
                }
            }
        }
    }
    let own = Rc::clone(&argv[0]);
    if command {
        let Some((text, rest)) = rest.split_first() else {
            let words = match dialect {
                Dialect::Bash => format!("{own}: -c: option requires an argument"),
                Dialect::Dash => format!("{own}: 0: -c requires an argument"),
                Dialect::Busybox => format!("{own}: -c requires an argument"),
            };
            return Err((words, 2));
        };
        let name = rest.first().cloned().unwrap_or(own);
        let (origin, text) = (Origin::Command, Rc::clone(text));
        let parameters = Rc::from(rest.get(1..).unwrap_or(&[]));
        return Ok(Start { origin, text, name, args: parameters, options });
    }
    if let (Some((script, rest)), false) = (rest.split_first(), stdin) {
        let text =
            script_text(sys, script).map_err(|errno| cannot_open(&own, script, errno, dialect))?;
        let (origin, name) = (Origin::Script, Rc::clone(script));
        return Ok(Start { origin, text, name, args: Rc::from(rest), options });
    }
    if sys.kernel.tty
        && sys
            .me
            .fd(0)
            .is_some_and(|id| matches!(sys.kernel.get(id), Some(super::kernel::Kind::Input)))
    {
        options |= option::INTERACTIVE | option::MONITOR;
    }
    Ok(Start {
        origin: Origin::Stdin,
        text: Rc::from(""),
        name: own,
        args: Rc::from(rest),
        options,
    })
}

fn bad_option(own: &str, word: &str, letter: char, dialect: Dialect) -> (String, i32) {
    let words = match dialect {
        Dialect::Bash => format!("{own}: {word}: invalid option"),
        Dialect::Dash => format!("{own}: 0: Illegal option -{letter}"),
        Dialect::Busybox => format!("{own}: bad option '-{letter}'"),
    };
    (words, 2)
}

fn cannot_open(own: &str, script: &str, errno: Errno, dialect: Dialect) -> (String, i32) {
    match dialect {
        Dialect::Bash => {
            (format!("{own}: {script}: {errno}"), if errno == Errno::Enoent { 127 } else { 126 })
        }
        Dialect::Dash => {
            let text = if errno == Errno::Enoent { "No such file" } else { errno.text() };
            (format!("{own}: 0: cannot open {script}: {text}"), 2)
        }
        Dialect::Busybox => (format!("{own}: can't open '{script}': {errno}"), 2),
    }
}

/// The text of a script.
pub(crate) fn script_text(sys: &mut Sys<'_>, path: &str) -> Result<Rc<str>, Errno> {
    let view = sys.view();
    if view.is_directory(path) {
        return Err(Errno::Eisdir);
    }
    let bytes = view.read(path)?;
    Ok(Rc::from(bytes.to_text(super::limits::SCRIPT_BYTES_MAX)))
}

impl Image {
    /// The program, as the process of that number.
    pub(crate) fn begin(self, pid: u32, argv: &[Rc<str>], env: &Environment) -> Program {
        match self {
            Self::Shell(dialect, Ok(start)) => {
                Program::Shell(Box::new(begun(dialect, pid, start, env)))
            }
            Self::Shell(_, Err((words, status))) => {
                Program::Tool(Box::new(Complaint { words, status }))
            }
            Self::Tool(tool) => Program::Tool(tool),
            Self::Foreign(foreign) => {
                let _ = argv;
                Program::Tool(Box::new(Beginning(foreign)))
            }
        }
    }
}

fn begun(dialect: Dialect, pid: u32, start: Start, env: &Environment) -> Shell {
    let mut shell = Shell::new(dialect, start.name, pid);
    shell.args = start.args;
    shell.options = start.options;
    shell.origin = start.origin;
    let mut set = |name: &str, value: &str, exported: bool| {
        let var = Var { value: Some(Rc::from(value)), exported, ..Var::default() };
        Rc::make_mut(&mut shell.vars).insert(Rc::from(name), var);
    };
    set("PATH", DEFAULT_PATH, false);
    set("PS4", "+ ", false);
    set("IFS", " \t\n", false);
    set("OPTIND", "1", false);
    if dialect == Dialect::Bash {
        set("BASH_VERSION", "5.2.15(1)-release", false);
        set("BASH", "/bin/bash", false);
        set("HOSTTYPE", "x86_64", false);
        set("OSTYPE", "linux-gnu", false);
    }
    for (name, value) in env.iter().filter(|(name, _)| super::parse::is_name(name)) {
        set(name, value, true);
    }
    if dialect == Dialect::Bash {
        let level = shell.get("SHLVL").and_then(|level| level.parse::<i64>().ok()).unwrap_or(0);
        let level = Rc::from((level + 1).clamp(0, 999).to_string());
        let _ = shell.assign("SHLVL", Value::Text(level), false);
        if let Some(var) = Rc::make_mut(&mut shell.vars).get_mut("SHLVL") {
            var.exported = true;
        }
    }
    shell.enter(start.text, start.origin);
    shell
}

/// Says why a program does not begin.
#[derive(Clone, Debug)]
struct Complaint {
    words: String,
    status: i32,
}

impl Tool for Complaint {
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        sys.complain(&self.words);
        Step::Done(self.status)
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}

/// A program of the host: says what it says, and then waits.
#[derive(Clone, Debug)]
struct Beginning(Foreign);

impl Tool for Beginning {
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        let _ = sys.print(&self.0.stdout);
        let _ = sys.write(2, self.0.stderr.as_bytes());
        let now = sys.host.now();
        let ends = self.0.ends.map(|(ms, status)| (now + ms, status));
        Step::Become(Program::Foreign(ends, self.0.on_term))
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}

/// Whether a status says that a signal ended the process.
pub(crate) fn is_signalled(status: i32) -> bool {
    status & SIGNALLED != 0
}
