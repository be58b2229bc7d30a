//! Bounds on what a script may use, each reported in the words of the shell or the kernel.

/// Commands within commands, as deep as a script is read.
pub(crate) const DEPTH_MAX: u32 = 60;
/// The longest script that is read, in bytes.
pub(crate) const SCRIPT_BYTES_MAX: usize = 1 << 20;
/// The most words that braces expand to.
pub(crate) const BRACE_WORDS_MAX: usize = 10_000;
/// The most bytes that an argument list may have (Linux: `ARG_MAX`).
pub(crate) const ARGUMENT_BYTES_MAX: usize = 2 << 20;
/// The most bytes of a value, and of what a tool keeps in memory.
pub(crate) const MEMORY_BYTES_MAX: usize = 8 << 20;
/// The most processes on one machine at a time (Linux: `RLIMIT_NPROC`).
pub(crate) const PROCESSES_MAX: usize = 128;
/// How often a process may be refused before those in the background are killed.
pub(crate) const REFUSALS_MAX: u32 = 100;
/// Calls of functions and sourced scripts within each other.
pub(crate) const FRAMES_MAX: usize = 1_000;
/// How much a pipe holds.
pub(crate) const PIPE_BYTES: usize = 64 << 10;
/// How much output waits for the host before the writer waits.
pub(crate) const OUTPUT_BYTES: usize = 64 << 10;
