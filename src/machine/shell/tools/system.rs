//! What the machine says of itself: `date`, `ps`, `uname`, `uptime`, `free`.

use std::fmt::Write as _;
use std::rc::Rc;

use super::super::host::ProcessInfo;
use super::super::run;
use super::super::signal;
use super::super::task::{Sys, Wait};
use super::super::users;
use super::Make;
use super::list::MONTHS;
use super::options::{Known, Options, is_busybox, missing};
use crate::api::time::{EPOCH_SECONDS, SimTime};

pub(super) const TOOLS: &[(&str, Make)] = &[
    ("date", Make::Plain(date)),
    ("ps", Make::Plain(ps)),
    ("pidof", Make::Plain(pidof)),
    ("pgrep", Make::Plain(pidof)),
    ("pkill", Make::Plain(pidof)),
    ("killall", Make::Plain(pidof)),
    ("uname", Make::Plain(uname)),
    ("arch", Make::Plain(uname)),
    ("nproc", Make::Plain(|sys, _| i32::from(sys.print("2\n").is_err()))),
    ("uptime", Make::Plain(uptime)),
    ("free", Make::Plain(free)),
];

const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const LONG_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn date(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let known = Known {
        letters: "ud:RI:r:s:",
        long: &[("utc", 'u'), ("date", 'd'), ("rfc-email", 'R'), ("iso-8601", 'I')],
        stops: false,
    };
    let words: Vec<Rc<str>> = argv
        .iter()
        .map(|word| if &**word == "-I" { Rc::from("-Idate") } else { Rc::clone(word) })
        .collect();
    let options = match Options::parse(sys, &words, &known) {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut time = sys.host.now();
    if let Some(text) = options.value('d') {
        let seconds = text.strip_prefix('@').and_then(|text| text.parse::<u64>().ok());
        let iso = format!("{}Z", text.trim_end_matches('Z').replacen(' ', "T", 1));
        let day = format!("{text}T00:00:00Z");
        let parsed = SimTime::parse_rfc3339(&iso).or_else(|| SimTime::parse_rfc3339(&day));
        time = match (seconds, parsed, &**text) {
            (Some(seconds), _, _) => SimTime(seconds.saturating_sub(EPOCH_SECONDS) * 1000),
            (None, Some(parsed), _) => parsed,
            (None, None, "now" | "today") => time,
            (None, None, "tomorrow") => time + 86_400_000,
            _ => {
                let text = format!("date: invalid date '{text}'");
                sys.complain(&text);
                return 1;
            }
        };
    }
    if options.has('s') {
        sys.complain("date: cannot set date: Operation not permitted");
        return 1;
    }
    let format = options.words.first().and_then(|word| word.strip_prefix('+'));
    let format = match (format, options.value('I').map(|kind| &**kind)) {
        (Some(format), _) => format,
        (None, Some("seconds")) => "%Y-%m-%dT%H:%M:%S+00:00",
        (None, Some("minutes")) => "%Y-%m-%dT%H:%M+00:00",
        (None, Some(_)) => "%Y-%m-%d",
        (None, None) if options.has('R') => "%a, %d %b %Y %H:%M:%S +0000",
        (None, None) => "%a %b %e %H:%M:%S UTC %Y",
    };
    let text = formatted(format, time);
    let _ = sys.print(&format!("{text}\n"));
    0
}

fn formatted(format: &str, time: SimTime) -> String {
    let (year, month, day, hour, minute, second) = time.civil();
    let index = usize::try_from(month - 1).unwrap_or(0).min(11);
    let weekday = time.weekday().min(6);
    let unix = EPOCH_SECONDS + time.0 / 1000;
    let mut text = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let mut letter = chars.next().unwrap_or('%');
        if matches!(letter, '-' | '_' | '0') {
            letter = chars.next().unwrap_or('%');
        }
        let part = match letter {
            'Y' => year.to_string(),
            'y' => format!("{:02}", year % 100),
            'm' => format!("{month:02}"),
            'd' => format!("{day:02}"),
            'e' => format!("{day:2}"),
            'H' => format!("{hour:02}"),
            'I' => format!("{:02}", (hour + 11) % 12 + 1),
            'M' => format!("{minute:02}"),
            'S' => format!("{second:02}"),
            'N' => format!("{:09}", time.0 % 1000 * 1_000_000),
            's' => unix.to_string(),
            'a' => DAYS[weekday][..3].to_owned(),
            'A' => DAYS[weekday].to_owned(),
            'b' | 'h' => MONTHS[index].to_owned(),
            'B' => LONG_MONTHS[index].to_owned(),
            'p' => if hour < 12 { "AM" } else { "PM" }.to_owned(),
            'Z' => "UTC".to_owned(),
            'z' => "+0000".to_owned(),
            'u' => if weekday == 0 { 7 } else { weekday }.to_string(),
            'w' => weekday.to_string(),
            'F' => format!("{year}-{month:02}-{day:02}"),
            'D' => format!("{month:02}/{day:02}/{:02}", year % 100),
            'T' => format!("{hour:02}:{minute:02}:{second:02}"),
            'R' => format!("{hour:02}:{minute:02}"),
            'c' => formatted("%a %b %e %H:%M:%S %Y", time),
            'n' => "\n".to_owned(),
            't' => "\t".to_owned(),
            '%' => "%".to_owned(),
            other => format!("%{other}"),
        };
        text.push_str(&part);
    }
    text
}

/// All processes of the machine, in order.
fn processes(sys: &mut Sys<'_>) -> Vec<ProcessInfo> {
    let mut all: Vec<ProcessInfo> =
        sys.kernel.tasks.iter().map(|task| run::info(&task.me, task.wait)).collect();
    all.push(run::info(sys.me, Wait::No));
    for other in sys.host.other_processes() {
        if all.iter().all(|known| known.pid != other.pid) {
            all.push(other);
        }
    }
    all.sort_by_key(|process| process.pid);
    all
}

/// The program's name as `ps` shows it in short.
fn short(command: &str) -> &str {
    let first = command.split_whitespace().next().unwrap_or("");
    first.rsplit('/').next().unwrap_or(first)
}

fn ps(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let all = processes(sys);
    let words: String = argv[1..].iter().map(|word| word.trim_start_matches('-')).collect();
    let mut text = String::new();
    if is_busybox(sys) {
        text.push_str("PID   USER     TIME  COMMAND\n");
        for process in all {
            let user: String = users::name_of(sys, process.uid).chars().take(8).collect();
            let _ = writeln!(text, "{:5} {user:8}  0:00 {}", process.pid, process.command);
        }
        let _ = sys.print(&text);
        return 0;
    }
    let terminal = if sys.kernel.tty { "pts/0" } else { "?" };
    let own: Vec<u32> =
        sys.kernel.tasks.iter().map(|task| task.me.pid).chain([sys.me.pid]).collect();
    let user_format = argv.get(1).is_some_and(|word| !word.starts_with('-')) && words.contains('u');
    if user_format {
        text.push_str(
            "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n",
        );
    } else if words.contains('f') {
        text.push_str("UID          PID    PPID  C STIME TTY          TIME CMD\n");
    } else {
        text.push_str("    PID TTY          TIME CMD\n");
    }
    let everyone = words.contains('e')
        || words.contains('A')
        || words.contains('x')
        || user_format && words.contains('a');
    for process in all {
        let mine = own.contains(&process.pid);
        if !everyone && !mine {
            continue;
        }
        let user = users::name_of(sys, process.uid);
        let (_, _, _, hour, minute, _) = process.started.civil();
        let tty = if mine { terminal } else { "?" };
        let (pid, parent, command) = (process.pid, process.parent, &process.command);
        let _ = if user_format {
            writeln!(
                text,
                "{user:8} {pid:7}  0.0  0.1   4188  3400 {tty:8} {:4} {hour:02}:{minute:02}   0:00 {command}",
                process.state
            )
        } else if words.contains('f') {
            writeln!(
                text,
                "{user:8} {pid:7} {parent:7}  0 {hour:02}:{minute:02} {tty:8} 00:00:00 {command}"
            )
        } else {
            writeln!(text, "{pid:7} {tty:8} 00:00:00 {}", short(command))
        };
    }
    let _ = sys.print(&text);
    0
}

/// `pidof`, `pgrep`, `pkill`, `killall`.
fn pidof(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let tool = argv[0].rsplit('/').next().unwrap_or("").to_owned();
    let mut number = signal::TERM;
    let mut names: Vec<Rc<str>> = Vec::new();
    let mut whole = false;
    for word in &argv[1..] {
        match word.strip_prefix('-') {
            Some("f") => whole = true,
            Some(text) => number = signal::number(text).unwrap_or(number),
            None => names.push(Rc::clone(word)),
        }
    }
    if names.is_empty() {
        return missing(sys, &tool);
    }
    let own = sys.me.pid;
    let fits = |process: &ProcessInfo| {
        names.iter().any(|name| match tool.as_str() {
            "pgrep" | "pkill" if whole => process.command.contains(&**name),
            "pgrep" | "pkill" => short(&process.command).contains(&**name),
            _ => short(&process.command) == &**name,
        })
    };
    let found: Vec<u32> = processes(sys)
        .iter()
        .filter(|process| process.pid != own && fits(process))
        .map(|p| p.pid)
        .collect();
    match tool.as_str() {
        "pidof" if !found.is_empty() => {
            let words: Vec<String> = found.iter().rev().map(u32::to_string).collect();
            let _ = sys.print(&format!("{}\n", words.join(" ")));
        }
        "pgrep" => {
            for pid in &found {
                let _ = sys.print(&format!("{pid}\n"));
            }
        }
        "pkill" | "killall" => {
            for pid in &found {
                let _ = sys.kernel.signal(*pid, number) || sys.host.signal(*pid, number);
            }
            if found.is_empty() && tool == "killall" {
                sys.complain(&format!("killall: {}: no process killed", names[0]));
            }
        }
        _ => {}
    }
    i32::from(found.is_empty())
}

fn uname(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let options = match Options::parse(sys, argv, &Known::letters("asnrvmpio")) {
        Ok(options) => options,
        Err(status) => return status,
    };
    if argv[0].ends_with("arch") {
        let _ = sys.print("x86_64\n");
        return 0;
    }
    let host = sys.host.hostname();
    let parts = [
        ('s', "Linux"),
        ('n', &*host),
        ('r', "6.1.0"),
        ('v', "#1 SMP PREEMPT_DYNAMIC"),
        ('m', "x86_64"),
        ('o', if is_busybox(sys) { "Linux" } else { "GNU/Linux" }),
    ];
    let all = options.has('a');
    let any = parts.iter().any(|(letter, _)| options.has(*letter));
    let wanted = |letter: char| all || options.has(letter) || !any && letter == 's';
    let words: Vec<&str> =
        parts.iter().filter(|(letter, _)| wanted(*letter)).map(|(_, text)| *text).collect();
    let _ = sys.print(&format!("{}\n", words.join(" ")));
    0
}

fn uptime(sys: &mut Sys<'_>, _: &[Rc<str>]) -> i32 {
    let now = sys.host.now();
    let minutes = now.0 / 60_000;
    let up = if minutes < 60 {
        format!("{minutes} min")
    } else {
        format!("{:2}:{:02}", minutes / 60, minutes % 60)
    };
    let clock = formatted("%T", now);
    let _ = sys.print(&format!(" {clock} up {up},  0 users,  load average: 0.00, 0.00, 0.00\n"));
    0
}

fn free(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let options = match Options::parse(sys, argv, &Known::letters("bkmgh")) {
        Ok(options) => options,
        Err(status) => return status,
    };
    let busybox = is_busybox(sys);
    let shown = |kib: u64| match options.last_of("bkmgh") {
        Some('b') => (kib << 10).to_string(),
        Some('m') => (kib >> 10).to_string(),
        Some('g') => (kib >> 20).to_string(),
        Some('h') => super::list::human(kib << 10, true) + if busybox { "" } else { "i" },
        _ => kib.to_string(),
    };
    let cells = [4_014_904, 812_340, 1_902_212, 2_104, 1_300_352, 3_202_564_u64].map(shown);
    let zero = shown(0);
    let row = |name: &str, cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| format!("{cell:>12}")).collect();
        format!("{name:<7}{}\n", cells.concat())
    };
    let head = ["total", "used", "free", "shared", "buff/cache", "available"].map(str::to_owned);
    let swap = [zero.clone(), zero.clone(), zero];
    let text = row("", &head) + &row("Mem:", &cells) + &row("Swap:", &swap);
    let _ = sys.print(&text);
    0
}
