//! What a process asks of the machine that it runs on.

use std::rc::Rc;

use crate::api::time::SimTime;
use crate::machine::fs::view::{Credentials, View};

/// A process as `ps` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessInfo {
    /// Its number in the machine's or the container's own count.
    pub pid: u32,
    /// The process that made it.
    pub parent: u32,
    /// Who runs it.
    pub uid: u32,
    /// When it was started.
    pub started: SimTime,
    /// Its words.
    pub command: String,
    /// `R`, `S`, `T` or `Z`.
    pub state: char,
}

/// What answers at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A web server's: status, content type and body.
    Page {
        /// Such as 200.
        status: u16,
        /// Such as `text/html`.
        kind: String,
        /// What the `Server` header says.
        server: String,
        /// The content.
        body: Vec<u8>,
    },
    /// A server that speaks something else: what it says to a stranger.
    Bytes(Vec<u8>),
    /// Nothing listens there.
    Refused,
    /// Nobody has that address: the connection hangs until it times out.
    Silent,
    /// There is no way there.
    Unreachable,
}

/// What a command asks for that is more than files and processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Open a file in the page's editor: `vi`, `nano`.
    Edit(String),
    /// Install packages. The host answers whether all are known, or the first that is not.
    Install(Vec<String>),
    /// Remove packages.
    Remove(Vec<String>),
    /// Read the lists of packages anew.
    UpdatePackages,
    /// `start`, `stop`, `restart`, `reload`, `status`, `enable`, `disable`, `is-active` of a
    /// service, by its name without `.service`.
    Service {
        /// What to do.
        verb: String,
        /// With what.
        name: String,
    },
    /// Export what `/etc/exports` says.
    Export,
    /// What a server exports: lines of directory and clients.
    Exports(String),
    /// `mount`.
    Mount {
        /// `-t`; empty when none is given.
        kind: String,
        /// What to mount.
        source: String,
        /// Where.
        point: String,
        /// `-o`.
        options: String,
    },
    /// `umount`.
    Unmount(String),
    /// `docker` with its words, and the directory it is run in.
    Docker(Vec<String>, Rc<str>),
}

/// What came of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The exit status.
    pub status: i32,
    /// What is printed.
    pub stdout: String,
    /// What is printed as an error.
    pub stderr: String,
    /// How long it takes, in milliseconds.
    pub takes_ms: u64,
}

/// The machine that a process runs on. What a machine cannot do, it need not say.
pub trait Host {
    /// The time.
    fn now(&self) -> SimTime;
    /// The machine's files as that user sees them from that directory.
    fn view(&mut self, user: &Credentials, cwd: &Rc<str>, umask: u16) -> View<'_>;
    /// The machine's name.
    fn hostname(&self) -> String;
    /// A number for a new process.
    fn new_pid(&mut self) -> u32;
    /// All processes on the machine but those of the tree that asks.
    fn other_processes(&self) -> Vec<ProcessInfo> {
        Vec::new()
    }
    /// Sends a signal to a process of another tree: whether there is one.
    fn signal(&mut self, _pid: u32, _signal: u8) -> bool {
        false
    }
    /// The program of an image that is no tool of ours: how it goes on.
    fn program(&mut self, _words: &[Rc<str>]) -> Option<Foreign> {
        None
    }
    /// The addresses of a name; none when it is unknown.
    fn resolve(&mut self, _name: &str) -> Vec<String> {
        Vec::new()
    }
    /// The server that answers questions about names.
    fn name_server(&self) -> String {
        "10.96.0.10".to_owned()
    }
    /// Asks a server at an address for a path, as the named host.
    fn ask(&mut self, _address: &str, _port: u16, _host: &str, _path: &str) -> Answer {
        Answer::Unreachable
    }
    /// The machine's own addresses, with the names of their interfaces.
    fn addresses(&self) -> Vec<(String, String)> {
        Vec::new()
    }
    /// Does what is more than files and processes; `None` when this machine has no such thing.
    fn request(&mut self, _request: Request) -> Option<Reply> {
        None
    }
}

/// How a program goes on that the host knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// What it prints when it starts.
    pub stdout: String,
    /// What it prints as errors.
    pub stderr: String,
    /// When it ends by itself, in milliseconds from its start, and with which status.
    pub ends: Option<(u64, i32)>,
    /// The status with which it ends on `SIGTERM`; `None` when it does not handle it.
    pub on_term: Option<i32>,
}
