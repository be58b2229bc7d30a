//! Tools that run other programs: `env`, `nohup`, `sudo`, `timeout`.

use std::rc::Rc;

use super::super::code::Dialect;
use super::super::launch::{self, Refusal};
use super::super::signal;
use super::super::task::{Program, Step, Sys, Tool, Wait, visible};
use super::Make;
use super::options::{Known, Options, is_busybox, missing};
use crate::api::time::SimTime;
use crate::machine::fs::view::Credentials;

pub(super) const TOOLS: &[(&str, Make)] = &[
    ("env", Make::Long(|| Box::new(Starter))),
    ("nohup", Make::Long(|| Box::new(Starter))),
    ("nice", Make::Long(|| Box::new(Starter))),
    ("setsid", Make::Long(|| Box::new(Starter))),
    ("sudo", Make::Long(|| Box::new(Starter))),
    ("su", Make::Long(|| Box::new(Starter))),
    ("time", Make::Long(|| Box::new(Starter))),
    ("tini", Make::Long(|| Box::new(Starter))),
    ("dumb-init", Make::Long(|| Box::new(Starter))),
    ("timeout", Make::Long(|| Box::new(Timeout::default()))),
];

/// Why a program is not run, in the words of the tool that should, and the status.
fn refusal(sys: &Sys<'_>, tool: &str, name: &str, refusal: &Refusal) -> (String, i32) {
    let (why, status) = match refusal {
        Refusal::NotFound | Refusal::NoInterpreter(_) => ("No such file or directory", 127),
        Refusal::Format => ("Exec format error", 126),
        Refusal::TooLong => ("Argument list too long", 126),
        Refusal::Directory | Refusal::Denied => ("Permission denied", 126),
    };
    let text = match (is_busybox(sys), tool) {
        (_, "sudo") => format!("sudo: {name}: command not found"),
        (true, _) => format!("{tool}: can't execute '{name}': {why}"),
        (false, "nohup" | "nice" | "timeout") => {
            format!("{tool}: failed to run command '{name}': {why}")
        }
        (false, "env") => format!("env: '{name}': {why}"),
        (false, _) => format!("{tool}: {name}: {why}"),
    };
    (text, if tool == "sudo" { 1 } else { status })
}

/// Becomes another program.
fn become_program(sys: &mut Sys<'_>, tool: &str, words: &[Rc<str>]) -> Step {
    let path = sys.me.variable("PATH");
    match launch::load(sys, words, path.as_deref(), Dialect::Dash) {
        Ok(loaded) => {
            sys.me.argv = loaded.argv;
            sys.me.dialect = loaded.dialect;
            let (argv, env) = (Rc::clone(&sys.me.argv), Rc::clone(&sys.me.env));
            Step::Become(loaded.program.begin(sys.me.pid, &argv, &env))
        }
        Err(why) => {
            let (text, status) = refusal(sys, tool, &words[0], &why);
            sys.complain(&text);
            Step::Done(status)
        }
    }
}

/// Starts a program as a child: its number, or what to say and the status.
pub(super) fn start(
    sys: &mut Sys<'_>,
    tool: &str,
    words: &[Rc<str>],
) -> Result<u32, (String, i32)> {
    let path = sys.me.variable("PATH");
    let loaded = launch::load(sys, words, path.as_deref(), Dialect::Dash)
        .map_err(|why| refusal(sys, tool, &words[0], &why))?;
    let Some(mut me) = sys.child() else {
        return Err((format!("{tool}: cannot fork: Resource temporarily unavailable"), 1));
    };
    me.argv = loaded.argv;
    me.dialect = loaded.dialect;
    let (pid, argv, env) = (me.pid, Rc::clone(&me.argv), Rc::clone(&me.env));
    let program: Program = loaded.program.begin(pid, &argv, &env);
    sys.start(me, program);
    Ok(pid)
}

/// A tool that changes something about itself and then becomes another program.
#[derive(Clone, Debug)]
struct Starter;

impl Tool for Starter {
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        let argv = Rc::clone(&sys.me.argv);
        let tool = argv[0].rsplit('/').next().unwrap_or("").to_owned();
        match tool.as_str() {
            "env" => env(sys, &argv),
            "sudo" => sudo(sys, &argv),
            "su" => su(sys, &argv),
            _ => {
                let known = Known { letters: "n:cfpwvr", long: &[], stops: true };
                let options = match Options::parse(sys, &argv, &known) {
                    Ok(options) => options,
                    Err(status) => return Step::Done(status),
                };
                if options.words.is_empty() {
                    return Step::Done(missing(sys, &tool));
                }
                if tool == "nohup" {
                    sys.me.ignored |= 1 << 1;
                }
                become_program(sys, &tool, &options.words)
            }
        }
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}

fn env(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Step {
    let known = Known {
        letters: "iu:0S:C:v",
        long: &[("ignore-environment", 'i'), ("unset", 'u')],
        stops: true,
    };
    let options = match Options::parse(sys, argv, &known) {
        Ok(options) => options,
        Err(status) => return Step::Done(status),
    };
    let mut env: Vec<(Rc<str>, Rc<str>)> =
        if options.has('i') { Vec::new() } else { sys.me.env.to_vec() };
    for name in options.values('u') {
        env.retain(|(known, _)| known != name);
    }
    let mut words = options.words.as_slice();
    if words.first().is_some_and(|word| &**word == "-") {
        env.clear();
        words = &words[1..];
    }
    while let Some((name, value)) = words.first().and_then(|word| word.split_once('=')) {
        env.retain(|(known, _)| &**known != name);
        env.push((Rc::from(name), Rc::from(value)));
        words = &words[1..];
    }
    if words.is_empty() {
        let end = if options.has('0') { '\0' } else { '\n' };
        for (name, value) in &env {
            let _ = sys.print(&format!("{name}={value}{end}"));
        }
        return Step::Done(0);
    }
    sys.me.env = Rc::from(env);
    become_program(sys, "env", words)
}

fn sudo(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Step {
    let known = Known { letters: "iu:sEHnkb", long: &[("login", 'i'), ("user", 'u')], stops: true };
    let options = match Options::parse(sys, argv, &known) {
        Ok(options) => options,
        Err(status) => return Step::Done(status),
    };
    let mut words = options.words.clone();
    let user = options.value('u').cloned().unwrap_or_else(|| Rc::from("root"));
    let Some(uid) = super::super::users::uid_of(sys, &user) else {
        sys.complain(&format!("sudo: unknown user {user}"));
        return Step::Done(1);
    };
    change_user(sys, uid, &user, options.has('i'));
    if words.is_empty() && (options.has('i') || options.has('s')) {
        words.push(Rc::from("bash"));
    }
    if words.is_empty() {
        sys.complain("usage: sudo -h | -K | -k | -V\nusage: sudo [-u user] [command [arg ...]]");
        return Step::Done(1);
    }
    become_program(sys, "sudo", &words)
}

fn su(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Step {
    let mut words: Vec<Rc<str>> =
        argv[1..].iter().filter(|word| &***word != "-").cloned().collect();
    let command = words.iter().position(|word| &**word == "-c").map(|at| words.split_off(at));
    let user = words.first().cloned().unwrap_or_else(|| Rc::from("root"));
    let Some(uid) = super::super::users::uid_of(sys, &user) else {
        sys.complain(&format!("su: user {user} does not exist or the user entry does not contain all the required fields"));
        return Step::Done(1);
    };
    change_user(sys, uid, &user, true);
    let mut shell = vec![Rc::from("sh")];
    shell.extend(command.into_iter().flatten());
    become_program(sys, "su", &shell)
}

fn change_user(sys: &mut Sys<'_>, uid: u32, user: &str, moves: bool) {
    let gid = super::super::users::group_of_user(sys, user).unwrap_or(uid);
    let home = super::super::users::home_of(sys, user).unwrap_or_else(|| "/".to_owned());
    sys.me.user = Credentials::user(uid, gid, &[]);
    let mut env: Vec<(Rc<str>, Rc<str>)> = sys.me.env.to_vec();
    env.retain(|(name, _)| !matches!(&**name, "HOME" | "USER" | "LOGNAME"));
    env.push((Rc::from("HOME"), Rc::from(home.as_str())));
    env.push((Rc::from("LOGNAME"), Rc::from(user)));
    env.push((Rc::from("USER"), Rc::from(user)));
    sys.me.env = Rc::from(env);
    if moves && sys.view().is_directory(&home) {
        sys.me.cwd = Rc::from(home);
    }
}

/// `timeout SECONDS COMMAND`.
#[derive(Clone, Debug, Default)]
struct Timeout {
    child: u32,
    until: SimTime,
    signal: u8,
    sent: bool,
}

impl Tool for Timeout {
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        if self.child == 0 {
            return self.begin(sys);
        }
        if let Some(status) = sys.kernel.ended.remove(&self.child) {
            return Step::Done(match (self.sent, is_busybox(sys)) {
                // There the program stands in the place of the tool.
                (true, true) => status,
                (true, false) if self.signal != signal::KILL => 124,
                _ => visible(status),
            });
        }
        if self.sent {
            return Step::Wait(Wait::Child(self.child));
        }
        if sys.host.now() >= self.until {
            self.sent = true;
            sys.kernel.signal(self.child, self.signal);
            return Step::Go;
        }
        Step::Wait(Wait::Until(self.until))
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}

impl Timeout {
    fn begin(&mut self, sys: &mut Sys<'_>) -> Step {
        let argv = Rc::clone(&sys.me.argv);
        let known = Known {
            letters: "s:k:t:v",
            long: &[("signal", 's'), ("kill-after", 'k')],
            stops: true,
        };
        let options = match Options::parse(sys, &argv, &known) {
            Ok(options) => options,
            Err(status) => return Step::Done(status),
        };
        if options.words.len() < 2 {
            return Step::Done(if is_busybox(sys) {
                missing(sys, "timeout")
            } else {
                missing(sys, "timeout") + 124
            });
        }
        let Ok(ms) = super::sleep::duration(&options.words[..1]) else {
            sys.complain(&format!("timeout: invalid time interval '{}'", options.words[0]));
            return Step::Done(125);
        };
        self.signal =
            options.value('s').and_then(|name| signal::number(name)).unwrap_or(signal::TERM);
        self.until = sys.host.now() + ms;
        match start(sys, "timeout", &options.words[1..]) {
            Ok(pid) => {
                self.child = pid;
                Step::Go
            }
            Err((text, status)) => {
                sys.complain(&text);
                Step::Done(status)
            }
        }
    }
}
