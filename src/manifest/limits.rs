//! How much text is read. Every bound is reported by name when it is met, so that no input
//! can hang the page: past it, nothing is guessed and nothing is dropped silently.

/// The longest text that is parsed, in bytes; Kubernetes' own limit for one object is close
/// to it (etcd takes 1.5 MiB a request).
pub const TEXT_MAX: usize = 1024 * 1024;

/// The largest number of documents in one text.
pub const DOCUMENTS_MAX: usize = 1000;

/// The deepest nesting of lists and mappings in one document. It also bounds every recursion
/// over a value. (Kubernetes' own objects stay under 20.)
pub const DEPTH_MAX: usize = 100;

/// The largest number of values in one text, those that aliases repeat included.
pub const NODES_MAX: usize = 100_000;

/// The largest number of diagnostics that one text gets.
pub const DIAGNOSTICS_MAX: usize = 500;
