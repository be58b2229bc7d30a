//! Names, addresses and whether somebody is there: `nslookup`, `ping`, `hostname`, `ip`.

use std::rc::Rc;

use super::super::host::Answer;
use super::super::task::{Step, Sys, Tool, Wait};
use super::Make;
use super::fetch::{is_address, limit, resolve};
use super::options::{Known, Options, is_busybox, missing};
use crate::api::time::SimTime;

pub(super) const TOOLS: &[(&str, Make)] = &[
    ("nslookup", Make::Plain(nslookup)),
    ("host", Make::Plain(nslookup)),
    ("hostname", Make::Plain(hostname)),
    ("ip", Make::Plain(ip)),
    ("ifconfig", Make::Plain(ip)),
    ("ping", Make::Long(|| Box::new(Ping::default()))),
];

fn nslookup(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let Some(name) = argv[1..].iter().find(|word| !word.starts_with('-')).cloned() else {
        return missing(sys, "nslookup");
    };
    let server = sys.host.name_server();
    let found = if is_address(&name) { vec![name.to_string()] } else { sys.host.resolve(&name) };
    let name = name.trim_end_matches('.');
    if argv[0].ends_with("host") {
        for address in &found {
            let _ = sys.print(&format!("{name} has address {address}\n"));
        }
        if found.is_empty() {
            let _ = sys.print(&format!("Host {name} not found: 3(NXDOMAIN)\n"));
        }
        return i32::from(found.is_empty());
    }
    let port = if is_busybox(sys) { ":53" } else { "#53" };
    let mut text = format!("Server:\t\t{server}\nAddress:\t{server}{port}\n\n");
    if found.is_empty() {
        text = format!("{text}** server can't find {name}: NXDOMAIN\n\n");
    }
    for address in &found {
        text = format!("{text}Name:\t{name}\nAddress: {address}\n");
    }
    if !found.is_empty() {
        text.push('\n');
    }
    let _ = sys.print(&text);
    i32::from(found.is_empty())
}

/// `ping`.
#[derive(Clone, Debug, Default)]
struct Ping {
    begun: Option<(String, u64, u64)>,
    sent: u64,
    received: u64,
    next: SimTime,
}

impl Tool for Ping {
    #[expect(clippy::too_many_lines, reason = "one case after the other, none of them long")]
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        let busybox = is_busybox(sys);
        let Some((address, count, wait)) = self.begun.clone() else {
            let argv = Rc::clone(&sys.me.argv);
            let options = match Options::parse(sys, &argv, &Known::letters("c:W:w:i:qs:I:46n")) {
                Ok(options) => options,
                Err(status) => return Step::Done(status),
            };
            let Some(name) = options.words.first().cloned() else {
                return Step::Done(missing(sys, "ping"));
            };
            let Some(address) = resolve(sys, &name) else {
                let text = if busybox {
                    format!("ping: bad address '{name}'")
                } else {
                    format!("ping: {name}: Name or service not known")
                };
                sys.complain(&text);
                return Step::Done(if busybox { 1 } else { 2 });
            };
            let bytes = if busybox { ": 56 data bytes" } else { " 56(84) bytes of data." };
            let _ = sys.print(&format!("PING {name} ({address}){bytes}\n"));
            let count = options.value('c').and_then(|text| text.parse().ok()).unwrap_or(u64::MAX);
            let wait = limit(&options, ['W', 'w']).unwrap_or(10_000);
            self.begun = Some((address, count, wait));
            self.next = sys.host.now();
            return Step::Go;
        };
        if sys.host.now() < self.next {
            return Step::Wait(Wait::Until(self.next));
        }
        if self.sent < count {
            let answers = !matches!(
                sys.host.ask(&address, 7, &address, ""),
                Answer::Silent | Answer::Unreachable
            );
            let number = if busybox {
                format!("seq={}", self.sent)
            } else {
                format!("icmp_seq={}", self.sent + 1)
            };
            self.sent += 1;
            if answers {
                self.received += 1;
                let _ =
                    sys.print(&format!("64 bytes from {address}: {number} ttl=64 time=0.060 ms\n"));
            }
            let last = self.sent == count;
            self.next = sys.host.now()
                + if last && !answers {
                    wait
                } else if last {
                    0
                } else {
                    1000
                };
            return Step::Go;
        }
        let lost = (self.sent - self.received) * 100 / self.sent.max(1);
        let (sent, got) = (self.sent, self.received);
        let text = if busybox {
            format!(
                "\n--- {address} ping statistics ---\n{sent} packets transmitted, {got} packets received, {lost}% packet loss\n"
            )
        } else {
            format!(
                "\n--- {address} ping statistics ---\n{sent} packets transmitted, {got} received, {lost}% packet loss, time {}ms\n",
                (sent - 1) * 1000
            )
        };
        let _ = sys.print(&text);
        Step::Done(i32::from(self.received == 0))
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}

fn hostname(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let options = match Options::parse(sys, argv, &Known::letters("fisdIA")) {
        Ok(options) => options,
        Err(status) => return status,
    };
    let name = sys.host.hostname();
    let own = sys.host.addresses();
    let own: Vec<&str> =
        own.iter().filter(|(name, _)| name != "lo").map(|(_, address)| address.as_str()).collect();
    let text = if options.has('i') || options.has('I') {
        own.join(" ")
    } else if options.has('f') || options.has('d') {
        let hosts =
            sys.view().read("/etc/hosts").map(|bytes| bytes.to_text(1 << 16)).unwrap_or_default();
        let line = hosts.lines().map(|line| line.split_whitespace().collect::<Vec<&str>>());
        let mut lines = line.filter(|words| words.iter().skip(1).any(|word| *word == name));
        let full = lines.next().and_then(|words| words.get(1).map(|word| (*word).to_owned()));
        let full = full.unwrap_or(name);
        if options.has('d') {
            full.split_once('.').map_or(String::new(), |(_, rest)| rest.to_owned())
        } else {
            full
        }
    } else if options.has('s') {
        name.split('.').next().unwrap_or("").to_owned()
    } else {
        name
    };
    let _ = sys.print(&format!("{text}\n"));
    0
}

/// `ip addr`, `ip route` and `ifconfig`, as far as one looks for an address.
fn ip(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let what = argv[1..].iter().find(|word| !word.starts_with('-')).cloned();
    let what = what.unwrap_or_else(|| Rc::from("addr"));
    let all = sys.host.addresses();
    let mut text = String::new();
    if what.starts_with('r') {
        if let Some((name, address)) = all.iter().find(|(name, _)| name != "lo") {
            let network = address.rsplit_once('.').map_or("", |(network, _)| network);
            text = format!(
                "default via {network}.1 dev {name}\n{network}.0/24 dev {name} scope link  src {address}\n"
            );
        }
    } else {
        for (index, (name, address)) in all.iter().enumerate() {
            let (flags, bits) = if name == "lo" {
                ("LOOPBACK,UP,LOWER_UP", 8)
            } else {
                ("BROADCAST,MULTICAST,UP,LOWER_UP", 24)
            };
            let number = index + 1;
            text = format!(
                "{text}{number}: {name}: <{flags}> mtu 1500 qdisc noqueue state UP\n    inet {address}/{bits} scope global {name}\n"
            );
        }
    }
    let _ = sys.print(&text);
    0
}
