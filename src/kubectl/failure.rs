//! What went wrong, and how kubectl words it (`pkg/cmd/util/helpers.go` `checkErr`).

use std::fmt::Write as _;

use crate::api::object::ObjectKey;
use crate::sim::apiserver::status::{Reason, Status};

/// One error of a command.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// The API server refused.
    Api {
        /// Its answer.
        status: Status,
        /// The object, for the form `The Pod "a" is invalid`.
        key: Option<ObjectKey>,
        /// What stands in front of the message, such as `error when creating "STDIN": `.
        context: String,
    },
    /// kubectl's own error; printed after `error: `.
    Message(String),
    /// Printed as it stands.
    Verbatim(String),
    /// Nothing is printed any more; the exit status alone tells.
    Silent,
}

impl Failure {
    /// kubectl's own error.
    pub(super) fn message(text: impl Into<String>) -> Self {
        Self::Message(text.into())
    }

    /// A mistake in the use of a command (`UsageErrorf`).
    pub(super) fn usage(path: &str, text: impl std::fmt::Display) -> Self {
        Self::Message(format!("{text}\nSee 'kubectl {path} -h' for help and examples"))
    }

    /// Something that kubectl knows and this cluster does not do.
    pub(super) fn not_simulated(what: impl std::fmt::Display) -> Self {
        Self::Message(format!("not simulated: {what}"))
    }

    /// A refusal without more.
    pub(super) fn api(status: Status) -> Self {
        Self::Api { status, key: None, context: String::new() }
    }

    /// A refusal of a request about an object.
    pub(super) fn of(key: &ObjectKey, status: Status) -> Self {
        Self::Api { status, key: Some(key.clone()), context: String::new() }
    }

    /// The same, met while doing something with an object of a file.
    #[must_use]
    pub(super) fn when(self, doing: &str, source: &str) -> Self {
        self.with_context(&format!("error when {doing} \"{source}\": "))
    }

    /// The same with words in front of the message.
    #[must_use]
    pub(super) fn with_context(self, words: &str) -> Self {
        match self {
            Self::Api { status, key, context } => {
                Self::Api { status, key, context: format!("{words}{context}") }
            }
            other => other,
        }
    }

    /// Whether the object was not there.
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Api { status, .. } if status.reason == Reason::NotFound)
    }

    /// The only error of a command, as it is printed.
    fn alone(&self) -> String {
        match self {
            Self::Api { status, key: Some(key), .. } if status.reason == Reason::Invalid => {
                invalid(key, status)
            }
            Self::Message(text) if !text.starts_with("error: ") => format!("error: {text}"),
            other => other.among_others(),
        }
    }

    /// One of several errors, as it is printed.
    fn among_others(&self) -> String {
        match self {
            Self::Api { status, context, .. } => {
                format!(
                    "Error from server ({}): {context}{}",
                    status.reason.as_str(),
                    status.message
                )
            }
            Self::Message(text) | Self::Verbatim(text) => text.clone(),
            Self::Silent => String::new(),
        }
    }
}

/// `The Pod "a" is invalid: …`, as a list when there are several causes.
fn invalid(key: &ObjectKey, status: &Status) -> String {
    let head = format!("The {} \"{}\" is invalid: ", key.kind.info().name, key.name);
    let mut causes: Vec<String> = Vec::new();
    for error in &status.errors {
        let cause = error.to_string();
        if !causes.contains(&cause) {
            causes.push(cause);
        }
    }
    match causes.as_slice() {
        [] => status.message.clone(),
        [one] => head + one,
        many => many.iter().fold(head, |mut text, cause| {
            let _ = write!(text, "\n* {cause}");
            text
        }),
    }
}

/// All errors of a command, each with its line break.
pub(super) fn report(failures: &[Failure]) -> String {
    let lines: Vec<String> = match failures {
        [one] => vec![one.alone()],
        many => many.iter().map(Failure::among_others).collect(),
    };
    lines.iter().filter(|line| !line.is_empty()).fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{line}");
        text
    })
}
