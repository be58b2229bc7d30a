//! What a link carries, and how it becomes a run again.
//!
//! A session is a profile, the text in the editor, and the commands that were given, each at its
//! simulated time. The same session gives the same run everywhere.

pub mod console;
pub mod link;
pub mod run;

/// A command of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `kubectl apply -f -` with this text.
    Apply(String),
    /// `kubectl` with these arguments, as a shell would split them, and this input.
    Kubectl {
        /// The rest of the command line, such as `scale sts web --replicas=5`.
        args: String,
        /// What it reads from its standard input; mostly empty.
        stdin: String,
    },
    /// A line typed on a node.
    Node {
        /// The node's name.
        node: String,
        /// The line.
        sh: String,
    },
}

/// A command and when it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Simulated milliseconds since the start of the cluster.
    pub at_ms: u64,
    /// The command.
    pub command: Command,
    /// With how many of its steps it was interrupted, because something else was done in the
    /// midst of it; `None` when it came to its end.
    pub cut_after: Option<usize>,
}

/// Everything that is needed to come back to the same picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The name of the cluster's profile.
    pub profile: String,
    /// The text in the editor.
    pub manifest: String,
    /// The commands, in order.
    pub entries: Vec<Entry>,
    /// The lesson or scenario it started from.
    pub lesson: Option<String>,
    /// How many steps are shown; `None` for all.
    pub position: Option<usize>,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            profile: "lecture".to_owned(),
            manifest: String::new(),
            entries: Vec::new(),
            lesson: None,
            position: None,
        }
    }
}
