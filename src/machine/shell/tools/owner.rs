//! Whose a file is, and what they may: `chmod`, `chown`, `chgrp`.

use std::rc::Rc;

use super::super::task::Sys;
use super::super::users;
use super::files::fail;
use super::options::{Known, Options, is_busybox, missing, refuse};
use super::{Make, mode, walk};
use crate::machine::fs::errno::Errno;
use crate::machine::fs::inode::FileKind;

pub(super) const TOOLS: &[(&str, Make)] =
    &[("chmod", Make::Plain(chmod)), ("chown", Make::Plain(chown)), ("chgrp", Make::Plain(chown))];

fn chmod(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    // `-x` takes a bit away and is no option.
    let is_mode = |word: &Rc<str>| {
        word.starts_with('-') && word.len() > 1 && word[1..].chars().all(|c| "rwxXst".contains(c))
    };
    let found = argv.iter().position(is_mode);
    let mut words = argv.to_vec();
    let taken = found.map(|at| words.remove(at));
    let long = &[("recursive", 'R'), ("verbose", 'v')];
    let options = match Options::parse(sys, &words, &Known { letters: "Rvcf", long, stops: false })
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut rest = options.words.clone();
    let text = match taken {
        Some(text) => text,
        None if rest.is_empty() => return missing(sys, "chmod"),
        None => rest.remove(0),
    };
    if rest.is_empty() {
        if is_busybox(sys) {
            return missing(sys, "chmod");
        }
        sys.complain(&format!(
            "chmod: missing operand after '{text}'\nTry 'chmod --help' for more information."
        ));
        return 1;
    }
    let umask = sys.me.umask;
    let mut status = 0;
    for root in rest {
        let deepest = if options.has('R') { usize::MAX } else { 0 };
        let entries = walk::tree(sys, &root, deepest);
        if entries.is_empty() {
            let gnu = format!("chmod: cannot access '{root}'");
            status = fail(sys, &gnu, &format!("chmod: {root}"), Errno::Enoent);
        }
        for entry in entries {
            if entry.stat.kind == FileKind::Symlink && options.has('R') {
                continue;
            }
            let mut view = sys.view();
            let stat = view.stat(&entry.path).unwrap_or(entry.stat);
            let directory = stat.kind == FileKind::Directory;
            let Some(bits) = mode::parse(&text, stat.mode, directory, umask) else {
                if is_busybox(sys) {
                    sys.complain(&format!("chmod: invalid mode '{text}'"));
                    return 1;
                }
                return refuse(sys, "chmod", &format!("invalid mode: '{text}'"));
            };
            if let Err(errno) = view.chmod(&entry.path, bits) {
                let path = &entry.path;
                let gnu = match errno {
                    Errno::Enoent => format!("chmod: cannot access '{path}'"),
                    _ => format!("chmod: changing permissions of '{path}'"),
                };
                status = fail(sys, &gnu, &format!("chmod: {path}"), errno);
            }
        }
    }
    status
}

fn chown(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let name = argv[0].rsplit('/').next().unwrap_or("chown").to_owned();
    let long = &[("recursive", 'R'), ("no-dereference", 'h'), ("verbose", 'v')];
    let options =
        match Options::parse(sys, argv, &Known { letters: "RhvcfLHP", long, stops: false }) {
            Ok(options) => options,
            Err(status) => return status,
        };
    if options.words.len() < 2 {
        return missing(sys, &name);
    }
    let spec = options.words[0].clone();
    let (user, group) = match (name.as_str(), spec.split_once([':', '.'])) {
        ("chgrp", _) => ("", Some(&*spec)),
        (_, Some((user, group))) => (user, Some(group)),
        (_, None) => (&*spec, None),
    };
    let uid = if user.is_empty() { None } else { Some(users::uid_of(sys, user)) };
    let gid = match group {
        Some("") if !user.is_empty() => Some(users::group_of_user(sys, user)),
        None | Some("") => None,
        Some(group) => Some(users::gid_of(sys, group)),
    };
    if uid == Some(None) || gid == Some(None) {
        let is_user = uid == Some(None);
        let text = match (is_busybox(sys), is_user) {
            (true, true) => format!("{name}: unknown user {user}"),
            (true, false) => format!("{name}: unknown group {}", group.unwrap_or("")),
            (false, true) => format!("{name}: invalid user: '{spec}'"),
            (false, false) => format!("{name}: invalid group: '{spec}'"),
        };
        sys.complain(&text);
        return 1;
    }
    let mut status = 0;
    for root in &options.words[1..] {
        let deepest = if options.has('R') { usize::MAX } else { 0 };
        let entries = walk::tree(sys, root, deepest);
        if entries.is_empty() {
            let gnu = format!("{name}: cannot access '{root}'");
            status = fail(sys, &gnu, &format!("{name}: {root}"), Errno::Enoent);
        }
        for entry in entries {
            let follow = !options.has('h') && !options.has('R');
            let result = sys.view().chown(&entry.path, uid.flatten(), gid.flatten(), follow);
            if let Err(errno) = result {
                let path = &entry.path;
                let what = if name == "chgrp" { "group" } else { "ownership" };
                let gnu = format!("{name}: changing {what} of '{path}'");
                status = fail(sys, &gnu, &format!("{name}: {path}"), errno);
            }
        }
    }
    status
}
