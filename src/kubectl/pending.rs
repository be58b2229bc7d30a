//! What a command waits for when it has done what it does at once. A new way to wait is a line
//! here and a type with `poll` and `time_is_up` beside its verb.

use crate::api::time::SimTime;

use super::failure::Failure;
use super::session::Session;
use super::verbs::apply::object::Recreated;
use super::verbs::delete::Gone;
use super::verbs::drain::Drain;
use super::verbs::exec::Entered;
use super::verbs::get::watch::Watch;
use super::verbs::logs::Follow;
use super::verbs::port_forward::Forward;
use super::verbs::replace::Again;
use super::verbs::wait::Condition;

/// What a look at it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Poll {
    /// It came.
    Done,
    /// It is still waited for, until a time if there is a bound.
    Wait(Option<SimTime>),
    /// Nothing comes before that time; then it is looked at again.
    Until(SimTime),
}

/// Something that is waited for.
#[derive(Clone, Debug)]
pub(super) enum Pending {
    /// `delete`: that objects are gone.
    Gone(Gone),
    /// `replace --force`: nothing but its turn.
    Again(Again),
    /// `apply --force`: nothing but its turn.
    Recreated(Box<Recreated>),
    /// `wait`: a condition of an object.
    Condition(Condition),
    /// `drain`: that Pods have left their nodes.
    Drain(Box<Drain>),
    /// `port-forward`: a Pod, and then its end.
    Forward(Box<Forward>),
    /// `get -w`: whatever comes.
    Watch(Box<Watch>),
    /// `exec`: a command in a container.
    Command(Box<Entered>),
    /// `logs -f`: what a container prints.
    Follow(Box<Follow>),
}

impl Pending {
    /// Looks whether it came.
    pub(super) fn poll(&mut self, session: &mut Session<'_>) -> Result<Poll, Failure> {
        match self {
            Self::Gone(gone) => Ok(gone.poll(session)),
            Self::Again(again) => Ok(again.poll(session)),
            Self::Recreated(again) => again.poll(session),
            Self::Condition(condition) => condition.poll(session),
            Self::Drain(drain) => Ok(drain.poll(session)),
            Self::Forward(forward) => forward.poll(session),
            Self::Watch(watch) => Ok(watch.poll(session)),
            Self::Command(entered) => Ok(entered.poll(session)),
            Self::Follow(follow) => Ok(follow.poll(session)),
        }
    }

    /// Whether somebody has to type before it goes on.
    pub(super) fn awaits_input(&self) -> bool {
        matches!(self, Self::Command(entered) if entered.awaits_input())
    }

    /// It did not come in time.
    pub(super) fn time_is_up(&mut self, session: &mut Session<'_>) {
        match self {
            Self::Gone(gone) => gone.time_is_up(session),
            Self::Condition(condition) => condition.time_is_up(session),
            Self::Drain(drain) => drain.time_is_up(session),
            Self::Forward(_) => Forward::time_is_up(session),
            Self::Again(_)
            | Self::Recreated(_)
            | Self::Watch(_)
            | Self::Command(_)
            | Self::Follow(_) => {}
        }
    }
}
