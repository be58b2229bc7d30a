//! Redirections: what they open, and where descriptors lead.

use std::rc::Rc;

use super::code::{Dialect, Redirect, RedirectKind};
use super::kernel::Kind;
use super::shell::{Shell, option};
use super::task::Sys;
use crate::machine::fs::errno::Errno;
use crate::machine::fs::handle::OpenMode;

impl Shell {
    /// Opens the targets of redirections and lets this shell's descriptors lead to them; what
    /// they led to. `None` when one cannot be opened, which was said then.
    pub(crate) fn redirect(
        &mut self,
        sys: &mut Sys<'_>,
        redirects: &[(Redirect, Rc<str>)],
    ) -> Option<Vec<(u8, Option<u32>)>> {
        let mut saved = Vec::new();
        for (redirect, target) in redirects {
            match self.open_target(sys, *redirect, target) {
                Ok(id) => {
                    let both =
                        matches!(redirect.kind, RedirectKind::WriteBoth | RedirectKind::AppendBoth);
                    if both {
                        let held = id.map(|id| sys.kernel.hold(id));
                        saved.push((2, swap(sys, 2, held)));
                    }
                    saved.push((redirect.fd, swap(sys, redirect.fd, id)));
                }
                Err(words) => {
                    self.say(sys, &words);
                    for (fd, id) in saved.into_iter().rev() {
                        sys.set_fd(fd, id);
                    }
                    return None;
                }
            }
        }
        Some(saved)
    }

    /// Opens what a redirection names; the error is in the shell's words.
    pub(crate) fn open_target(
        &mut self,
        sys: &mut Sys<'_>,
        redirect: Redirect,
        target: &str,
    ) -> Result<Option<u32>, String> {
        let mode = match redirect.kind {
            RedirectKind::Here => {
                let text = Rc::from(target.as_bytes());
                return Ok(Some(sys.kernel.open(Kind::Text(text, 0))));
            }
            RedirectKind::Duplicate => return self.duplicate(sys, target),
            RedirectKind::Read => OpenMode::Read,
            RedirectKind::ReadWrite => OpenMode::ReadWrite,
            RedirectKind::Append | RedirectKind::AppendBoth => OpenMode::Append,
            RedirectKind::Write if self.is(option::NOCLOBBER) => OpenMode::New,
            RedirectKind::Write | RedirectKind::Clobber | RedirectKind::WriteBoth => {
                OpenMode::Truncate
            }
        };
        let opened = match mode {
            OpenMode::New if target == "/dev/null" => sys.open(target, OpenMode::Truncate),
            _ => sys.open(target, mode),
        };
        opened.map(Some).map_err(|errno| self.cannot_open(target, mode, errno))
    }

    fn cannot_open(&self, target: &str, mode: OpenMode, errno: Errno) -> String {
        let reads = mode == OpenMode::Read;
        let text = errno.text();
        match self.dialect {
            Dialect::Bash if errno == Errno::Eexist => {
                format!("{target}: cannot overwrite existing file")
            }
            Dialect::Bash => format!("{target}: {text}"),
            // `ash` and `dash` have words of their own for the commonest.
            _ => {
                let text = match (errno, reads) {
                    (Errno::Enoent, false) => "Directory nonexistent",
                    (Errno::Enoent, true) => "No such file",
                    _ => text,
                };
                match (self.dialect, reads) {
                    (Dialect::Dash, true) => format!("cannot open {target}: {text}"),
                    (Dialect::Dash, false) => format!("cannot create {target}: {text}"),
                    (_, true) => format!("can't open {target}: {}", lower(text)),
                    (_, false) => format!("can't create {target}: {}", lower(text)),
                }
            }
        }
    }

    fn duplicate(&self, sys: &mut Sys<'_>, target: &str) -> Result<Option<u32>, String> {
        if target == "-" {
            return Ok(None);
        }
        let number = target.strip_suffix('-').unwrap_or(target).parse::<u8>();
        let Ok(number) = number else {
            return Err(match self.dialect {
                Dialect::Bash => format!("{target}: ambiguous redirect"),
                Dialect::Dash => "Syntax error: Bad fd number".to_string(),
                Dialect::Busybox => "ambiguous redirect".to_string(),
            });
        };
        match sys.me.fd(number) {
            Some(id) => Ok(Some(sys.kernel.hold(id))),
            None => Err(match self.dialect {
                Dialect::Busybox => format!("dup2({number}): Bad file descriptor"),
                _ => format!("{number}: Bad file descriptor"),
            }),
        }
    }

    /// The status when a redirection fails.
    pub(crate) fn redirect_status(&self) -> i32 {
        if self.dialect == Dialect::Dash { 2 } else { 1 }
    }
}

/// Lets a descriptor lead elsewhere; what it led to stays open.
fn swap(sys: &mut Sys<'_>, fd: u8, id: Option<u32>) -> Option<u32> {
    let old = sys.me.fds.iter().position(|(number, _)| *number == fd);
    let old = old.map(|at| sys.me.fds.remove(at).1);
    sys.set_fd(fd, id);
    old
}

fn lower(text: &str) -> String {
    match text {
        "Directory nonexistent" => "nonexistent directory".to_owned(),
        "No such file" => "no such file".to_owned(),
        _ => text.to_owned(),
    }
}
