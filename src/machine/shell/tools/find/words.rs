//! What `find` is asked, from its words.

use std::rc::Rc;

use super::super::super::task::Sys;
use super::super::super::users;
use super::super::mode;
use super::super::options::is_busybox;
use super::Test;

/// Goes through the words.
pub(super) struct Reader<'a> {
    pub(super) words: &'a [Rc<str>],
    pub(super) at: usize,
    pub(super) tests: Vec<Test>,
    pub(super) deepest: &'a mut usize,
    pub(super) least: usize,
}

impl Reader<'_> {
    fn value(&mut self, name: &str, busybox: bool) -> Result<Rc<str>, String> {
        self.at += 1;
        self.words.get(self.at - 1).cloned().ok_or_else(|| {
            if busybox {
                format!("{name}: argument required")
            } else {
                format!("missing argument to `{name}'")
            }
        })
    }

    fn number(&mut self, name: &str, busybox: bool) -> Result<(i8, u64, String), String> {
        let text = self.value(name, busybox)?;
        let (sign, rest) = match text.strip_prefix('+') {
            Some(rest) => (1, rest),
            None => text.strip_prefix('-').map_or((0, &*text), |rest| (-1, rest)),
        };
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let count =
            rest[..end].parse().map_err(|_| format!("invalid argument `{text}' to `{name}'"))?;
        Ok((sign, count, rest[end..].to_owned()))
    }

    #[expect(clippy::too_many_lines, reason = "one case after the other, none of them long")]
    pub(super) fn read(&mut self, sys: &mut Sys<'_>) -> Result<(), String> {
        let busybox = is_busybox(sys);
        let mut open = 0;
        while let Some(word) = self.words.get(self.at).cloned() {
            self.at += 1;
            let test = match &*word {
                "-a" | "-and" | "-depth" | "-mount" | "-xdev" | "-follow" => continue,
                "-maxdepth" => {
                    *self.deepest = self.value(&word, busybox)?.parse().unwrap_or(usize::MAX);
                    continue;
                }
                "-mindepth" => {
                    self.least = self.value(&word, busybox)?.parse().unwrap_or(0);
                    continue;
                }
                "-name" | "-iname" => Test::Name(self.value(&word, busybox)?, &*word == "-iname"),
                "-path" | "-wholename" => Test::Path(self.value(&word, busybox)?),
                "-type" => Test::Type(self.value(&word, busybox)?),
                "-empty" => Test::Empty,
                "-true" => Test::Always(true),
                "-false" => Test::Always(false),
                "-size" => {
                    let (sign, count, unit) = self.number(&word, busybox)?;
                    let unit = match unit.as_str() {
                        "c" => 1,
                        "k" => 1 << 10,
                        "M" => 1 << 20,
                        "G" => 1 << 30,
                        _ => 512,
                    };
                    Test::Size(sign, count, unit)
                }
                "-mmin" => {
                    let (sign, count, _) = self.number(&word, busybox)?;
                    Test::Minutes(sign, count)
                }
                "-mtime" => {
                    let (sign, count, _) = self.number(&word, busybox)?;
                    Test::Minutes(sign, count * 1440 + if sign > 0 { 1439 } else { 0 })
                }
                "-links" => {
                    let (sign, count, _) = self.number(&word, busybox)?;
                    Test::Links(sign, count)
                }
                "-perm" => {
                    let text = self.value(&word, busybox)?;
                    let (sign, rest) = match text.strip_prefix('/') {
                        Some(rest) => (1, rest),
                        None => text.strip_prefix('-').map_or((0, &*text), |rest| (-1, rest)),
                    };
                    let mode = mode::parse(rest, 0, false, 0);
                    Test::Mode(sign, mode.ok_or_else(|| format!("invalid mode '{text}'"))?)
                }
                "-user" => {
                    let name = self.value(&word, busybox)?;
                    let uid = users::uid_of(sys, &name);
                    Test::User(
                        uid.ok_or_else(|| format!("'{name}' is not the name of a known user"))?,
                    )
                }
                "-group" => {
                    let name = self.value(&word, busybox)?;
                    let gid = users::gid_of(sys, &name);
                    Test::Group(
                        gid.ok_or_else(|| {
                            format!("'{name}' is not the name of an existing group")
                        })?,
                    )
                }
                "-newer" => {
                    let path = self.value(&word, busybox)?;
                    let stat = sys.view().stat(&path);
                    Test::Newer(stat.map_err(|errno| format!("'{path}': {errno}"))?.mtime.0)
                }
                "!" | "-not" => Test::Not,
                "-o" | "-or" => Test::Or,
                "(" => {
                    open += 1;
                    Test::Open
                }
                ")" => {
                    open -= 1;
                    Test::Close
                }
                "-print" => Test::Print('\n'),
                "-print0" => Test::Print('\0'),
                "-delete" => Test::Delete,
                "-prune" => Test::Prune,
                "-quit" => Test::Quit,
                "-exec" | "-ok" => self.command(&word, busybox)?,
                other if busybox => return Err(format!("unrecognized: {other}")),
                other if other.starts_with('-') => {
                    return Err(format!("unknown predicate `{other}'"));
                }
                other => {
                    return Err(format!("paths must precede expression: `{other}'"));
                }
            };
            self.tests.push(test);
        }
        if open != 0 {
            return Err(
                "invalid expression; I was expecting to find a ')' somewhere but did not see one."
                    .to_owned(),
            );
        }
        Ok(())
    }

    fn command(&mut self, name: &str, busybox: bool) -> Result<Test, String> {
        let mut words = Vec::new();
        while let Some(word) = self.words.get(self.at).cloned() {
            self.at += 1;
            match &*word {
                ";" => return Ok(Test::Execute(Rc::from(words), false)),
                "+" if words.last().is_some_and(|last: &Rc<str>| &**last == "{}") => {
                    words.pop();
                    return Ok(Test::Execute(Rc::from(words), true));
                }
                _ => words.push(word),
            }
        }
        Err(if busybox {
            format!("{name}: argument required")
        } else {
            format!("missing argument to `{name}'")
        })
    }
}
