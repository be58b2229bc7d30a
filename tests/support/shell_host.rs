//! A machine for the shell's tests: one file system, and a clock that runs when all wait.

use std::rc::Rc;

use volume_lab::api::time::SimTime;
use volume_lab::machine::fs::bytes::Bytes;
use volume_lab::machine::fs::disks::{Disks, FsId};
use volume_lab::machine::fs::file_system::{FileSystem, FsType, Limits};
use volume_lab::machine::fs::inode::{Content, Device, Inode};
use volume_lab::machine::fs::namespace::Namespace;
use volume_lab::machine::fs::view::{Credentials, View};
use volume_lab::machine::shell::host::{Answer, Host, Reply, Request};
use volume_lab::machine::shell::run::{Launch, Process, Turn};
use volume_lab::machine::shell::tools;

/// The machine.
#[allow(dead_code, reason = "each test file uses its part")]
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    disks: Disks,
    space: Namespace,
    now: SimTime,
    pids: u32,
}

/// What came of a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// The status; `None` when it did not end.
    pub status: Option<i32>,
    pub elapsed_ms: u64,
}

const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
    daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n\
    www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n\
    nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
const GROUP: &str = "root:x:0:\ndaemon:x:1:\nwww-data:x:33:\nnogroup:x:65534:\n";

#[allow(dead_code, reason = "each test file uses its part")]
impl Machine {
    /// One with all tools, of busybox or of Debian.
    pub(crate) fn new(busybox: bool) -> Self {
        let limits = Limits { bytes: 16 << 20, inodes: 3_000 };
        let mut root = FileSystem::new(FsType::Overlay, "overlay", limits);
        let start = SimTime(0);
        let binary = if busybox { "\x7fELF busybox" } else { "\x7fELF" };
        for directory in ["/tmp/lab", "/root", "/etc", "/dev", "/proc", "/var/tmp", "/bin"] {
            root.make_directories(directory, 0o755, start).unwrap();
        }
        let shells: &[&str] = if busybox { &["sh", "ash"] } else { &["sh", "dash", "bash"] };
        for name in tools::names().chain(shells.iter().copied()) {
            root.put(&format!("/bin/{name}"), Inode::file(binary, 0o755), start).unwrap();
        }
        root.put("/etc/passwd", Inode::file(PASSWD, 0o644), start).unwrap();
        root.put("/etc/group", Inode::file(GROUP, 0o644), start).unwrap();
        for (name, device) in [
            ("null", Device::Null),
            ("zero", Device::Zero),
            ("full", Device::Full),
            ("urandom", Device::Random),
        ] {
            let inode = Inode::new(Content::CharDevice(device), 0o666);
            root.put(&format!("/dev/{name}"), inode, start).unwrap();
        }
        let id = FsId::Shared(Rc::from("root"));
        let mut disks = Disks::default();
        disks.insert(id.clone(), root);
        Self { disks, space: Namespace::new(id), now: SimTime(0), pids: 100 }
    }

    /// The content of a file.
    pub(crate) fn read(&mut self, path: &str) -> Option<Bytes> {
        self.view(&Credentials::root(), &Rc::from("/"), 0o022).read(path).ok()
    }

    /// Starts a program in `/tmp/lab`.
    pub(crate) fn start(&mut self, argv: &[&str], tty: bool, pid: Option<u32>) -> Process {
        let env = [("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), ("HOME", "/root")];
        let launch = Launch {
            argv: argv.iter().map(|word| (*word).to_owned()).collect(),
            env: env.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
            cwd: "/tmp/lab".to_owned(),
            user: Credentials::root(),
            tty,
            has_input: tty,
            pid,
        };
        Process::spawn(self, launch).unwrap()
    }

    /// Runs a program to its end, or until that much time has passed; time flies while all wait.
    pub(crate) fn run(&mut self, argv: &[&str], most_ms: u64) -> Outcome {
        let mut process = self.start(argv, false, None);
        let begin = self.now;
        let mut outcome =
            Outcome { stdout: Vec::new(), stderr: Vec::new(), status: None, elapsed_ms: 0 };
        loop {
            let turn = process.run(self, 10_000);
            for output in process.take_output() {
                let to = if output.is_error { &mut outcome.stderr } else { &mut outcome.stdout };
                to.extend(output.bytes);
            }
            outcome.elapsed_ms = self.now.since(begin);
            match turn {
                Turn::Exited(status) => {
                    outcome.status = Some(status);
                    return outcome;
                }
                Turn::Blocked(until) if until.since(begin) <= most_ms => self.now = until,
                // Ten thousand steps take a hundredth of a second.
                Turn::Busy if self.now.since(begin) < most_ms => self.now = self.now + 10,
                _ => return outcome,
            }
        }
    }

    /// The time, in milliseconds.
    pub(crate) fn now_ms(&self) -> u64 {
        self.now.0
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, ms: u64) {
        self.now = self.now + ms;
    }
}

impl Host for Machine {
    fn now(&self) -> SimTime {
        self.now
    }

    fn view(&mut self, user: &Credentials, cwd: &Rc<str>, umask: u16) -> View<'_> {
        View {
            disks: &mut self.disks,
            space: &mut self.space,
            host: None,
            user: user.clone(),
            umask,
            cwd: Rc::clone(cwd),
            now: self.now,
        }
    }

    fn hostname(&self) -> String {
        "web-0".to_owned()
    }

    fn new_pid(&mut self) -> u32 {
        self.pids += 1;
        self.pids
    }

    fn resolve(&mut self, name: &str) -> Vec<String> {
        match name {
            "web" | "web.default.svc.cluster.local" => vec!["10.244.1.5".to_owned()],
            _ => Vec::new(),
        }
    }

    fn ask(&mut self, address: &str, port: u16, _host: &str, path: &str) -> Answer {
        match (address, port, path) {
            ("10.244.1.5", 80, "/") => Answer::Page {
                status: 200,
                kind: "text/html".to_owned(),
                server: "nginx".to_owned(),
                body: b"index - work1\n".to_vec(),
            },
            ("10.244.1.5", 80, _) => Answer::Page {
                status: 404,
                kind: "text/html".to_owned(),
                server: "nginx".to_owned(),
                body: b"not found\n".to_vec(),
            },
            ("10.244.1.5", _, _) => Answer::Refused,
            _ => Answer::Silent,
        }
    }

    fn request(&mut self, request: Request) -> Option<Reply> {
        match request {
            Request::Install(_) | Request::UpdatePackages => Some(Reply::default()),
            _ => None,
        }
    }
}
