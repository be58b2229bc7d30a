//! `wget` and `nc`, as ways to fetch.

use std::rc::Rc;

use super::super::host::Answer;
use super::super::task::Sys;
use super::fetch::{CONNECT_MS, Fetch, limit, reason, resolve, url};
use super::options::{Known, Options, is_busybox, missing};

impl Fetch {
    #[expect(clippy::too_many_lines, reason = "one case after the other, none of them long")]
    pub(super) fn wget(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Option<i32> {
        let known = Known {
            letters: "qO:T:t:SU:cP:Y:Fn:v",
            long: &[
                ("quiet", 'q'),
                ("output-document", 'O'),
                ("timeout", 'T'),
                ("tries", 't'),
                ("spider", 'F'),
                ("no-check-certificate", 'c'),
                ("header", 'U'),
            ],
            stops: false,
        };
        let options = match Options::parse(sys, argv, &known) {
            Ok(options) => options,
            Err(status) => return Some(status),
        };
        let Some(text) = options.words.first().cloned() else {
            return Some(missing(sys, "wget"));
        };
        let busybox = is_busybox(sys);
        let quiet = options.has('q');
        let target = url(&text);
        let (host, port) = (&target.host, target.port);
        let Some(address) = resolve(sys, host) else {
            let (text, status) = if busybox {
                (format!("wget: bad address '{host}'"), 1)
            } else {
                (format!("wget: unable to resolve host address '{host}'"), 4)
            };
            sys.complain(&text);
            return Some(status);
        };
        if !quiet {
            let text = if busybox {
                format!("Connecting to {host}:{port} ({address}:{port})").replace(
                    &format!("{host}:{port} "),
                    &if port == 80 { format!("{host} ") } else { format!("{host}:{port} ") },
                )
            } else {
                format!("Connecting to {host} ({host})|{address}|:{port}... connected.")
            };
            sys.complain(&text);
        }
        match sys.host.ask(&address, port, host, &target.path) {
            Answer::Page { status, body, .. } => {
                if status >= 400 {
                    let reason = reason(status);
                    let (text, code) = if busybox {
                        (format!("wget: server returned error: HTTP/1.1 {status} {reason}"), 1)
                    } else {
                        (format!("ERROR {status}: {reason}."), 8)
                    };
                    sys.complain(&text);
                    return Some(code);
                }
                let name = target.path.rsplit('/').next().filter(|name| !name.is_empty());
                let default: Rc<str> = Rc::from(name.unwrap_or("index.html"));
                let file = options.value('O').cloned().unwrap_or(default);
                Some(save(sys, &file, &body, quiet || options.has('F'), options.has('F')))
            }
            Answer::Bytes(_) => {
                sys.complain("wget: error getting response");
                Some(1)
            }
            Answer::Refused | Answer::Unreachable => {
                let why = if matches!(sys.host.ask(&address, port, host, "/"), Answer::Refused) {
                    "Connection refused"
                } else {
                    "No route to host"
                };
                let (text, status) = if busybox {
                    (format!("wget: can't connect to remote host ({address}): {why}"), 1)
                } else {
                    (format!("failed: {why}."), 4)
                };
                sys.complain(&text);
                Some(status)
            }
            Answer::Silent => {
                let ms = limit(&options, ['T', 'T']);
                let text = match (ms, busybox) {
                    (Some(_), true) => "wget: download timed out".to_owned(),
                    (None, true) => {
                        format!(
                            "wget: can't connect to remote host ({address}): Connection timed out"
                        )
                    }
                    (_, false) => "failed: Connection timed out.".to_owned(),
                };
                self.wait(sys, ms.unwrap_or(CONNECT_MS), text, if busybox { 1 } else { 4 })
            }
        }
    }

    pub(super) fn netcat(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Option<i32> {
        let options = match Options::parse(sys, argv, &Known::letters("zvw:lp:nuq:")) {
            Ok(options) => options,
            Err(status) => return Some(status),
        };
        if options.has('l') {
            return self.wait(sys, u64::from(u32::MAX) * 1000, String::new(), 0);
        }
        let (Some(host), Some(port)) = (options.words.first().cloned(), options.words.get(1))
        else {
            return Some(missing(sys, "nc"));
        };
        let port = port.parse().unwrap_or(0);
        let Some(address) = resolve(sys, &host) else {
            sys.complain(&format!("nc: bad address '{host}'"));
            return Some(1);
        };
        match sys.host.ask(&address, port, &host, "/") {
            Answer::Page { .. } | Answer::Bytes(_) => {
                if options.has('v') {
                    sys.complain(&format!("{host} ({address}:{port}) open"));
                }
                Some(0)
            }
            Answer::Refused => {
                if options.has('v') {
                    sys.complain(&format!("nc: {host} ({address}:{port}): Connection refused"));
                }
                Some(1)
            }
            _ => {
                let ms = limit(&options, ['w', 'w']).unwrap_or(CONNECT_MS);
                let text = format!("nc: {host} ({address}:{port}): Connection timed out");
                self.wait(sys, ms, text, 1)
            }
        }
    }
}

fn save(sys: &mut Sys<'_>, file: &str, body: &[u8], quiet: bool, discards: bool) -> i32 {
    if discards {
        return 0;
    }
    if file == "-" {
        return i32::from(sys.write(1, body).is_err());
    }
    let busybox = is_busybox(sys);
    if busybox && sys.view().exists(file) && quiet {
        // With -O it is written over; the name from the address is not.
        let _ = sys.view().unlink(file);
    }
    if let Err(errno) = sys.view().write(file, body) {
        sys.complain(&format!("wget: can't open '{file}': {errno}"));
        return 1;
    }
    if !quiet {
        let text = if busybox {
            let bar = "*".repeat(32);
            let len = body.len();
            format!(
                "saving to '{file}'\n{file:20} 100% |{bar}| {len:5}  0:00:00 ETA\n'{file}' saved"
            )
        } else {
            format!(
                "HTTP request sent, awaiting response... 200 OK\nSaving to: '{file}'\n\n'{file}' saved [{}]",
                body.len()
            )
        };
        sys.complain(&text);
    }
    0
}
