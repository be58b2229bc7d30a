//! What is on disks, and how much: `df`, `du`.

use std::rc::Rc;

use super::super::task::Sys;
use super::list::human;
use super::options::{Known, Options, is_busybox};
use super::{Make, walk};
use crate::machine::fs::inode::FileKind;
use crate::machine::fs::view::MountInfo;

pub(super) const TOOLS: &[(&str, Make)] = &[("df", Make::Plain(df)), ("du", Make::Plain(du))];

fn df(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let known = Known {
        letters: "hHkmPTait:B:",
        long: &[("human-readable", 'h'), ("inodes", 'i'), ("print-type", 'T')],
        stops: false,
    };
    let options = match Options::parse(sys, argv, &known) {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut status = 0;
    let mut rows: Vec<MountInfo> = Vec::new();
    if options.words.is_empty() {
        rows = sys.view().mounts();
        // Of mounts of the same thing at the same place only the last is seen.
        let points: Vec<Rc<str>> = rows.iter().map(|row| Rc::clone(&row.point)).collect();
        let mut index = 0;
        rows.retain(|row| {
            index += 1;
            row.bytes > 0 && !points[index..].contains(&row.point)
        });
    }
    for path in options.words.clone() {
        match sys.view().stat_fs(&path) {
            Ok(info) => rows.push(info),
            Err(errno) => {
                let text = if is_busybox(sys) {
                    format!("df: {path}: can't find mount point: {errno}")
                } else {
                    format!("df: {path}: {errno}")
                };
                sys.complain(&text);
                status = 1;
            }
        }
    }
    if rows.is_empty() {
        return status;
    }
    let busybox = is_busybox(sys);
    let inodes = options.has('i');
    let shown = |bytes: u64| {
        if inodes {
            bytes.to_string()
        } else if options.has('h') {
            human(bytes, busybox)
        } else if options.has('m') {
            bytes.div_ceil(1 << 20).to_string()
        } else {
            bytes.div_ceil(1 << 10).to_string()
        }
    };
    let typed = options.has('T');
    let mut table = vec![heading(&options, busybox)];
    for row in rows {
        let (all, used) =
            if inodes { (row.inodes, row.inodes_used) } else { (row.bytes, row.bytes_used) };
        let free = all.saturating_sub(used);
        let percent =
            if all == 0 { "-".to_owned() } else { format!("{}%", (used * 100).div_ceil(all)) };
        let mut cells = vec![row.source.to_string()];
        if typed {
            cells.push(row.kind.name().to_owned());
        }
        cells.extend([shown(all), shown(used), shown(free), percent, row.point.to_string()]);
        table.push(cells);
    }
    let text = aligned(&table, typed, busybox);
    let _ = sys.print(&text);
    status
}

fn heading(options: &Options, busybox: bool) -> Vec<String> {
    let mut cells = vec!["Filesystem"];
    if options.has('T') {
        cells.push("Type");
    }
    let (size, used, free, percent) = match (options.has('i'), options.has('h'), busybox) {
        (true, _, _) => ("Inodes", "IUsed", "IFree", "IUse%"),
        (_, true, true) => ("Size", "Used", "Available", "Use%"),
        (_, true, false) => ("Size", "Used", "Avail", "Use%"),
        (_, false, _) if options.has('m') => ("1M-blocks", "Used", "Available", "Use%"),
        (_, false, _) => ("1K-blocks", "Used", "Available", "Use%"),
    };
    cells.extend([size, used, free, percent, "Mounted on"]);
    cells.into_iter().map(str::to_owned).collect()
}

fn aligned(table: &[Vec<String>], typed: bool, busybox: bool) -> String {
    let columns = table.iter().map(Vec::len).max().unwrap_or(0);
    let least = |column: usize| match (busybox, column) {
        (true, 0) => 20,
        (true, n) if n + 2 < columns => 9,
        (false, 0) => 14,
        (false, n) if n + 2 < columns => 5,
        _ => 4,
    };
    let width = |column: usize| {
        let widest =
            table.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        widest.max().unwrap_or(0).max(least(column))
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in table {
        for (column, cell) in row.iter().enumerate() {
            let width = widths[column];
            let left = column == 0 || typed && column == 1 || column + 1 == row.len();
            let cell = match (left, column + 1 == row.len()) {
                (_, true) => cell.clone(),
                (true, false) => format!("{cell:<width$} "),
                (false, false) => format!("{cell:>width$} "),
            };
            text.push_str(&cell);
        }
        text.push('\n');
    }
    text
}

#[expect(clippy::too_many_lines, reason = "one case after the other, none of them long")]
fn du(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let known = Known {
        letters: "ashkmcbd:xL",
        long: &[
            ("summarize", 's'),
            ("human-readable", 'h'),
            ("max-depth", 'd'),
            ("all", 'a'),
            ("bytes", 'b'),
            ("total", 'c'),
        ],
        stops: false,
    };
    let options = match Options::parse(sys, argv, &known) {
        Ok(options) => options,
        Err(status) => return status,
    };
    let roots = if options.words.is_empty() { vec![Rc::from(".")] } else { options.words.clone() };
    let deepest = match options.value('d').and_then(|text| text.parse::<usize>().ok()) {
        _ if options.has('s') => 0,
        Some(deepest) => deepest,
        None => usize::MAX,
    };
    let busybox = is_busybox(sys);
    let shown = |bytes: u64| {
        if options.has('h') {
            human(bytes, busybox)
        } else if options.has('b') {
            bytes.to_string()
        } else if options.has('m') {
            bytes.div_ceil(1 << 20).to_string()
        } else {
            bytes.div_ceil(1 << 10).to_string()
        }
    };
    let (mut status, mut total) = (0, 0);
    for root in roots {
        let entries = walk::tree(sys, &root, usize::MAX);
        if entries.is_empty() {
            let text = if busybox {
                format!("du: {root}: No such file or directory")
            } else {
                format!("du: cannot access '{root}': No such file or directory")
            };
            sys.complain(&text);
            status = 1;
            continue;
        }
        // From the last to the first: what is below is known before its directory.
        let mut sums: Vec<u64> = Vec::new();
        let mut lines = Vec::new();
        for entry in entries.iter().rev() {
            sums.resize(sums.len().max(entry.depth + 2), 0);
            let own = if options.has('b') { entry.stat.size } else { entry.stat.space };
            let all = own + std::mem::take(&mut sums[entry.depth + 1]);
            sums[entry.depth] += all;
            let directory = entry.stat.kind == FileKind::Directory;
            let listed = directory || options.has('a') || entry.depth == 0;
            if listed && entry.depth <= deepest {
                lines.push((entry, all));
            }
            if entry.depth == 0 {
                total += all;
            }
        }
        // A directory comes behind what is in it.
        let mut text = String::new();
        for (entry, all) in after_children(lines) {
            text = format!("{text}{}\t{}\n", shown(all), entry.path);
        }
        let _ = sys.print(&text);
    }
    if options.has('c') {
        let _ = sys.print(&format!("{}\ttotal\n", shown(total)));
    }
    status
}

/// Entries in the reverse of "directory first": each directory behind what it holds.
fn after_children(lines: Vec<(&walk::Entry, u64)>) -> Vec<(&walk::Entry, u64)> {
    let mut open: Vec<(&walk::Entry, u64)> = Vec::new();
    let mut result = Vec::new();
    for line in lines.into_iter().rev() {
        while open.last().is_some_and(|(entry, _)| entry.depth >= line.0.depth) {
            result.extend(open.pop());
        }
        open.push(line);
    }
    result.extend(open.into_iter().rev());
    result
}
