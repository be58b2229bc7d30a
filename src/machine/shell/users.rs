//! Names and homes of users and groups, from `/etc/passwd` and `/etc/group`.

use super::task::Sys;

/// The lines of a file, each in its fields.
fn lines(sys: &mut Sys<'_>, path: &str) -> Vec<Vec<String>> {
    let text = sys.view().read(path).map(|bytes| bytes.to_text(1 << 16)).unwrap_or_default();
    text.lines().map(|line| line.split(':').map(str::to_owned).collect()).collect()
}

fn field(line: &[String], index: usize) -> Option<String> {
    line.get(index).cloned()
}

/// The name of a user, or the number.
pub(crate) fn name_of(sys: &mut Sys<'_>, uid: u32) -> String {
    known_name(sys, uid).unwrap_or_else(|| uid.to_string())
}

/// The name of a user, if there is one.
pub(crate) fn known_name(sys: &mut Sys<'_>, uid: u32) -> Option<String> {
    find(sys, "/etc/passwd", 2, &uid.to_string(), 0)
}

/// The name of a group, or the number.
pub(crate) fn group_of(sys: &mut Sys<'_>, gid: u32) -> String {
    known_group(sys, gid).unwrap_or_else(|| gid.to_string())
}

/// The name of a group, if there is one.
pub(crate) fn known_group(sys: &mut Sys<'_>, gid: u32) -> Option<String> {
    find(sys, "/etc/group", 2, &gid.to_string(), 0)
}

/// The number of a user by name or number.
pub(crate) fn uid_of(sys: &mut Sys<'_>, name: &str) -> Option<u32> {
    number(name).or_else(|| find(sys, "/etc/passwd", 0, name, 2)?.parse().ok())
}

/// The number of a group by name or number.
pub(crate) fn gid_of(sys: &mut Sys<'_>, name: &str) -> Option<u32> {
    number(name).or_else(|| find(sys, "/etc/group", 0, name, 2)?.parse().ok())
}

/// The group of a user.
pub(crate) fn group_of_user(sys: &mut Sys<'_>, name: &str) -> Option<u32> {
    find(sys, "/etc/passwd", 0, name, 3)?.parse().ok()
}

/// The home of a user by name or number.
pub(crate) fn home_of(sys: &mut Sys<'_>, user: &str) -> Option<String> {
    let column = if number(user).is_some() { 2 } else { 0 };
    find(sys, "/etc/passwd", column, user, 5)
}

fn number(name: &str) -> Option<u32> {
    name.parse().ok()
}

fn find(sys: &mut Sys<'_>, path: &str, by: usize, key: &str, wanted: usize) -> Option<String> {
    let lines = lines(sys, path);
    let line = lines.iter().find(|line| line.get(by).is_some_and(|field| field == key))?;
    field(line, wanted)
}
