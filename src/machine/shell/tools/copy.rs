//! `cp` and `mv`.

use std::rc::Rc;

use super::super::task::Sys;
use super::files;
use super::options::{Known, Options, is_busybox};
use super::{Make, walk};
use crate::machine::fs::errno::Errno;
use crate::machine::fs::inode::{Content, FileKind};
use crate::machine::fs::view::Stat;

pub(super) const TOOLS: &[(&str, Make)] =
    &[("cp", Make::Plain(cp)), ("mv", Make::Plain(mv)), ("install", Make::Plain(cp))];

const LONG: &[(&str, char)] = &[
    ("recursive", 'r'),
    ("archive", 'a'),
    ("force", 'f'),
    ("no-clobber", 'n'),
    ("verbose", 'v'),
    ("target-directory", 't'),
    ("update", 'u'),
];

/// The sources, and where they go: a directory that is there, or a name.
struct Plan {
    options: Options,
    sources: Vec<Rc<str>>,
    target: Rc<str>,
    into: bool,
}

fn plan(sys: &mut Sys<'_>, argv: &[Rc<str>], name: &str) -> Result<Plan, i32> {
    let known = Known { letters: "aRrdpfinvT:t:uLPHsl", long: LONG, stops: false };
    let options = Options::parse(sys, argv, &known)?;
    let mut sources = options.words.clone();
    let given = options.value('t').cloned();
    let target = match (given, sources.len()) {
        (Some(target), _) => target,
        (None, 0 | 1) if is_busybox(sys) => return Err(super::options::missing(sys, name)),
        (None, 0) => {
            sys.complain(&format!(
                "{name}: missing file operand\nTry '{name} --help' for more information."
            ));
            return Err(1);
        }
        (None, 1) => {
            sys.complain(&format!(
                "{name}: missing destination file operand after '{}'\n\
                 Try '{name} --help' for more information.",
                sources[0]
            ));
            return Err(1);
        }
        (None, _) => sources.pop().unwrap_or_default(),
    };
    let busybox = is_busybox(sys);
    let into = sys.view().is_directory(&target) || busybox && sources.len() > 1;
    if sources.len() > 1 && !into {
        let text = if sys.view().exists(&target) {
            format!("{name}: target '{target}' is not a directory")
        } else {
            format!("{name}: target '{target}': No such file or directory")
        };
        sys.complain(&text);
        return Err(1);
    }
    Ok(Plan { options, sources, target, into })
}

fn destination(plan: &Plan, source: &str) -> String {
    if !plan.into {
        return plan.target.to_string();
    }
    let name = source.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    walk::join(&plan.target, if name == ".." { "." } else { name })
}

fn cannot_stat(sys: &mut Sys<'_>, tool: &str, path: &str, errno: Errno) -> i32 {
    let text = match (is_busybox(sys), tool) {
        (true, "mv") => format!("mv: can't rename '{path}': {errno}"),
        (true, _) => format!("{tool}: can't stat '{path}': {errno}"),
        (false, _) => format!("{tool}: cannot stat '{path}': {errno}"),
    };
    sys.complain(&text);
    1
}

fn cp(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let plan = match plan(sys, argv, "cp") {
        Ok(plan) => plan,
        Err(status) => return status,
    };
    let recursive = "arR".chars().any(|letter| plan.options.has(letter));
    let mut status = 0;
    for source in &plan.sources {
        let found = match sys.view().lstat(source) {
            Ok(stat) if stat.kind == FileKind::Symlink && !recursive => sys.view().stat(source),
            found => found,
        };
        let stat = match found {
            Ok(stat) => stat,
            Err(errno) => {
                status = cannot_stat(sys, "cp", source, errno);
                continue;
            }
        };
        if stat.kind == FileKind::Directory && !recursive {
            let text = if is_busybox(sys) {
                format!("cp: omitting directory '{source}'")
            } else {
                format!("cp: -r not specified; omitting directory '{source}'")
            };
            sys.complain(&text);
            status = 1;
            continue;
        }
        let to = destination(&plan, source);
        if sys.view().stat(&to).is_ok_and(|old| old.file == stat.file) {
            sys.complain(&format!("cp: '{source}' and '{to}' are the same file"));
            status = 1;
            continue;
        }
        status = status.max(copy_tree(sys, source, &to, &plan.options, "cp"));
    }
    status
}

/// Copies a tree: directories first, then what they hold.
fn copy_tree(sys: &mut Sys<'_>, from: &str, to: &str, options: &Options, tool: &str) -> i32 {
    let recursive = "arR".chars().any(|letter| options.has(letter)) || tool == "mv";
    let keeps = options.has('a') || options.has('p') || tool == "mv";
    let deepest = if recursive { usize::MAX } else { 0 };
    let mut status = 0;
    let inside = format!("{}/", from.trim_end_matches('/'));
    if to.starts_with(&inside) && recursive {
        sys.complain(&format!("{tool}: cannot copy a directory, '{from}', into itself, '{to}'"));
        return 1;
    }
    for entry in walk::tree(sys, from, deepest) {
        let path = format!("{to}{}", &entry.path[from.len()..]);
        let mut stat = entry.stat;
        if stat.kind == FileKind::Symlink && !recursive {
            stat = sys.view().stat(&entry.path).unwrap_or(stat);
        }
        if options.has('n') && stat.kind != FileKind::Directory && sys.view().exists(&path) {
            continue;
        }
        if let Err((what, errno)) = copy_one(sys, &entry.path, &path, &stat, options.has('f')) {
            sys.complain(&complaint(is_busybox(sys), tool, &what, &entry.path, &path, errno));
            status = 1;
            if errno == Errno::Enospc {
                return status;
            }
            continue;
        }
        if options.has('v') {
            let _ = sys.print(&format!("'{}' -> '{path}'\n", entry.path));
        }
        if keeps {
            keep(sys, &path, &stat);
        }
    }
    status
}

fn keep(sys: &mut Sys<'_>, path: &str, stat: &Stat) {
    let mut view = sys.view();
    let _ = view.chown(path, Some(stat.uid), Some(stat.gid), false);
    if stat.kind != FileKind::Symlink {
        let _ = view.chmod(path, stat.mode);
        let _ = view.set_time(path, stat.mtime);
    }
}

/// What could not be done when something is copied.
enum Failed {
    Read,
    Create,
    Write,
}

fn copy_one(
    sys: &mut Sys<'_>,
    from: &str,
    to: &str,
    stat: &Stat,
    force: bool,
) -> Result<(), (Failed, Errno)> {
    let mut view = sys.view();
    match stat.kind {
        FileKind::Directory => {
            if view.is_directory(to) {
                return Ok(());
            }
            view.make_directory(to, stat.mode | 0o700).map_err(|errno| (Failed::Create, errno))
        }
        FileKind::Symlink => {
            let target = view.read_link(from).map_err(|errno| (Failed::Read, errno))?;
            let _ = view.unlink(to);
            view.symlink(&target, to).map_err(|errno| (Failed::Create, errno))
        }
        FileKind::File => {
            let content = view.read(from).map_err(|errno| (Failed::Read, errno))?;
            let fresh = !view.exists(to);
            if view.access(to, 2) == Err(Errno::Eacces) && force && !fresh {
                let _ = view.unlink(to);
            }
            view.write(to, content).map_err(|errno| match errno {
                Errno::Enospc | Errno::Edquot | Errno::Efbig => (Failed::Write, errno),
                _ => (Failed::Create, errno),
            })?;
            if fresh {
                let mode = stat.mode & 0o777 & !view.umask;
                let _ = view.chmod(to, mode);
            }
            Ok(())
        }
        FileKind::Fifo => {
            view.make_node(to, Content::Fifo, stat.mode).map_err(|errno| (Failed::Create, errno))
        }
        _ => Err((Failed::Read, Errno::Einval)),
    }
}

fn complaint(
    busybox: bool,
    tool: &str,
    what: &Failed,
    from: &str,
    to: &str,
    errno: Errno,
) -> String {
    match (what, busybox) {
        (Failed::Read, true) => format!("{tool}: can't open '{from}': {errno}"),
        (Failed::Read, false) => format!("{tool}: cannot open '{from}' for reading: {errno}"),
        (Failed::Create, true) => format!("{tool}: can't create '{to}': {errno}"),
        (Failed::Create, false) => format!("{tool}: cannot create regular file '{to}': {errno}"),
        (Failed::Write, true) => format!("{tool}: write error: {errno}"),
        (Failed::Write, false) => format!("{tool}: error writing '{to}': {errno}"),
    }
}

fn mv(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let plan = match plan(sys, argv, "mv") {
        Ok(plan) => plan,
        Err(status) => return status,
    };
    let mut status = 0;
    for source in &plan.sources {
        if let Err(errno) = sys.view().lstat(source) {
            status = cannot_stat(sys, "mv", source, errno);
            continue;
        }
        let to = destination(&plan, source);
        if plan.options.has('n') && sys.view().exists(&to) {
            continue;
        }
        match sys.view().rename(source, &to) {
            Ok(()) => {}
            // To another file system it is copied, and removed then.
            Err(Errno::Exdev) => {
                let copied = copy_tree(sys, source, &to, &plan.options, "mv");
                status = status.max(copied);
                if copied == 0 {
                    status = status.max(files::remove(sys, source, "mv"));
                }
            }
            Err(errno) => {
                let text = match (is_busybox(sys), errno) {
                    (true, _) => format!("mv: can't rename '{source}': {errno}"),
                    (false, Errno::Einval) => {
                        format!("mv: cannot move '{source}' to a subdirectory of itself, '{to}'")
                    }
                    (false, _) => format!("mv: cannot move '{source}' to '{to}': {errno}"),
                };
                sys.complain(&text);
                status = 1;
            }
        }
    }
    status
}
