//! `ls` and `stat`.

use std::rc::Rc;

use super::super::task::Sys;
use super::super::users;
use super::options::{Known, Options, is_busybox};
use super::{Make, mode, walk};
use crate::api::time::SimTime;
use crate::machine::fs::inode::FileKind;
use crate::machine::fs::view::Stat;

pub(super) const TOOLS: &[(&str, Make)] =
    &[("ls", Make::Plain(ls)), ("stat", Make::Plain(stat)), ("dir", Make::Plain(ls))];

/// Names of months in lists.
pub(crate) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

struct Row {
    name: String,
    stat: Stat,
    target: Option<Rc<str>>,
}

#[expect(clippy::too_many_lines, reason = "one case after the other, none of them long")]
fn ls(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let known = Known {
        letters: "laA1dRhitrSFnsgokCHLUcqpx",
        long: &[
            ("all", 'a'),
            ("almost-all", 'A'),
            ("human-readable", 'h'),
            ("directory", 'd'),
            ("recursive", 'R'),
            ("reverse", 'r'),
            ("inode", 'i'),
            ("color", 'C'),
        ],
        stops: false,
    };
    let options = match Options::parse(sys, argv, &known) {
        Ok(options) => options,
        Err(status) => return status,
    };
    let words = if options.words.is_empty() { vec![Rc::from(".")] } else { options.words.clone() };
    let long = options.has('l') || options.has('n') || options.has('g') || options.has('o');
    let busybox = is_busybox(sys);
    let mut status = 0;
    let (mut files, mut directories) = (Vec::new(), Vec::new());
    for word in &words {
        let view = sys.view();
        let found = if long && !options.has('L') && !word.ends_with('/') {
            view.lstat(word)
        } else {
            view.stat(word).or_else(|_| view.lstat(word))
        };
        match found {
            Ok(stat) if stat.kind == FileKind::Directory && !options.has('d') => {
                directories.push(word.to_string());
            }
            Ok(stat) => files.push(row(sys, word.to_string(), word, stat)),
            Err(errno) => {
                let text = if busybox {
                    format!("ls: {word}: {errno}")
                } else {
                    format!("ls: cannot access '{word}': {errno}")
                };
                sys.complain(&text);
                status = if busybox { 1 } else { 2 };
            }
        }
    }
    sort(&mut files, &options);
    directories.sort();
    let headed = words.len() > 1 || options.has('R');
    let mut printed = !files.is_empty();
    print_rows(sys, &files, &options, false);
    let mut waiting: Vec<String> = directories.into_iter().rev().collect();
    while let Some(directory) = waiting.pop() {
        let entries = match sys.view().read_directory(&directory) {
            Ok(entries) => entries,
            Err(errno) => {
                let text = if busybox {
                    format!("ls: can't open '{directory}': {errno}")
                } else {
                    format!("ls: cannot open directory '{directory}': {errno}")
                };
                sys.complain(&text);
                status = if busybox { 1 } else { 2 };
                continue;
            }
        };
        if headed {
            let gap = if printed { "\n" } else { "" };
            let _ = sys.print(&format!("{gap}{directory}:\n"));
        }
        printed = true;
        let mut rows = Vec::new();
        let dots: &[&str] = if options.has('a') { &[".", ".."] } else { &[] };
        let hidden = options.has('a') || options.has('A');
        let names = entries
            .iter()
            .map(|entry| &*entry.name)
            .filter(|name| hidden || !name.starts_with('.'));
        for name in dots.iter().copied().chain(names) {
            let path = walk::join(&directory, name);
            if let Ok(stat) = sys.view().lstat(&path) {
                rows.push(row(sys, name.to_owned(), &path, stat));
            }
        }
        sort(&mut rows, &options);
        if options.has('R') {
            let below = rows.iter().filter(|row| {
                row.stat.kind == FileKind::Directory && row.name != "." && row.name != ".."
            });
            let below: Vec<String> = below.map(|row| walk::join(&directory, &row.name)).collect();
            waiting.extend(below.into_iter().rev());
        }
        print_rows(sys, &rows, &options, true);
    }
    status
}

fn row(sys: &mut Sys<'_>, name: String, path: &str, stat: Stat) -> Row {
    let target =
        if stat.kind == FileKind::Symlink { sys.view().read_link(path).ok() } else { None };
    Row { name, stat, target }
}

fn sort(rows: &mut [Row], options: &Options) {
    rows.sort_by(|a, b| {
        let by_name = a.name.cmp(&b.name);
        match options.last_of("tSU") {
            Some('t') => b.stat.mtime.cmp(&a.stat.mtime).then(by_name),
            Some('S') => b.stat.size.cmp(&a.stat.size).then(by_name),
            _ => by_name,
        }
    });
    if options.has('r') {
        rows.reverse();
    }
}

/// A size as `-h` shows it.
pub(crate) fn human(size: u64, busybox: bool) -> String {
    if size < 1024 {
        return size.to_string();
    }
    let mut unit = 0;
    let mut factor = 1_u64;
    while size / factor >= 1024 && unit < 6 {
        factor <<= 10;
        unit += 1;
    }
    let letter = ["", "K", "M", "G", "T", "P", "E"][unit];
    // coreutils rounds up, busybox to the nearest.
    let tenths =
        if busybox { (size * 10 + factor / 2) / factor } else { (size * 10).div_ceil(factor) };
    if busybox || tenths < 100 {
        return format!("{}.{}{letter}", tenths / 10, tenths % 10);
    }
    format!("{}{letter}", size.div_ceil(factor))
}

/// A time as a long list shows it: with the hour if it is near, else with the year.
pub(crate) fn listed_time(time: SimTime, now: SimTime) -> String {
    let (year, month, day, hour, minute, _) = time.civil();
    let month = MONTHS[usize::try_from(month - 1).unwrap_or(0).min(11)];
    if now.since(time) > 15_778_476_000 {
        return format!("{month} {day:2}  {year}");
    }
    format!("{month} {day:2} {hour:02}:{minute:02}")
}

fn print_rows(sys: &mut Sys<'_>, rows: &[Row], options: &Options, is_directory: bool) {
    let long = options.has('l') || options.has('n') || options.has('g') || options.has('o');
    let busybox = is_busybox(sys);
    let mut text = String::new();
    if (long || options.has('s')) && is_directory {
        let space: u64 = rows.iter().map(|row| row.stat.space).sum();
        let total =
            if options.has('h') { human(space, busybox) } else { (space / 1024).to_string() };
        text = format!("total {total}\n");
    }
    if long {
        text.push_str(&long_rows(sys, rows, options));
    } else if sys.kernel.tty && !options.has('1') && goes_to_terminal(sys) {
        text.push_str(&columns(rows, options));
    } else {
        for row in rows {
            text = format!("{text}{}{}\n", prefix(row, options), shown_name(row, options));
        }
    }
    let _ = sys.print(&text);
}

fn goes_to_terminal(sys: &Sys<'_>) -> bool {
    let kind = sys.me.fd(1).and_then(|id| sys.kernel.get(id));
    matches!(kind, Some(super::super::kernel::Kind::Output(_)))
}

fn prefix(row: &Row, options: &Options) -> String {
    let inode = if options.has('i') { format!("{:7} ", row.stat.file.1.0) } else { String::new() };
    let space =
        if options.has('s') { format!("{:4} ", row.stat.space / 1024) } else { String::new() };
    inode + &space
}

fn shown_name(row: &Row, options: &Options) -> String {
    let sign = match row.stat.kind {
        FileKind::Directory if options.has('F') || options.has('p') => "/",
        FileKind::Symlink if options.has('F') => "@",
        FileKind::Fifo if options.has('F') => "|",
        FileKind::Socket if options.has('F') => "=",
        FileKind::File if options.has('F') && row.stat.mode & 0o111 != 0 => "*",
        _ => "",
    };
    format!("{}{sign}", row.name)
}

/// Names side by side, as a terminal of 80 columns has them.
fn columns(rows: &[Row], options: &Options) -> String {
    let names: Vec<String> =
        rows.iter().map(|row| prefix(row, options) + &shown_name(row, options)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0) + 2;
    let across = (80 / width).max(1);
    let down = names.len().div_ceil(across);
    let mut text = String::new();
    for line in 0..down {
        let cells: Vec<&String> = names.iter().skip(line).step_by(down).collect();
        let (last, rest) =
            cells.split_last().map_or((None, &[][..]), |(last, rest)| (Some(last), rest));
        for cell in rest {
            text = format!("{text}{cell:width$}");
        }
        text = format!("{text}{}\n", last.map_or("", |cell| cell));
    }
    text
}

fn long_rows(sys: &mut Sys<'_>, rows: &[Row], options: &Options) -> String {
    let busybox = is_busybox(sys);
    let now = sys.host.now();
    let mut cells = Vec::new();
    for row in rows {
        let stat = &row.stat;
        let numbers = options.has('n');
        let mut owner = if numbers { stat.uid.to_string() } else { users::name_of(sys, stat.uid) };
        let mut group = if numbers { stat.gid.to_string() } else { users::group_of(sys, stat.gid) };
        if busybox {
            owner = owner.chars().take(8).collect();
            group = group.chars().take(8).collect();
        }
        let size = match stat.kind {
            FileKind::CharDevice => "1,   3".to_owned(),
            FileKind::BlockDevice => "8,   0".to_owned(),
            _ if options.has('h') => human(stat.size, busybox),
            _ => stat.size.to_string(),
        };
        cells.push((owner, group, size));
    }
    let widest = |pick: fn(&(String, String, String)) -> usize, least: usize| {
        cells.iter().map(pick).max().unwrap_or(0).max(least)
    };
    // busybox has columns of fixed width, coreutils as wide as needed.
    let links = if busybox {
        4
    } else {
        rows.iter().map(|row| row.stat.links.to_string().len()).max().unwrap_or(1)
    };
    let (a, b, c) = if busybox {
        (8, 8, 9)
    } else {
        (
            widest(|cell| cell.0.len(), 0),
            widest(|cell| cell.1.len(), 0),
            widest(|cell| cell.2.len(), 0),
        )
    };
    let mut text = String::new();
    for (row, (owner, group, size)) in rows.iter().zip(&cells) {
        let stat = &row.stat;
        let kind = stat.kind.letter();
        let bits = mode::letters(stat.mode);
        let time = listed_time(stat.mtime, now);
        let arrow = row.target.as_ref().map_or(String::new(), |target| format!(" -> {target}"));
        let before = prefix(row, options);
        let count = stat.links;
        let label = shown_name(row, options);
        let owner = if options.has('g') { String::new() } else { format!("{owner:<a$} ") };
        let group = if options.has('o') { String::new() } else { format!("{group:<b$} ") };
        text = format!(
            "{text}{before}{kind}{bits} {count:>links$} {owner}{group}{size:>c$} {time} {label}{arrow}\n"
        );
    }
    text
}

fn stat(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let known = Known { letters: "c:Lft", long: &[("format", 'c'), ("printf", 'c')], stops: false };
    let options = match Options::parse(sys, argv, &known) {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.words.is_empty() {
        return super::options::missing(sys, "stat");
    }
    let mut status = 0;
    for word in options.words.clone() {
        let view = sys.view();
        let found = if options.has('L') { view.stat(&word) } else { view.lstat(&word) };
        match found {
            Ok(found) => {
                let default = "  File: %N\n  Size: %s\tBlocks: %b\tIO Block: 4096   %F\n\
                    Device: %D\tInode: %i\tLinks: %h\n\
                    Access: (%04a/%A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nModify: %y";
                let format = options.value('c').map_or(default, |format| format);
                let text = formatted(sys, format, &word, &found);
                let _ = sys.print(&format!("{text}\n"));
            }
            Err(errno) => {
                let text = if is_busybox(sys) {
                    format!("stat: can't stat '{word}': {errno}")
                } else {
                    format!("stat: cannot statx '{word}': {errno}")
                };
                sys.complain(&text);
                status = 1;
            }
        }
    }
    status
}

fn formatted(sys: &mut Sys<'_>, format: &str, path: &str, stat: &Stat) -> String {
    let mut text = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let mut width = String::new();
        while let Some(digit) = chars.next_if(char::is_ascii_digit) {
            width.push(digit);
        }
        let zeros = width.starts_with('0');
        let width = width.parse::<usize>().unwrap_or(0).min(64);
        let kind = match stat.kind {
            FileKind::Directory => "directory",
            FileKind::File if stat.size == 0 => "regular empty file",
            FileKind::File => "regular file",
            FileKind::Symlink => "symbolic link",
            FileKind::Socket => "socket",
            FileKind::Fifo => "fifo",
            FileKind::CharDevice => "character special file",
            FileKind::BlockDevice => "block special file",
        };
        let cell = match chars.next() {
            Some('n') => path.to_owned(),
            Some('N') => match sys.view().read_link(path) {
                Ok(target) => format!("{path} -> {target}"),
                Err(_) => path.to_owned(),
            },
            Some('s') => stat.size.to_string(),
            Some('b') => (stat.space / 512).to_string(),
            Some('a') => format!("{:o}", stat.mode),
            Some('A') => format!("{}{}", stat.kind.letter(), mode::letters(stat.mode)),
            Some('u') => stat.uid.to_string(),
            Some('U') => users::name_of(sys, stat.uid),
            Some('g') => stat.gid.to_string(),
            Some('G') => users::group_of(sys, stat.gid),
            Some('i') => stat.file.1.0.to_string(),
            Some('h') => stat.links.to_string(),
            Some('F') => kind.to_owned(),
            Some('D') => "803h/2051d".to_owned(),
            Some('Y' | 'X' | 'Z') => {
                (crate::api::time::EPOCH_SECONDS + stat.mtime.0 / 1000).to_string()
            }
            Some('y' | 'x' | 'z') => {
                let (year, month, day, hour, minute, second) = stat.mtime.civil();
                let nanos = stat.mtime.0 % 1000 * 1_000_000;
                format!(
                    "{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{nanos:09} +0000"
                )
            }
            Some('%') => "%".to_owned(),
            other => format!("%{}", other.map_or(String::new(), String::from)),
        };
        text =
            if zeros { format!("{text}{cell:0>width$}") } else { format!("{text}{cell:>width$}") };
    }
    text
}
