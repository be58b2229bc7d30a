//! What asks other machines for something: `curl`, `wget`, `nc`.

use std::rc::Rc;

use super::super::host::Answer;
use super::super::task::{Step, Sys, Tool, Wait};
use super::Make;
use super::options::{Known, Options};
use crate::api::time::SimTime;

pub(super) const TOOLS: &[(&str, Make)] = &[
    ("curl", Make::Long(|| Box::new(Fetch::default()))),
    ("wget", Make::Long(|| Box::new(Fetch::default()))),
    ("nc", Make::Long(|| Box::new(Fetch::default()))),
];

/// How long a connection to nobody is tried.
pub(super) const CONNECT_MS: u64 = 130_000;

/// An address in its parts.
pub(super) struct Url {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) path: String,
}

pub(super) fn url(text: &str) -> Url {
    let (rest, default) = match text.split_once("://") {
        Some(("https", rest)) => (rest, 443),
        Some((_, rest)) => (rest, 80),
        None => (text, 80),
    };
    let (host, path) = match rest.find('/') {
        Some(at) => (&rest[..at], &rest[at..]),
        None => (rest, "/"),
    };
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().unwrap_or(default)),
        None => (host, default),
    };
    Url { host: host.to_owned(), port, path: path.to_owned() }
}

/// Whether the text is an address in numbers.
pub(super) fn is_address(text: &str) -> bool {
    text.split('.').count() == 4 && text.split('.').all(|part| part.parse::<u8>().is_ok())
}

/// The address of a name, from `/etc/hosts` or the name server.
pub(super) fn resolve(sys: &mut Sys<'_>, name: &str) -> Option<String> {
    if is_address(name) {
        return Some(name.to_owned());
    }
    let hosts =
        sys.view().read("/etc/hosts").map(|bytes| bytes.to_text(1 << 16)).unwrap_or_default();
    for line in hosts.lines() {
        let mut words = line.split('#').next().unwrap_or("").split_whitespace();
        if let Some(address) = words.next().filter(|address| is_address(address))
            && words.any(|word| word == name)
        {
            return Some(address.to_owned());
        }
    }
    if name == "localhost" {
        return Some("127.0.0.1".to_owned());
    }
    sys.host.resolve(name).into_iter().next()
}

/// What is fetched, and what was answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Fetch {
    /// Nobody answered: it ends at that time, with that text and status.
    timeout: Option<(SimTime, String, i32)>,
}

impl Tool for Fetch {
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        if let Some((time, text, status)) = &self.timeout {
            if sys.host.now() < *time {
                return Step::Wait(Wait::Until(*time));
            }
            let (text, status) = (text.clone(), *status);
            if !text.is_empty() {
                sys.complain(&text);
            }
            return Step::Done(status);
        }
        let argv = Rc::clone(&sys.me.argv);
        let done = match argv[0].rsplit('/').next() {
            Some("curl") => self.curl(sys, &argv),
            Some("nc") => self.netcat(sys, &argv),
            _ => self.wget(sys, &argv),
        };
        match done {
            Some(status) => Step::Done(status),
            None => Step::Go,
        }
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}

/// Seconds in milliseconds; 0 is no limit.
pub(super) fn limit(options: &Options, letters: [char; 2]) -> Option<u64> {
    let texts = letters.iter().filter_map(|letter| options.value(*letter));
    let seconds = texts.filter_map(|text| text.parse::<f64>().ok());
    seconds.map(super::sleep::milliseconds).filter(|ms| *ms > 0).min()
}

const CURL: Known = Known {
    letters: "sSfo:OIivLm:X:d:H:kw:u:A:b:c:e:C:gGq46NT:#y:",
    long: &[
        ("silent", 's'),
        ("show-error", 'S'),
        ("fail", 'f'),
        ("output", 'o'),
        ("remote-name", 'O'),
        ("head", 'I'),
        ("include", 'i'),
        ("verbose", 'v'),
        ("location", 'L'),
        ("max-time", 'm'),
        ("connect-timeout", 'y'),
        ("request", 'X'),
        ("data", 'd'),
        ("header", 'H'),
        ("insecure", 'k'),
        ("write-out", 'w'),
    ],
    stops: false,
};

impl Fetch {
    pub(super) fn wait(
        &mut self,
        sys: &mut Sys<'_>,
        ms: u64,
        text: String,
        status: i32,
    ) -> Option<i32> {
        self.timeout = Some((sys.host.now() + ms, text, status));
        None
    }

    fn curl(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Option<i32> {
        let Ok(options) = Options::parse(sys, argv, &CURL) else { return Some(2) };
        let Some(text) = options.words.first().cloned() else {
            sys.complain("curl: try 'curl --help' or 'curl --manual' for more information");
            return Some(2);
        };
        let quiet = options.has('s') && !options.has('S');
        let target = url(&text);
        let fail = |sys: &mut Sys<'_>, status: i32, text: String| {
            if !quiet {
                sys.complain(&format!("curl: ({status}) {text}"));
            }
            Some(status)
        };
        let (host, port) = (&target.host, target.port);
        let Some(address) = resolve(sys, host) else {
            return fail(sys, 6, format!("Could not resolve host: {host}"));
        };
        match sys.host.ask(&address, port, host, &target.path) {
            Answer::Page { status, kind, server, body } => {
                if options.has('f') && status >= 400 {
                    return fail(sys, 22, format!("The requested URL returned error: {status}"));
                }
                let head = headers(status, &kind, &server, body.len());
                let shows_head = options.has('I') || options.has('i');
                let mut data = if shows_head { head.into_bytes() } else { Vec::new() };
                if !options.has('I') {
                    data.extend(&body);
                }
                Some(deliver(sys, &options, &text, &data, status))
            }
            Answer::Bytes(bytes) if bytes.is_empty() => {
                fail(sys, 52, "Empty reply from server".to_owned())
            }
            Answer::Bytes(_) => fail(sys, 1, "Received HTTP/0.9 when not allowed".to_owned()),
            Answer::Refused => fail(
                sys,
                7,
                format!(
                    "Failed to connect to {host} port {port} after 0 ms: Couldn't connect to server"
                ),
            ),
            Answer::Unreachable => fail(
                sys,
                7,
                format!("Failed to connect to {host} port {port} after 0 ms: No route to host"),
            ),
            Answer::Silent => {
                let ms = limit(&options, ['m', 'y']);
                let why = match ms {
                    Some(ms) => format!("curl: (28) Connection timed out after {ms} milliseconds"),
                    None => format!(
                        "curl: (28) Failed to connect to {host} port {port} after {CONNECT_MS} ms: \
                         Couldn't connect to server"
                    ),
                };
                let text = if quiet { String::new() } else { why };
                self.wait(sys, ms.unwrap_or(CONNECT_MS), text, 28)
            }
        }
    }
}

pub(super) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        302 => "Found",
        403 => "Forbidden",
        404 => "Not Found",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "",
    }
}

fn headers(status: u16, kind: &str, server: &str, len: usize) -> String {
    let reason = reason(status);
    let server = if server.is_empty() { String::new() } else { format!("Server: {server}\r\n") };
    format!(
        "HTTP/1.1 {status} {reason}\r\n{server}Content-Type: {kind}\r\nContent-Length: {len}\r\n\r\n"
    )
}

fn deliver(sys: &mut Sys<'_>, options: &Options, url: &str, data: &[u8], status: u16) -> i32 {
    let name = url.rsplit('/').next().unwrap_or("");
    let file = options.value('o').cloned().or_else(|| options.has('O').then(|| Rc::from(name)));
    let to_file = file.as_ref().is_some_and(|file| &**file != "-");
    if !options.has('s') && (to_file || !sys.kernel.tty) {
        let len = data.len();
        sys.complain(&format!(
            "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n\
             {:33}Dload  Upload   Total   Spent    Left  Speed\n\
             100 {len:5}  100 {len:5}    0     0  {:5}      0 --:--:-- --:--:-- --:--:-- {:5}",
            "",
            len * 100,
            len * 100
        ));
    }
    match file.filter(|file| &**file != "-") {
        Some(file) => {
            if let Err(errno) = sys.view().write(&file, data) {
                sys.complain(&format!(
                    "Warning: Failed to open the file {file}: {errno}\n\
                     curl: (23) Failure writing output to destination"
                ));
                return 23;
            }
        }
        None => {
            if sys.write(1, data).is_err() {
                sys.complain("curl: (23) Failure writing output to destination");
                return 23;
            }
        }
    }
    if let Some(format) = options.value('w') {
        let text = format
            .replace("%{http_code}", &status.to_string())
            .replace("%{response_code}", &status.to_string())
            .replace("%{size_download}", &data.len().to_string())
            .replace("\\n", "\n");
        let _ = sys.print(&text);
    }
    0
}
