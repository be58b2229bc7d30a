//! `mount`, `umount`, `mountpoint`.

use std::rc::Rc;

use super::super::host::Request;
use super::super::task::Sys;
use super::options::{Known, Options, is_busybox, missing};
use super::{Make, node};

pub(super) const TOOLS: &[(&str, Make)] = &[
    ("mount", Make::Plain(mount)),
    ("umount", Make::Plain(umount)),
    ("mountpoint", Make::Plain(mountpoint)),
    ("findmnt", Make::Plain(mount)),
];

fn mount(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let known = Known {
        letters: "t:o:rwavnfB",
        long: &[("bind", 'B'), ("types", 't'), ("options", 'o')],
        stops: false,
    };
    let options = match Options::parse(sys, argv, &known) {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.words.is_empty() {
        if options.has('a') {
            return 0;
        }
        let rows = sys.view().mounts();
        let wanted = options.value('t').cloned();
        for row in &rows {
            let kind = row.kind.name();
            if wanted.as_ref().is_none_or(|wanted| **wanted == *kind) {
                let (source, point, options) = (&row.source, &row.point, &row.options);
                let _ = sys.print(&format!("{source} on {point} type {kind} ({options})\n"));
            }
        }
        return 0;
    }
    let point = options.words.get(1).cloned();
    let Some(point) = point else {
        let word = &options.words[0];
        let text = if is_busybox(sys) {
            format!("mount: can't find {word} in /etc/fstab")
        } else {
            format!("mount: {word}: can't find in /etc/fstab.")
        };
        sys.complain(&text);
        return 1;
    };
    if sys.me.user.uid != 0 {
        sys.complain(&format!("mount: {point}: must be superuser to use mount."));
        return 32;
    }
    let mut texts: Vec<String> =
        options.values('o').map(std::string::ToString::to_string).collect();
    texts.extend(options.has('r').then(|| "ro".to_owned()));
    texts.extend(options.has('B').then(|| "bind".to_owned()));
    let point = node::absolute(sys, &point);
    let request = Request::Mount {
        kind: options.value('t').map_or(String::new(), std::string::ToString::to_string),
        source: options.words[0].to_string(),
        point: point.clone(),
        options: texts.join(","),
    };
    if let Some(reply) = sys.host.request(request) {
        node::say(sys, &reply)
    } else {
        let text = if is_busybox(sys) {
            "mount: permission denied (are you root?)".to_string()
        } else {
            format!("mount: {point}: permission denied.")
        };
        sys.complain(&text);
        if is_busybox(sys) { 1 } else { 32 }
    }
}

fn umount(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let options = match Options::parse(sys, argv, &Known::letters("flrnRa")) {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.words.is_empty() {
        return missing(sys, "umount");
    }
    let mut status = 0;
    for word in options.words.clone() {
        let point = node::absolute(sys, &word);
        if let Some(reply) = sys.host.request(Request::Unmount(point.clone())) {
            status = node::say(sys, &reply).max(status);
        } else {
            let text = if is_busybox(sys) {
                format!("umount: can't unmount {point}: Operation not permitted")
            } else {
                format!("umount: {point}: must be superuser to unmount.")
            };
            sys.complain(&text);
            status = if is_busybox(sys) { 1 } else { 32 };
        }
    }
    status
}

fn mountpoint(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let options = match Options::parse(sys, argv, &Known::letters("qdx")) {
        Ok(options) => options,
        Err(status) => return status,
    };
    let Some(word) = options.words.first().cloned() else { return missing(sys, "mountpoint") };
    let path = node::absolute(sys, &word);
    let view = sys.view();
    let found = view.mounts().iter().any(|row| *row.point == *path);
    let text = match (found, view.exists(&path)) {
        (true, _) => format!("{word} is a mountpoint\n"),
        (false, true) => format!("{word} is not a mountpoint\n"),
        (false, false) => {
            sys.complain(&format!("mountpoint: {word}: No such file or directory"));
            return 1;
        }
    };
    if !options.has('q') {
        let _ = sys.print(&text);
    }
    if found {
        0
    } else if is_busybox(sys) {
        1
    } else {
        32
    }
}
