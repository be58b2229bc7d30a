//! Who one is: `id`, `whoami`, `groups`.

use std::rc::Rc;

use super::super::task::Sys;
use super::super::users;
use super::Make;
use super::options::{Known, Options, is_busybox};

pub(super) const TOOLS: &[(&str, Make)] =
    &[("id", Make::Plain(id)), ("whoami", Make::Plain(whoami)), ("groups", Make::Plain(groups))];

fn id(sys: &mut Sys<'_>, argv: &[Rc<str>]) -> i32 {
    let options = match Options::parse(sys, argv, &Known::letters("ugGnr")) {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut user = sys.me.user.clone();
    if let Some(name) = options.words.first().cloned() {
        let Some(uid) = users::uid_of(sys, &name) else {
            let text = if is_busybox(sys) {
                format!("id: unknown user {name}")
            } else {
                format!("id: '{name}': no such user")
            };
            sys.complain(&text);
            return 1;
        };
        user.uid = uid;
        user.gid = users::group_of_user(sys, &name).unwrap_or(uid);
        user.groups = Rc::from([]);
    }
    let mut all = vec![user.gid];
    all.extend(user.groups.iter().filter(|gid| **gid != user.gid));
    let named = options.has('n');
    let text = match options.last_of("ugG") {
        Some('u') if named => users::name_of(sys, user.uid),
        Some('u') => user.uid.to_string(),
        Some('g') if named => users::group_of(sys, user.gid),
        Some('g') => user.gid.to_string(),
        Some(_) => {
            let group =
                |gid: &u32| if named { users::group_of(sys, *gid) } else { gid.to_string() };
            all.iter().map(group).collect::<Vec<String>>().join(" ")
        }
        None => {
            let in_brackets =
                |name: Option<String>| name.map_or(String::new(), |name| format!("({name})"));
            let uid = in_brackets(users::known_name(sys, user.uid));
            let gid = in_brackets(users::known_group(sys, user.gid));
            let groups: Vec<String> = all
                .iter()
                .map(|gid| format!("{gid}{}", in_brackets(users::known_group(sys, *gid))))
                .collect();
            // busybox leaves the groups out when there is no other.
            let named = !options.words.is_empty();
            let more = if is_busybox(sys) && user.groups.is_empty() && !named {
                String::new()
            } else {
                format!(" groups={}", groups.join(","))
            };
            format!("uid={}{uid} gid={}{gid}{more}", user.uid, user.gid)
        }
    };
    let _ = sys.print(&format!("{text}\n"));
    0
}

fn whoami(sys: &mut Sys<'_>, _: &[Rc<str>]) -> i32 {
    let uid = sys.me.user.uid;
    if let Some(name) = users::known_name(sys, uid) {
        let _ = sys.print(&format!("{name}\n"));
        0
    } else {
        let text = if is_busybox(sys) {
            format!("whoami: unknown uid {uid}")
        } else {
            format!("whoami: cannot find name for user ID {uid}")
        };
        sys.complain(&text);
        1
    }
}

fn groups(sys: &mut Sys<'_>, _: &[Rc<str>]) -> i32 {
    let user = sys.me.user.clone();
    let mut names = vec![users::group_of(sys, user.gid)];
    for gid in user.groups.iter().filter(|gid| **gid != user.gid) {
        names.push(users::group_of(sys, *gid));
    }
    let _ = sys.print(&format!("{}\n", names.join(" ")));
    0
}
