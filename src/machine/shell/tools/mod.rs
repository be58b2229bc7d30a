//! The tools: programs of busybox and coreutils.

pub(crate) mod mode;
pub(crate) mod sleep;

mod copy;
mod dd;
mod disk;
mod expr;
mod fetch;
mod files;
mod filter;
mod find;
mod grep;
mod head;
mod lines;
mod list;
mod mounts;
mod net;
mod node;
mod options;
mod owner;
mod remote;
mod sed;
mod small;
mod sort;
mod starting;
mod sums;
mod system;
mod tail;
mod text;
mod walk;
mod wget;
mod who;
mod xargs;

use std::rc::Rc;

use super::task::{Step, Sys, Tool};

/// A tool that does all at once: its words, to its status.
pub(crate) type Plain = fn(&mut Sys<'_>, &[Rc<str>]) -> i32;

/// How a tool is made.
#[derive(Clone, Copy)]
pub(crate) enum Make {
    /// It does all at once.
    Plain(Plain),
    /// It goes on for a while.
    Long(fn() -> Box<dyn Tool>),
}

/// All tools, by name.
const ALL: &[&[(&str, Make)]] = &[
    sleep::TOOLS,
    text::TOOLS,
    sort::TOOLS,
    grep::TOOLS,
    list::TOOLS,
    files::TOOLS,
    copy::TOOLS,
    small::TOOLS,
    head::TOOLS,
    lines::TOOLS,
    owner::TOOLS,
    remote::TOOLS,
    who::TOOLS,
    sed::TOOLS,
    starting::TOOLS,
    tail::TOOLS,
    disk::TOOLS,
    dd::TOOLS,
    mounts::TOOLS,
    expr::TOOLS,
    fetch::TOOLS,
    xargs::TOOLS,
    find::TOOLS,
    net::TOOLS,
    node::TOOLS,
    sums::TOOLS,
    system::TOOLS,
];

/// The tool of that name.
pub(crate) fn find(name: &str) -> Option<Box<dyn Tool>> {
    let (_, make) = ALL.iter().flat_map(|group| group.iter()).find(|(known, _)| *known == name)?;
    Some(match make {
        Make::Plain(plain) => Box::new(Once(*plain)),
        Make::Long(make) => make(),
    })
}

/// Whether there is a tool of that name.
pub fn has(name: &str) -> bool {
    names().any(|known| known == name)
}

/// The names of all tools.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().flat_map(|group| group.iter()).map(|(name, _)| *name)
}

/// A tool that does all at once.
#[derive(Clone, Debug)]
struct Once(Plain);

impl Tool for Once {
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        let argv = Rc::clone(&sys.me.argv);
        Step::Done((self.0)(sys, &argv))
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}
