//! Jobs in the background, and what a shell tells about itself.

use std::rc::Rc;

use super::super::code::Dialect;
use super::super::shell::{Frame, Shell};
use super::super::task::{Step, Sys, visible};

pub(super) fn wait(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let mut pids = Vec::new();
    shell.status = 0;
    for word in &args[1..] {
        if &**word == "-n" {
            continue;
        }
        let job = word.strip_prefix('%').and_then(|index| index.parse::<usize>().ok());
        let pid = match job.and_then(|index| index.checked_sub(1)) {
            Some(index) => shell.jobs.get(index).map(|job| job.pid),
            None => word.parse::<u32>().ok(),
        };
        let Some(pid) = pid else {
            let words = match shell.dialect {
                Dialect::Bash => format!("wait: `{word}': not a pid or valid job spec"),
                Dialect::Dash => format!("wait: Illegal number: {word}"),
                Dialect::Busybox => format!("wait: illegal number: {word}"),
            };
            return shell.refuse(sys, &words, if shell.bash() { 1 } else { 2 });
        };
        let known =
            shell.jobs.iter().any(|job| job.pid == pid) || sys.kernel.ended.get(&pid).is_some();
        if !known {
            if shell.bash() {
                shell.say(sys, &format!("wait: pid {pid} is not a child of this shell"));
            }
            shell.status = 127;
            continue;
        }
        pids.push(pid);
    }
    if args.len() == 1 {
        let all: Vec<u32> = shell.jobs.iter().map(|job| job.pid).collect();
        for pid in &all {
            if sys.kernel.task(*pid).is_none() {
                sys.kernel.ended.remove(pid);
            }
        }
        pids.extend(all.iter().filter(|pid| sys.kernel.task(**pid).is_some()));
        if pids.is_empty() {
            shell.jobs.clear();
            return shell.done(0);
        }
        // Without arguments the status is 0, whatever the children did.
        shell.frames.push(Frame::Await(pids));
        return Step::Go;
    }
    if !pids.is_empty() {
        shell.frames.push(Frame::Await(pids));
    }
    Step::Go
}

pub(super) fn jobs(shell: &mut Shell, sys: &mut Sys<'_>, _: &[Rc<str>]) -> Step {
    let mut text = String::new();
    let count = shell.jobs.len();
    for (index, job) in shell.jobs.iter_mut().enumerate() {
        if let Some(status) = sys.kernel.ended.remove(&job.pid) {
            job.status = Some(status);
        }
        let stopped = sys.kernel.task(job.pid).is_some_and(|task| task.me.stopped);
        let state = match job.status.map(visible) {
            None if stopped => "Stopped".to_owned(),
            None => "Running".to_owned(),
            Some(0) => "Done".to_owned(),
            Some(code) if shell.dialect == Dialect::Bash => format!("Exit {code}"),
            Some(code) => format!("Done({code})"),
        };
        let sign = match count - index {
            1 => '+',
            2 => '-',
            _ => ' ',
        };
        let (number, command) = (index + 1, &job.text);
        let amp = if shell.dialect == Dialect::Bash && job.status.is_none() { " &" } else { "" };
        text = match shell.dialect {
            Dialect::Bash => format!("{text}[{number}]{sign}  {state:<22}  {command}{amp}\n"),
            _ => format!("{text}[{number}] {sign} {state:<26} {command}{amp}\n"),
        };
    }
    shell.jobs.retain(|job| job.status.is_none());
    let _ = sys.print(&text);
    shell.done(0)
}

/// `fg` and `bg`.
pub(super) fn foreground(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let index = args.get(1).and_then(|word| word.trim_start_matches('%').parse::<usize>().ok());
    let at = index.unwrap_or(shell.jobs.len()).checked_sub(1);
    let Some(job) = at.and_then(|at| shell.jobs.get(at)).cloned() else {
        let words = match (shell.dialect, args.get(1)) {
            (Dialect::Bash, None) => format!("{}: current: no such job", args[0]),
            (Dialect::Bash, Some(word)) => format!("{}: {word}: no such job", args[0]),
            (_, _) => format!("{}: No current job", args[0]),
        };
        return shell.refuse(sys, &words, if shell.bash() { 1 } else { 2 });
    };
    sys.kernel.signal(job.pid, super::super::signal::CONT);
    let _ = sys.print(&format!("{}\n", job.text));
    if &*args[0] == "bg" {
        return shell.done(0);
    }
    shell.jobs.retain(|other| other.pid != job.pid);
    shell.frames.push(Frame::Child(job.pid));
    Step::Go
}

pub(super) fn times(shell: &mut Shell, sys: &mut Sys<'_>, _: &[Rc<str>]) -> Step {
    let _ = sys.print("0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n");
    shell.done(0)
}

pub(super) fn ulimit(shell: &mut Shell, sys: &mut Sys<'_>, args: &[Rc<str>]) -> Step {
    let text = match args.get(1).map(|word| &**word) {
        Some("-n") => "1024\n".to_owned(),
        Some("-u") => format!("{}\n", super::super::limits::PROCESSES_MAX),
        Some("-s") => "8192\n".to_owned(),
        _ => "unlimited\n".to_owned(),
    };
    if args.len() < 3 {
        let _ = sys.print(&text);
    }
    shell.done(0)
}

pub(super) fn help(shell: &mut Shell, sys: &mut Sys<'_>, _: &[Rc<str>]) -> Step {
    let names: Vec<&str> = super::ALL.iter().map(|(name, _, _)| *name).collect();
    let head = if shell.bash() {
        "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)"
    } else {
        "Built-in commands:\n------------------"
    };
    let _ = sys.print(&format!("{head}\n\t{}\n", names.join(" ")));
    shell.done(0)
}
