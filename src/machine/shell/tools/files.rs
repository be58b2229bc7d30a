//! Making and removing: `mkdir`, `rmdir`, `rm`, `touch`, `ln`, `chmod`, `chown`, `truncate`.

use std::rc::Rc;

use super::super::task::Sys;
use super::options::{Known, Options, is_busybox, missing};
use super::{Make, head, mode, walk};
use crate::api::time::SimTime;
use crate::machine::fs::errno::Errno;
use crate::machine::fs::inode::{Content, FileKind};

pub(super) const TOOLS: &[(&str, Make)] = &[
    ("mkdir", Make::Plain(mkdir)),
    ("rmdir", Make::Plain(rmdir)),
    ("rm", Make::Plain(rm)),
    ("unlink", Make::Plain(rm)),
    ("touch", Make::Plain(touch)),
    ("ln", Make::Plain(ln)),
    ("mkfifo", Make::Plain(mkfifo)),
    ("truncate", Make::Plain(truncate)),
    ("fallocate", Make::Plain(truncate)),
    ("sync", Make::Plain(|_, _| 0)),
];

/// Says that something cannot be done with a path: in coreutils' words, or in busybox'.
pub(super) fn fail(sys: &mut Sys<'_>, gnu: &str, busybox: &str, errno: Errno) -> i32 {
    let words = if is_busybox(sys) { busybox } else { gnu };
    sys.complain(&format!("{words}: {errno}"));
    1
}

fn mkdir(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let long = &[("parents", 'p'), ("mode", 'm'), ("verbose", 'v')];
    let known = Known { letters: "pm:v", long, stops: false };
    let options = match Options::parse(sys, argv, &known) {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.words.is_empty() {
        return missing(sys, "mkdir");
    }
    let wanted = options.value('m').cloned();
    let mode = match &wanted {
        None => 0o777,
        Some(text) => {
            if let Some(mode) = mode::parse(text, 0o777, true, 0) {
                mode
            } else {
                sys.complain(&format!("mkdir: invalid mode '{text}'"));
                return 1;
            }
        }
    };
    let mut status = 0;
    for path in options.words.clone() {
        let mut view = sys.view();
        let result = if options.has('p') {
            view.make_directories(&path, 0o777)
        } else {
            view.make_directory(&path, mode)
        };
        let result = match (&wanted, result) {
            (Some(_), Ok(())) => view.chmod(&path, mode),
            (_, result) => result,
        };
        match result {
            Ok(()) if options.has('v') => {
                let text = if is_busybox(sys) {
                    format!("created directory: '{path}'\n")
                } else {
                    format!("mkdir: created directory '{path}'\n")
                };
                let _ = sys.print(&text);
            }
            Ok(()) => {}
            Err(errno) => {
                let gnu = format!("mkdir: cannot create directory '{path}'");
                let busybox = format!("mkdir: can't create directory '{path}'");
                status = fail(sys, &gnu, &busybox, errno);
            }
        }
    }
    status
}

fn rmdir(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let long = &[("parents", 'p'), ("ignore-fail-on-non-empty", 'i')];
    let options = match Options::parse(sys, argv, &Known { letters: "pvi", long, stops: false }) {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.words.is_empty() {
        return missing(sys, "rmdir");
    }
    let mut status = 0;
    for path in options.words.clone() {
        let mut path = path.to_string();
        loop {
            match sys.view().remove_directory(&path) {
                Ok(()) => {}
                Err(Errno::Enotempty) if options.has('i') => break,
                Err(errno) => {
                    let gnu = format!("rmdir: failed to remove '{path}'");
                    status = fail(sys, &gnu, &format!("rmdir: '{path}'"), errno);
                    break;
                }
            }
            match path.trim_end_matches('/').rsplit_once('/') {
                Some((parent, _)) if options.has('p') && !parent.is_empty() => {
                    path = parent.to_owned();
                }
                _ => break,
            }
        }
    }
    status
}

fn rm(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let long = &[("recursive", 'r'), ("force", 'f'), ("verbose", 'v'), ("no-preserve-root", 'x')];
    let options = match Options::parse(sys, argv, &Known { letters: "rRfivdI", long, stops: false })
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let force = options.has('f');
    if options.words.is_empty() {
        return if force { 0 } else { missing(sys, "rm") };
    }
    let recursive = options.has('r') || options.has('R');
    let mut status = 0;
    for path in options.words.clone() {
        let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or("");
        if matches!(name, "." | "..") {
            let text = if is_busybox(sys) {
                "rm: can't remove '.' or '..'".to_owned()
            } else {
                format!("rm: refusing to remove '.' or '..' directory: skipping '{path}'")
            };
            sys.complain(&text);
            status = 1;
            continue;
        }
        if name.is_empty() && recursive && !is_busybox(sys) {
            sys.complain(
                "rm: it is dangerous to operate recursively on '/'\n\
                 rm: use --no-preserve-root to override this failsafe",
            );
            status = 1;
            continue;
        }
        match sys.view().lstat(&path) {
            Err(Errno::Enoent | Errno::Enotdir) if force => continue,
            Err(errno) => {
                let gnu = format!("rm: cannot remove '{path}'");
                status = fail(sys, &gnu, &format!("rm: can't remove '{path}'"), errno);
                continue;
            }
            Ok(stat) if stat.kind == FileKind::Directory && !recursive => {
                let text = if is_busybox(sys) {
                    format!("rm: '{path}' is a directory")
                } else {
                    format!("rm: cannot remove '{path}': Is a directory")
                };
                sys.complain(&text);
                status = 1;
                continue;
            }
            Ok(_) => {}
        }
        status = status.max(remove(sys, &path, "rm"));
    }
    status
}

/// Removes a tree, what is deepest first.
pub(super) fn remove(sys: &mut Sys<'_>, path: &str, tool: &str) -> i32 {
    let mut status = 0;
    for entry in walk::tree(sys, path, usize::MAX).iter().rev() {
        let mut view = sys.view();
        let result = if entry.stat.kind == FileKind::Directory {
            view.remove_directory(&entry.path)
        } else {
            view.unlink(&entry.path)
        };
        let path = &entry.path;
        match result {
            Ok(()) => {}
            // What could not be removed inside was said already.
            Err(Errno::Enotempty) if status != 0 => {}
            Err(errno) => {
                let gnu = format!("{tool}: cannot remove '{path}'");
                status = fail(sys, &gnu, &format!("{tool}: can't remove '{path}'"), errno);
            }
        }
    }
    status
}

fn touch(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let long = &[("no-create", 'c'), ("reference", 'r'), ("date", 'd')];
    let options =
        match Options::parse(sys, argv, &Known { letters: "acmd:t:r:h", long, stops: false }) {
            Ok(options) => options,
            Err(status) => return status,
        };
    if options.words.is_empty() {
        if is_busybox(sys) {
            return missing(sys, "touch");
        }
        sys.complain("touch: missing file operand\nTry 'touch --help' for more information.");
        return 1;
    }
    let mut time = sys.host.now();
    if let Some(text) = options.value('d') {
        let iso = format!("{}Z", text.trim_end_matches('Z').replacen(' ', "T", 1));
        time = SimTime::parse_rfc3339(&iso).unwrap_or(time);
    }
    if let Some(reference) = options.value('r').cloned() {
        match sys.view().stat(&reference) {
            Ok(stat) => time = stat.mtime,
            Err(errno) => {
                let words = format!("touch: failed to get attributes of '{reference}'");
                return fail(sys, &words, &format!("touch: {reference}"), errno);
            }
        }
    }
    let mut status = 0;
    for path in options.words.clone() {
        let mut view = sys.view();
        if !view.exists(&path) && options.has('c') {
            continue;
        }
        let made = if view.exists(&path) { Ok(()) } else { view.append(&path, "") };
        if let Err(errno) = made.and_then(|()| view.set_time(&path, time)) {
            let gnu = format!("touch: cannot touch '{path}'");
            status = fail(sys, &gnu, &format!("touch: {path}"), errno);
        }
    }
    status
}

fn ln(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let long = &[("symbolic", 's'), ("force", 'f'), ("no-dereference", 'n'), ("verbose", 'v')];
    let options = match Options::parse(sys, argv, &Known { letters: "sfnvTr", long, stops: false })
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut words = options.words.clone();
    if words.is_empty() {
        if is_busybox(sys) {
            return missing(sys, "ln");
        }
        sys.complain("ln: missing file operand\nTry 'ln --help' for more information.");
        return 1;
    }
    let last = if words.len() > 1 { words.pop() } else { None };
    let last = last.unwrap_or_else(|| Rc::from("."));
    let into = sys.view().is_directory(&last) && !options.has('n') && !options.has('T');
    let mut status = 0;
    for source in words {
        let name = source.trim_end_matches('/').rsplit('/').next().unwrap_or("").to_owned();
        let link = if into { walk::join(&last, &name) } else { last.to_string() };
        let mut view = sys.view();
        if options.has('f') && view.lstat(&link).is_ok() {
            let _ = view.unlink(&link);
        }
        let symbolic = options.has('s');
        let result =
            if symbolic { view.symlink(&source, &link) } else { view.link(&source, &link) };
        if let Err(errno) = result {
            let missing = !symbolic && errno == Errno::Enoent && !view.exists(&source);
            let gnu = match (symbolic, missing) {
                (true, _) => format!("ln: failed to create symbolic link '{link}'"),
                (false, true) => format!("ln: failed to access '{source}'"),
                (false, false) => format!("ln: failed to create hard link '{link}'"),
            };
            let busybox = if missing { format!("ln: {source}") } else { format!("ln: {link}") };
            status = fail(sys, &gnu, &busybox, errno);
        }
    }
    status
}

fn mkfifo(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let mut status = 0;
    for path in &argv[1..] {
        let mode = 0o666 & !sys.me.umask;
        if let Err(errno) = sys.view().make_node(path, Content::Fifo, mode) {
            let words = format!("mkfifo: cannot create fifo '{path}'");
            status = fail(sys, &words, &format!("mkfifo: {path}"), errno);
        }
    }
    status
}

/// `truncate -s` and `fallocate -l`.
fn truncate(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let name = argv[0].rsplit('/').next().unwrap_or("").to_owned();
    let long = &[("size", 's'), ("length", 'l'), ("no-create", 'c')];
    let options =
        match Options::parse(sys, argv, &Known { letters: "s:l:o:cnx", long, stops: false }) {
            Ok(options) => options,
            Err(status) => return status,
        };
    let letter = if name == "truncate" { 's' } else { 'l' };
    let Some(size) = options.value(letter).cloned() else {
        sys.complain(&format!("{name}: you must specify the length"));
        return 1;
    };
    let Some(bytes) = head::amount(size.trim_start_matches('+')) else {
        sys.complain(&format!("{name}: Invalid number: '{size}'"));
        return 1;
    };
    let mut status = 0;
    for path in options.words.clone() {
        let mut view = sys.view();
        let old = view.stat(&path).map_or(0, |stat| stat.size);
        let wanted = match size.starts_with('+') {
            true => old.saturating_add(bytes),
            false if letter == 'l' => old.max(bytes),
            false => bytes,
        };
        let made = if view.exists(&path) { Ok(()) } else { view.append(&path, "") };
        if let Err(errno) = made.and_then(|()| view.truncate(&path, wanted)) {
            let words = match name.as_str() {
                "truncate" => format!("truncate: failed to truncate '{path}' at {wanted} bytes"),
                _ => "fallocate: fallocate failed".to_owned(),
            };
            status = fail(sys, &words, &format!("{name}: {path}"), errno);
        }
    }
    status
}
