//! Refusals, in the API server's words (`k8s.io/apimachinery/pkg/api/errors`).

use std::fmt;

use crate::api::object::ObjectKey;

/// The kind of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// 404.
    NotFound,
    /// 409 on making.
    AlreadyExists,
    /// 409 on writing.
    Conflict,
    /// 422.
    Invalid,
    /// 403.
    Forbidden,
    /// 400.
    BadRequest,
    /// 405.
    MethodNotAllowed,
    /// 429.
    TooManyRequests,
    /// 500.
    InternalError,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field, such as `spec.volumes[0].name`.
    pub field: String,
    /// The phrase of its kind with the value and the detail, such as `Required value`.
    pub text: String,
}

/// A refused request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The kind of refusal.
    pub reason: Reason,
    /// The message of the API server.
    pub message: String,
    /// For [`Reason::Invalid`]: what is wrong, one entry a field.
    pub errors: Vec<FieldError>,
}

impl Reason {
    /// The word that kubectl prints in brackets.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "NotFound",
            Self::AlreadyExists => "AlreadyExists",
            Self::Conflict => "Conflict",
            Self::Invalid => "Invalid",
            Self::Forbidden => "Forbidden",
            Self::BadRequest => "BadRequest",
            Self::MethodNotAllowed => "MethodNotAllowed",
            Self::TooManyRequests => "TooManyRequests",
            Self::InternalError => "InternalError",
        }
    }

    /// The HTTP status.
    pub fn code(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::AlreadyExists | Self::Conflict => 409,
            Self::Invalid => 422,
            Self::Forbidden => 403,
            Self::BadRequest => 400,
            Self::MethodNotAllowed => 405,
            Self::TooManyRequests => 429,
            Self::InternalError => 500,
        }
    }
}

impl Status {
    /// A refusal with that message.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), errors: Vec::new() }
    }

    /// `pods "a" not found`.
    pub fn not_found(key: &ObjectKey) -> Self {
        let plural = key.kind.qualified_plural();
        Self::new(Reason::NotFound, format!("{plural} \"{}\" not found", key.name))
    }

    /// `pods "a" already exists`.
    pub fn already_exists(key: &ObjectKey) -> Self {
        let plural = key.kind.qualified_plural();
        Self::new(Reason::AlreadyExists, format!("{plural} \"{}\" already exists", key.name))
    }

    /// `pods "a" is forbidden: …`.
    pub fn forbidden(key: &ObjectKey, why: &str) -> Self {
        let plural = key.kind.qualified_plural();
        Self::new(Reason::Forbidden, format!("{plural} \"{}\" is forbidden: {why}", key.name))
    }

    /// A precondition on the uid that does not hold.
    pub fn uid_conflict(key: &ObjectKey, asked: &str, found: &str) -> Self {
        let plural = key.kind.qualified_plural();
        let message = format!(
            "Operation cannot be fulfilled on {plural} \"{}\": the UID in the precondition ({asked}) \
             does not match the UID in record ({found}). The object might have been deleted and \
             then recreated",
            key.name
        );
        Self::new(Reason::Conflict, message)
    }

    /// A write that names another uid than the object has.
    pub fn precondition_failed(key: &ObjectKey, asked: &str, found: &str) -> Self {
        let plural = key.kind.qualified_plural();
        let resource = key.kind.info().plural;
        let slash = if key.namespace.is_empty() { "" } else { "/" };
        let message = format!(
            "Operation cannot be fulfilled on {plural} \"{name}\": StorageError: invalid object, \
             Code: 4, Key: /registry/{resource}/{namespace}{slash}{name}, ResourceVersion: 0, \
             AdditionalErrorMsg: Precondition failed: UID in precondition: {asked}, UID in object \
             meta: {found}",
            name = key.name,
            namespace = key.namespace,
        );
        Self::new(Reason::Conflict, message)
    }

    /// A write that was made from an older version of the object.
    pub fn modified(key: &ObjectKey) -> Self {
        let plural = key.kind.qualified_plural();
        let message = format!(
            "Operation cannot be fulfilled on {plural} \"{}\": the object has been modified; please \
             apply your changes to the latest version and try again",
            key.name
        );
        Self::new(Reason::Conflict, message)
    }

    /// The bound of the simulator, which is not one of Kubernetes.
    pub fn too_many_objects(max: usize) -> Self {
        Self::new(Reason::Forbidden, format!("volume-lab: at most {max} objects"))
    }

    /// `Pod "a" is invalid: …`; equal errors are named once.
    pub fn invalid(key: &ObjectKey, errors: Vec<FieldError>) -> Self {
        let mut texts: Vec<String> = Vec::new();
        for error in &errors {
            let text = error.to_string();
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let list = match texts.as_slice() {
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        };
        let group = key.kind.group();
        let dot = if group.is_empty() { "" } else { "." };
        let kind = key.kind.info().name;
        let message = format!("{kind}{dot}{group} \"{}\" is invalid: {list}", key.name);
        Self { reason: Reason::Invalid, message, errors }
    }
}

impl FieldError {
    /// An error with its whole phrase.
    pub fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { field: field.into(), text: text.into() }
    }

    /// `Required value`, with a detail unless it is empty.
    pub fn required(field: impl Into<String>, detail: &str) -> Self {
        let colon = if detail.is_empty() { "" } else { ": " };
        Self::new(field, format!("Required value{colon}{detail}"))
    }

    /// `Invalid value: <value>: <detail>`; texts are quoted by the caller.
    pub fn invalid(field: impl Into<String>, value: impl fmt::Display, detail: &str) -> Self {
        Self::new(field, format!("Invalid value: {value}: {detail}"))
    }

    /// `Unsupported value: "<value>": supported values: "A", "B"`.
    pub fn not_supported(field: impl Into<String>, value: &str, supported: &[&str]) -> Self {
        let list: Vec<String> = supported.iter().map(|one| format!("\"{one}\"")).collect();
        let list = list.join(", ");
        Self::new(field, format!("Unsupported value: \"{value}\": supported values: {list}"))
    }

    /// `Duplicate value: "<value>"`.
    pub fn duplicate(field: impl Into<String>, value: &str) -> Self {
        Self::new(field, format!("Duplicate value: \"{value}\""))
    }

    /// `Not found: "<value>"`.
    pub fn not_found(field: impl Into<String>, value: &str) -> Self {
        Self::new(field, format!("Not found: \"{value}\""))
    }

    /// `Forbidden: <detail>`.
    pub fn forbidden(field: impl Into<String>, detail: &str) -> Self {
        Self::new(field, format!("Forbidden: {detail}"))
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.text)
    }
}
