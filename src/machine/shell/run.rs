//! A tree of processes, and how its turns are shared out.

use std::rc::Rc;

use crate::api::time::SimTime;
use crate::machine::fs::view::Credentials;

use super::code::Dialect;
use super::host::{Host, ProcessInfo};
use super::kernel::{Kernel, Kind, Output};
use super::launch::{self, Refusal};
use super::shell::option;
use super::signal;
use super::task::{Flush, Me, Program, SIGNALLED, Step, Sys, Task, Wait, visible};

/// How many steps a process does before the next has its turn.
const SLICE: u32 = 200;

/// How a process is to begin.
#[derive(Clone, Debug)]
pub struct Launch {
    /// Its words.
    pub argv: Vec<String>,
    /// Its environment.
    pub env: Vec<(String, String)>,
    /// The directory that it begins in.
    pub cwd: String,
    /// Who runs it.
    pub user: Credentials,
    /// Whether its input and output are a terminal.
    pub tty: bool,
    /// Whether anything can be fed to it; else its input is empty.
    pub has_input: bool,
    /// Its number: `Some(1)` makes it the first of its name space.
    pub pid: Option<u32>,
}

/// How far a run came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The budget is used up, or output waits to be taken: there is more to do now.
    Busy,
    /// Nothing is to do before that time, unless it is fed or a signal comes.
    Blocked(SimTime),
    /// Nothing is to do until it is fed or a signal comes.
    Waiting,
    /// The first process ended with that status; those in the background may go on.
    Exited(i32),
}

/// A process with all that it started.
#[derive(Clone, Debug)]
pub struct Process {
    pub(super) kernel: Kernel,
    pub(super) main: u32,
    status: Option<i32>,
}

impl Process {
    /// Starts a program, or says why there is none.
    pub fn spawn(host: &mut dyn Host, launch: Launch) -> Result<Self, Refusal> {
        let mut kernel = Kernel::default();
        kernel.tty = launch.tty;
        kernel.input_closed = !launch.has_input;
        let argv: Rc<[Rc<str>]> = launch.argv.iter().map(|word| Rc::from(word.as_str())).collect();
        let env: Vec<(Rc<str>, Rc<str>)> = launch
            .env
            .iter()
            .map(|(name, value)| (Rc::from(name.as_str()), Rc::from(value.as_str())))
            .collect();
        let pid = launch.pid.unwrap_or_else(|| host.new_pid());
        let mut me = Me::new(pid, argv, Rc::from(env), Dialect::Busybox);
        me.cwd = Rc::from(launch.cwd.as_str());
        me.user = launch.user;
        me.started = host.now();
        me.is_init = launch.pid == Some(1);
        let first =
            kernel.open(if launch.has_input || launch.tty { Kind::Input } else { Kind::Null });
        me.fds.push((0, first));
        me.fds.push((1, kernel.open(Kind::Output(false))));
        me.fds.push((2, kernel.open(Kind::Output(!launch.tty))));
        let path = me.variable("PATH");
        let words = Rc::clone(&me.argv);
        if words.is_empty() {
            return Err(Refusal::NotFound);
        }
        let mut sys = Sys { me: &mut me, kernel: &mut kernel, host };
        let loaded = launch::load(&mut sys, &words, path.as_deref(), Dialect::Dash)?;
        me.argv = loaded.argv;
        me.dialect = loaded.dialect;
        let program = loaded.program.begin(pid, &me.argv, &me.env);
        kernel.tasks.push(Rc::new(Task { me, program, wait: Wait::No }));
        Ok(Self { kernel, main: pid, status: None })
    }

    /// The number of the first process.
    pub fn pid(&self) -> u32 {
        self.main
    }

    /// How the first process ended, if it did.
    pub fn status(&self) -> Option<i32> {
        self.status
    }

    /// Whether no process is left.
    pub fn is_empty(&self) -> bool {
        self.kernel.tasks.is_empty()
    }

    /// Gives bytes to whoever reads standard input.
    pub fn feed(&mut self, bytes: &[u8]) {
        let room = super::limits::MEMORY_BYTES_MAX.saturating_sub(self.kernel.input.len());
        self.kernel.input.extend(&bytes[..bytes.len().min(room)]);
    }

    /// Says that nothing more will be fed.
    pub fn close_input(&mut self) {
        self.kernel.input_closed = true;
    }

    /// What was printed since the last call.
    pub fn take_output(&mut self) -> Vec<Output> {
        self.kernel.take_output()
    }

    /// Sends a signal to the first process.
    pub fn signal(&mut self, signal: u8) -> bool {
        self.kernel.signal(self.main, signal)
    }

    /// Sends a signal to one of its processes: whether there is one of that number.
    pub fn signal_pid(&mut self, pid: u32, signal: u8) -> bool {
        self.kernel.signal(pid, signal)
    }

    /// Ctrl-C: `SIGINT` to all in the foreground. What was typed and not read is dropped.
    pub fn interrupt(&mut self) {
        self.kernel.input.clear();
        for task in &mut self.kernel.tasks {
            if !task.me.background {
                Rc::make_mut(task).me.pending.push(signal::INT);
            }
        }
    }

    /// Its processes, as `ps` lists them.
    pub fn processes(&self) -> Vec<ProcessInfo> {
        self.kernel.tasks.iter().map(|task| info(&task.me, task.wait)).collect()
    }

    /// Lets its processes go on for at most so many steps.
    pub fn run(&mut self, host: &mut dyn Host, budget: u32) -> Turn {
        let mut left = budget;
        loop {
            let pids: Vec<u32> = self.kernel.tasks.iter().map(|task| task.me.pid).collect();
            let mut progressed = false;
            for pid in pids {
                let Some(at) = self.kernel.tasks.iter().position(|task| task.me.pid == pid) else {
                    continue;
                };
                if !is_ready(&self.kernel, &self.kernel.tasks[at], host.now()) {
                    continue;
                }
                if left == 0 || self.kernel.is_output_full() {
                    return Turn::Busy;
                }
                progressed = true;
                let slice = left.min(SLICE);
                let used = self.turn(at, host, slice);
                left -= used.min(slice);
            }
            if !progressed {
                return self.rest(host);
            }
        }
    }

    fn rest(&mut self, host: &mut dyn Host) -> Turn {
        if let Some(status) = self.status {
            return Turn::Exited(status);
        }
        let now = host.now();
        match self.next_wake() {
            Some(time) if time > now => Turn::Blocked(time),
            Some(_) => Turn::Busy,
            None => Turn::Waiting,
        }
    }

    /// When something is to do next without anybody's help.
    pub fn next_wake(&self) -> Option<SimTime> {
        let times = self.kernel.tasks.iter().filter_map(|task| match (task.wait, &task.program) {
            (Wait::Until(time), _) => Some(time),
            (_, Program::Foreign(Some((time, _)), _)) => Some(*time),
            _ => None,
        });
        times.min()
    }

    /// One process's turn: how many steps it used.
    fn turn(&mut self, at: usize, host: &mut dyn Host, slice: u32) -> u32 {
        let task = self.kernel.tasks.remove(at);
        let mut task = Rc::unwrap_or_clone(task);
        let mut used = 0;
        let kernel = &mut self.kernel;
        task.wait = Wait::No;
        if let Some(status) = take_signals(&mut task, kernel, host) {
            task.me.drop_output();
            task.program = Program::Ended(status);
        }
        while used < slice && task.wait == Wait::No && !task.me.stopped {
            used += 1;
            let mut sys = Sys { me: &mut task.me, kernel, host };
            match sys.flush() {
                Flush::Done => {}
                Flush::Blocked(id) => {
                    task.wait = Wait::Write(id);
                    break;
                }
                Flush::Broken if sys.me.ignored & 1 << signal::PIPE != 0 => {}
                Flush::Broken => {
                    if !matches!(task.program, Program::Ended(_)) {
                        task.program = Program::Ended(SIGNALLED | i32::from(signal::PIPE));
                    }
                }
            }
            let step = match &mut task.program {
                Program::Shell(shell) => shell.step(&mut sys),
                Program::Tool(tool) => tool.step(&mut sys),
                Program::Foreign(Some((time, status)), _) => {
                    if sys.host.now() >= *time {
                        Step::Done(*status)
                    } else {
                        Step::Wait(Wait::Until(*time))
                    }
                }
                Program::Foreign(None, _) => Step::Wait(Wait::Signal),
                Program::Ended(status) => {
                    let status = *status;
                    self.end(task, status);
                    return used;
                }
            };
            match step {
                Step::Go => {}
                Step::Wait(wait) => {
                    task.wait = wait;
                    // What was said before is heard before the wait: a prompt.
                    let mut sys = Sys { me: &mut task.me, kernel, host };
                    if let Flush::Blocked(id) = sys.flush() {
                        task.wait = Wait::Write(id);
                    }
                }
                Step::Done(status) => task.program = Program::Ended(status),
                Step::Become(program) => task.program = program,
            }
            if !task.me.pending.is_empty() {
                break;
            }
        }
        self.kernel.tasks.insert(at.min(self.kernel.tasks.len()), Rc::new(task));
        used
    }

    /// A process is gone: its files are closed, and its parent may ask how it ended.
    fn end(&mut self, task: Task, status: i32) {
        let me = task.me;
        for (_, id) in &me.fds {
            self.kernel.release(*id);
        }
        if self.kernel.task(me.parent).is_some() {
            self.kernel.ended.insert(me.pid, status);
            if let Some(parent) = self.kernel.tasks.iter_mut().find(|task| task.me.pid == me.parent)
            {
                Rc::make_mut(parent).me.pending.push(signal::CHLD);
            }
        }
        // Nobody asks for the children of a process that is gone.
        for child in &mut self.kernel.tasks {
            if child.me.parent == me.pid {
                Rc::make_mut(child).me.parent = 1;
            }
        }
        if me.pid == self.main {
            self.status = Some(visible(status));
            if me.is_init {
                let rest = std::mem::take(&mut self.kernel.tasks);
                rest.iter()
                    .flat_map(|task| &task.me.fds)
                    .for_each(|(_, id)| self.kernel.release(*id));
            }
        }
    }
}

pub(crate) fn info(me: &Me, wait: Wait) -> ProcessInfo {
    let state = if me.stopped {
        'T'
    } else if wait == Wait::No {
        'R'
    } else {
        'S'
    };
    let words: Vec<&str> = me.argv.iter().map(|word| &**word).collect();
    ProcessInfo {
        pid: me.pid,
        parent: me.parent,
        uid: me.user.uid,
        started: me.started,
        command: words.join(" "),
        state,
    }
}

fn is_ready(kernel: &Kernel, task: &Task, now: SimTime) -> bool {
    if !task.me.pending.is_empty() {
        return true;
    }
    if task.me.stopped {
        return false;
    }
    match task.wait {
        Wait::No => true,
        Wait::Until(time) => now >= time,
        Wait::Read(id) => kernel.can_read(id),
        Wait::Write(id) => kernel.can_write(id),
        Wait::Child(pid) => kernel.ended.get(&pid).is_some() || kernel.task(pid).is_none(),
        Wait::Call(pid) => kernel.has_answer(pid),
        Wait::Signal => false,
    }
}

/// Looks at the signals that came: the status, if one ends the process.
fn take_signals(task: &mut Task, kernel: &mut Kernel, host: &mut dyn Host) -> Option<i32> {
    for number in std::mem::take(&mut task.me.pending) {
        let handled = match &mut task.program {
            Program::Shell(shell) => match shell.traps.get(&number) {
                Some(text) if !text.is_empty() => {
                    if shell.trapped.len() < 64 {
                        shell.trapped.push(number);
                    }
                    true
                }
                Some(_) => true,
                None if shell.is(option::INTERACTIVE) => {
                    if number == signal::INT {
                        let mut sys = Sys { me: &mut task.me, kernel, host };
                        interrupt_prompt(shell, &mut sys);
                    }
                    matches!(number, signal::INT | signal::TERM | 3 | 20)
                }
                None => false,
            },
            Program::Foreign(ends, Some(status)) if number == signal::TERM => {
                *ends = Some((host.now() + CLOSING_MS, *status));
                true
            }
            _ => false,
        };
        let ignored = task.me.ignored & 1_u64.checked_shl(u32::from(number)).unwrap_or(0) != 0;
        match number {
            signal::KILL => return Some(SIGNALLED | i32::from(signal::KILL)),
            signal::STOP => task.me.stopped = true,
            signal::CONT => task.me.stopped = false,
            _ if handled || ignored || signal::is_harmless(number) => {}
            20..=22 => task.me.stopped = !task.me.is_init,
            _ if task.me.is_init => {}
            _ if matches!(task.program, Program::Ended(_)) => {}
            _ => return Some(SIGNALLED | i32::from(number)),
        }
    }
    None
}

/// How long a program that honours `SIGTERM` needs to end.
const CLOSING_MS: u64 = 60;

/// Ctrl-C at the prompt: a new line.
fn interrupt_prompt(shell: &mut super::shell::Shell, sys: &mut Sys<'_>) {
    let waits = shell.frames.len() <= 1 && shell.pc >= shell.code.len();
    if waits
        || !matches!(
            shell.frames.last(),
            Some(super::shell::Frame::Child(_) | super::shell::Frame::Pipeline { .. })
        )
    {
        let _ = sys.write(1, b"\n");
        shell.abandon(sys);
        shell.status = 130;
        shell.prompt_again();
    }
}
