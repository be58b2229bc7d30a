//! A process, and what it may do: the calls to the kernel.

use std::rc::Rc;

use crate::api::time::SimTime;
use crate::machine::fs::bytes::Bytes;
use crate::machine::fs::errno::Errno;
use crate::machine::fs::handle::OpenMode;
use crate::machine::fs::inode::{Device, FileKind};
use crate::machine::fs::view::{Credentials, View};

use super::code::Dialect;
use super::host::Host;
use super::kernel::{Kernel, Kind, Read};
use super::limits::{PROCESSES_MAX, REFUSALS_MAX};
use super::shell::Shell;

/// Why a process does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// It does.
    No,
    /// It sleeps until then.
    Until(SimTime),
    /// It reads from that open file.
    Read(u32),
    /// It writes to that open file.
    Write(u32),
    /// It waits for that process to end.
    Child(u32),
    /// It waits for an answer from outside to the call of that process.
    Call(u32),
    /// It waits for a signal.
    Signal,
}

/// What one step of a program comes to.
#[derive(Debug)]
pub(crate) enum Step {
    /// There is more to do.
    Go,
    /// It waits.
    Wait(Wait),
    /// It ended with that status; a signal's is above [`SIGNALLED`].
    Done(i32),
    /// It is another program from now on.
    Become(Program),
}

/// The status of a process that a signal ended, without the signal's number.
pub(crate) const SIGNALLED: i32 = 0x100;

/// A status as `$?` shows it.
pub(crate) fn visible(status: i32) -> i32 {
    if status & SIGNALLED == 0 { status & 0xff } else { 128 + (status & 0x7f) }
}

/// A tool: a program that is written in Rust.
pub(crate) trait Tool: std::fmt::Debug {
    /// Goes on for a while.
    fn step(&mut self, sys: &mut Sys<'_>) -> Step;
    /// A copy: the past keeps its own.
    fn copy(&self) -> Box<dyn Tool>;
}

impl Clone for Box<dyn Tool> {
    fn clone(&self) -> Self {
        self.copy()
    }
}

/// What a process runs.
#[derive(Clone, Debug)]
pub(crate) enum Program {
    /// A shell.
    Shell(Box<Shell>),
    /// A tool.
    Tool(Box<dyn Tool>),
    /// A program that the host knows: when it ends, and how it takes `SIGTERM`.
    Foreign(Option<(SimTime, i32)>, Option<i32>),
    /// Nothing any more.
    Ended(i32),
}

/// Exported variables, as a process gets them.
pub(crate) type Environment = Rc<[(Rc<str>, Rc<str>)]>;

/// What the kernel knows of a process.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
pub(crate) struct Me {
    pub(crate) pid: u32,
    pub(crate) parent: u32,
    pub(crate) argv: Rc<[Rc<str>]>,
    pub(crate) env: Environment,
    /// Descriptors and the open files they lead to, in order.
    pub(crate) fds: Vec<(u8, u32)>,
    pub(crate) cwd: Rc<str>,
    pub(crate) umask: u16,
    pub(crate) user: Credentials,
    pub(crate) started: SimTime,
    /// Signals that came and were not looked at yet.
    pub(crate) pending: Vec<u8>,
    /// Signals that do nothing, as bits.
    pub(crate) ignored: u64,
    /// Whether Ctrl-C does not reach it.
    pub(crate) background: bool,
    /// Process 1 of its name space: only signals that it handles reach it.
    pub(crate) is_init: bool,
    /// Whose words it uses.
    pub(crate) dialect: Dialect,
    pub(crate) stopped: bool,
    /// Whether a tool could not write what it had to.
    pub(crate) failed: bool,
    /// Output that a pipe or the host did not take yet.
    queue: Vec<(u32, Vec<u8>)>,
}

/// A process.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) me: Me,
    pub(crate) program: Program,
    pub(crate) wait: Wait,
}

/// A process at work: what it is, what it shares, and the machine.
pub(crate) struct Sys<'a> {
    pub(crate) me: &'a mut Me,
    pub(crate) kernel: &'a mut Kernel,
    pub(crate) host: &'a mut dyn Host,
}

/// What became of queued output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flush {
    /// It is all written.
    Done,
    /// It waits for that open file.
    Blocked(u32),
    /// Nobody reads it.
    Broken,
}

impl Me {
    /// A first process, without open files.
    pub(crate) fn new(pid: u32, argv: Rc<[Rc<str>]>, env: Environment, dialect: Dialect) -> Self {
        Self {
            pid,
            parent: 0,
            argv,
            env,
            fds: Vec::new(),
            cwd: Rc::from("/"),
            umask: 0o022,
            user: Credentials::root(),
            started: SimTime(0),
            pending: Vec::new(),
            ignored: 0,
            background: false,
            is_init: false,
            dialect,
            stopped: false,
            failed: false,
            queue: Vec::new(),
        }
    }

    /// The open file of a descriptor.
    pub(crate) fn fd(&self, fd: u8) -> Option<u32> {
        self.fds.iter().find(|(number, _)| *number == fd).map(|(_, id)| *id)
    }

    /// Forgets what was not taken.
    pub(crate) fn drop_output(&mut self) {
        self.queue.clear();
    }

    /// A variable of the environment.
    pub(crate) fn variable(&self, name: &str) -> Option<Rc<str>> {
        self.env.iter().find(|(known, _)| &**known == name).map(|(_, value)| Rc::clone(value))
    }
}

impl Sys<'_> {
    /// The files as this process sees them.
    pub(crate) fn view(&mut self) -> View<'_> {
        self.host.view(&self.me.user, &self.me.cwd, self.me.umask)
    }

    /// Lets a descriptor lead to an open file, which it takes over.
    pub(crate) fn set_fd(&mut self, fd: u8, id: Option<u32>) {
        if let Some(at) = self.me.fds.iter().position(|(number, _)| *number == fd) {
            let (_, old) = self.me.fds.remove(at);
            self.kernel.release(old);
        }
        if let Some(id) = id {
            self.me.fds.push((fd, id));
        }
    }

    /// Opens a path: `/dev/null`, `/dev/stdout` and its like are known to the kernel.
    pub(crate) fn open(&mut self, path: &str, mode: OpenMode) -> Result<u32, Errno> {
        let standard = match path {
            "/dev/stdin" | "/proc/self/fd/0" => Some(0),
            "/dev/stdout" | "/proc/self/fd/1" | "/proc/1/fd/1" => Some(1),
            "/dev/stderr" | "/proc/self/fd/2" | "/proc/1/fd/2" => Some(2),
            "/dev/tty" => Some(u8::from(mode != OpenMode::Read)),
            _ => None,
        };
        if let Some(fd) = standard {
            let id = self.me.fd(fd).ok_or(Errno::Enxio)?;
            return Ok(self.kernel.hold(id));
        }
        let mut view = self.view();
        let handle = view.open(path, mode)?;
        let stat = view.stat(path)?;
        let device = stat.device;
        let is_null = matches!(device, Some(Device::Null | Device::Terminal | Device::Other));
        if stat.kind == FileKind::Directory && mode != OpenMode::Read {
            return Err(Errno::Eisdir);
        }
        Ok(self.kernel.open(if is_null { Kind::Null } else { Kind::File(handle) }))
    }

    /// Reads at most `limit` bytes.
    pub(crate) fn read(&mut self, fd: u8, limit: usize) -> Result<Read, Errno> {
        let id = self.me.fd(fd).ok_or(Errno::Ebadf)?;
        self.read_open(id, limit)
    }

    /// Reads at most `limit` bytes from an open file.
    pub(crate) fn read_open(&mut self, id: u32, limit: usize) -> Result<Read, Errno> {
        if let Some(Kind::File(handle)) = self.kernel.get(id) {
            let mut handle = handle.clone();
            let bytes = self.view().read_from(&mut handle, limit)?;
            if let Some(Kind::File(kept)) = self.kernel.get_mut(id) {
                *kept = handle;
            }
            let data = bytes.to_vec(limit);
            return Ok(if data.is_empty() { Read::End } else { Read::Data(data) });
        }
        Ok(self.kernel.read(id, limit, false))
    }

    /// Reads of a line what there is, its end included, and nothing behind it.
    pub(crate) fn read_line(&mut self, fd: u8) -> Result<Read, Errno> {
        let id = self.me.fd(fd).ok_or(Errno::Ebadf)?;
        if let Some(Kind::File(handle)) = self.kernel.get(id) {
            let before = handle.offset;
            let read = self.read_open(id, 4096)?;
            if let (Read::Data(mut data), Some(Kind::File(handle))) =
                (read, self.kernel.get_mut(id))
            {
                if let Some(end) = data.iter().position(|byte| *byte == b'\n') {
                    data.truncate(end + 1);
                }
                handle.offset = before + data.len() as u64;
                return Ok(Read::Data(data));
            }
            return Ok(Read::End);
        }
        Ok(self.kernel.read(id, 4096, true))
    }

    /// Writes: to a file at once, to pipes and the host as they take it.
    pub(crate) fn write(&mut self, fd: u8, bytes: &[u8]) -> Result<(), Errno> {
        self.write_bytes(fd, &Bytes::from(bytes.to_vec()))
    }

    /// Writes content that may be large and the same all over.
    pub(crate) fn write_bytes(&mut self, fd: u8, bytes: &Bytes) -> Result<(), Errno> {
        let id = self.me.fd(fd).ok_or(Errno::Ebadf)?;
        match self.kernel.get(id) {
            Some(Kind::File(handle)) => {
                let mut handle = handle.clone();
                let written = self.view().write_to(&mut handle, bytes);
                if let Some(Kind::File(kept)) = self.kernel.get_mut(id) {
                    *kept = handle;
                }
                written
            }
            Some(Kind::Null | Kind::Input) => Ok(()),
            Some(Kind::Output(_) | Kind::WriteEnd(_)) => {
                if !bytes.is_empty() {
                    self.me.queue.push((id, bytes.to_vec(super::limits::MEMORY_BYTES_MAX)));
                }
                Ok(())
            }
            Some(Kind::Text(..) | Kind::ReadEnd(_)) | None => Err(Errno::Ebadf),
        }
    }

    /// Writes text to standard output; whether that failed is for those who ask.
    pub(crate) fn print(&mut self, text: &str) -> Result<(), Errno> {
        self.write(1, text.as_bytes())
    }

    /// Writes a line to standard error, if there is one.
    pub(crate) fn complain(&mut self, text: &str) {
        let _ = self.write(2, format!("{text}\n").as_bytes());
    }

    /// Hands on what was written.
    pub(crate) fn flush(&mut self) -> Flush {
        while let Some((id, bytes)) = self.me.queue.first_mut() {
            match self.kernel.write(*id, bytes) {
                None => {
                    self.me.queue.clear();
                    return Flush::Broken;
                }
                Some(taken) if taken < bytes.len() => {
                    bytes.drain(..taken);
                    return Flush::Blocked(*id);
                }
                Some(_) => {
                    self.me.queue.remove(0);
                }
            }
        }
        Flush::Done
    }

    /// A child with the same open files; `None` when there are too many processes.
    pub(crate) fn child(&mut self) -> Option<Me> {
        if self.kernel.tasks.len() >= PROCESSES_MAX {
            self.kernel.refuse_process();
            if self.me.background && self.kernel.refusals.is_multiple_of(REFUSALS_MAX) {
                self.me.pending.push(super::signal::KILL);
            }
            return None;
        }
        let pid = self.host.new_pid();
        let fds: Vec<(u8, u32)> =
            self.me.fds.iter().map(|(fd, id)| (*fd, self.kernel.hold(*id))).collect();
        let started = self.host.now();
        Some(Me {
            pid,
            parent: self.me.pid,
            fds,
            started,
            pending: Vec::new(),
            queue: Vec::new(),
            is_init: false,
            ..self.me.clone()
        })
    }

    /// Lets a descriptor of a child that does not run yet lead to an open file.
    pub(crate) fn set_child_fd(&mut self, child: &mut Me, fd: u8, id: u32) {
        if let Some(at) = child.fds.iter().position(|(number, _)| *number == fd) {
            let (_, old) = child.fds.remove(at);
            self.kernel.release(old);
        }
        child.fds.push((fd, id));
    }

    /// Starts a child.
    pub(crate) fn start(&mut self, me: Me, program: Program) {
        self.kernel.tasks.push(Rc::new(Task { me, program, wait: Wait::No }));
    }
}
