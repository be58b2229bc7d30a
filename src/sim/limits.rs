//! Bounds that keep any input from hanging the page. What is reached is reported.

/// Steps of one run.
pub const STEPS_MAX: usize = 20_000;

/// Objects in one cluster, Events apart.
pub const OBJECTS_MAX: usize = 5_000;

/// Tasks that may be done without a step between them.
pub const QUIET_TASKS_MAX: usize = 200_000;

/// A bound that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// [`STEPS_MAX`].
    Steps,
    /// [`OBJECTS_MAX`].
    Objects,
    /// [`QUIET_TASKS_MAX`].
    QuietTasks,
}
