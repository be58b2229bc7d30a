//! Why an object never reaches the cluster's validation, in kubectl's and the API server's
//! words.
//!
//! Models: cli-runtime `pkg/resource/mapper.go` and `visitor.go`, kubectl `pkg/validation`,
//! apiserver `pkg/endpoints/handlers/create.go`.

/// The step at which an object is refused, with the words of that step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The text is no YAML or JSON. kubectl stops reading the file here.
    Parse(String),
    /// The document lacks `apiVersion` or `kind`. kubectl stops reading the file here.
    Validation(String),
    /// The client cannot read the document's metadata.
    Decode(String),
    /// The cluster serves no such kind.
    NoMatch {
        /// `kind` as written.
        kind: String,
        /// `apiVersion` as written.
        api_version: String,
        /// `metadata.name` as written.
        name: String,
        /// `metadata.namespace` as written, or nothing.
        namespace: String,
    },
    /// The API server cannot decode the object; the text is the message of its answer.
    BadRequest(String),
}

impl Refusal {
    /// What kubectl prints, without its own `error: `; `file` is a path or `STDIN`, and
    /// `verb` is `creating`, `replacing` and the like.
    pub fn message(&self, verb: &str, file: &str) -> String {
        match self {
            Self::Parse(words) => format!("error parsing {file}: {words}"),
            Self::Validation(words) => format!(
                "error validating \"{file}\": error validating data: {words}; if you choose to \
                 ignore these errors, turn validation off with --validate=false"
            ),
            Self::Decode(words) => format!("unable to decode \"{file}\": {words}"),
            Self::NoMatch { kind, api_version, name, namespace } => format!(
                "resource mapping not found for name: \"{name}\" namespace: \"{namespace}\" from \
                 \"{file}\": no matches for kind \"{kind}\" in version \"{api_version}\"\n\
                 ensure CRDs are installed first"
            ),
            Self::BadRequest(words) => format!("error when {verb} \"{file}\": {words}"),
        }
    }

    /// The whole line on standard error when this is the only error of the command.
    pub fn stderr(&self, verb: &str, file: &str) -> String {
        let message = self.message(verb, file);
        match self {
            Self::BadRequest(_) => format!("Error from server (BadRequest): {message}"),
            _ => format!("error: {message}"),
        }
    }

    /// Whether kubectl leaves the rest of the file unread.
    pub fn stops_file(&self) -> bool {
        matches!(self, Self::Parse(_) | Self::Validation(_))
    }
}
