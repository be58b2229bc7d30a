//! What can be said about a text, as data. The sentences stand in the locales under
//! `diag.<code>`, those of the buttons under `mend.<code>`; Kubernetes' own words travel in
//! [`Diagnostic::server`], letter for letter.

use super::span::{Range, Span};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Kubernetes refuses it, or it cannot mean what was meant.
    Error,
    /// Kubernetes takes it, but probably not as it was meant.
    Warning,
    /// Good to know; nothing is wrong.
    Notice,
}

impl Severity {
    /// The name used in style classes and in test files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// One thing said about one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What it is; one of [`CODES`].
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The place of the offending value; for a missing field, that of its parent.
    pub span: Span,
    /// The values of the sentence's placeholders.
    pub args: Vec<(&'static str, String)>,
    /// What the API server or kubectl says about it.
    pub server: Option<String>,
    /// How to put it right with one click.
    pub mend: Option<Mend>,
}

/// A correction of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mend {
    /// The replacements; none overlaps another, in the order of the text.
    pub edits: Vec<Edit>,
}

/// One replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub range: Range,
    /// What comes in their place.
    pub text: String,
}

/// The text with a correction applied. An edit that does not fit the text (because the text
/// has changed since) is left out.
pub fn apply_mend(text: &str, mend: &Mend) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in &mend.edits {
        let bytes = edit.range.bytes();
        if bytes.start < done || text.get(bytes.clone()).is_none() {
            continue;
        }
        out.push_str(&text[done..bytes.start]);
        out.push_str(&edit.text);
        done = bytes.end;
    }
    out.push_str(&text[done..]);
    out
}

/// Something found in a text, before lines and columns are worked out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    pub(super) range: Range,
    pub(super) args: Vec<(&'static str, String)>,
    pub(super) server: Option<String>,
    pub(super) mend: Option<Mend>,
}

impl Finding {
    fn new(code: &'static str, severity: Severity, range: Range) -> Self {
        debug_assert!(CODES.contains(&code), "{code} is not listed in CODES");
        Self { code, severity, range, args: Vec::new(), server: None, mend: None }
    }

    pub(super) fn error(code: &'static str, range: Range) -> Self {
        Self::new(code, Severity::Error, range)
    }

    pub(super) fn warning(code: &'static str, range: Range) -> Self {
        Self::new(code, Severity::Warning, range)
    }

    pub(super) fn notice(code: &'static str, range: Range) -> Self {
        Self::new(code, Severity::Notice, range)
    }

    pub(super) fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    pub(super) fn arg_named(&self, name: &str) -> Option<&str> {
        self.args.iter().find(|arg| arg.0 == name).map(|arg| arg.1.as_str())
    }

    pub(super) fn server(mut self, words: impl Into<String>) -> Self {
        self.server = Some(words.into());
        self
    }

    pub(super) fn edit(mut self, range: Range, text: impl Into<String>) -> Self {
        let mend = self.mend.get_or_insert_default();
        mend.edits.push(Edit { range, text: text.into() });
        self
    }
}

/// Every code there is, with its group's comment; the locales hold `diag.<code>` for each.
pub const CODES: &[&str] = &[
    // Limits.
    "text-too-large",
    "too-many-documents",
    "nested-too-deep",
    "too-many-values",
    "too-many-diagnostics",
    "not-utf8",
    "control-character",
    // Broken by copying; these have `mend.<code>` too.
    "smart-quotes",
    "dash-for-separator",
    "line-breaks-lost",
    "slash-comment",
    "tab-indentation",
    "non-breaking-space",
    "full-width-space",
    "full-width-colon",
    "byte-order-mark",
    "zero-width-character",
    // YAML and JSON.
    "yaml-indentation",
    "yaml-colon-missing",
    "yaml-two-colons",
    "yaml-quote-open",
    "yaml-bracket-open",
    "yaml-escape",
    "yaml-first-character",
    "yaml-anchor-unknown",
    "yaml-key-not-text",
    "yaml-merge",
    "yaml-not-json",
    "yaml-syntax",
    "json-syntax",
    "separator-followed-by-text",
    "after-document-end",
    "key-twice",
    "key-not-text",
    // Objects.
    "not-an-object",
    "api-version-missing",
    "kind-missing",
    "kind-misspelt",
    "kind-unknown",
    "api-version-wrong",
    "kind-not-simulated",
    "field-misspelt",
    "field-misplaced",
    "field-unknown",
    "field-type",
    "field-missing",
    "field-not-simulated",
    "value-unknown",
    "quantity-malformed",
    "not-base64",
    "cluster-fields-set-aside",
    // Teaching rules: one file each in `rules`.
    "access-mode-unknown",
    "claim-larger-than-volumes",
    "claim-name-not-here",
    "service-name-not-here",
    "storage-request-missing",
    "storage-without-unit",
];
