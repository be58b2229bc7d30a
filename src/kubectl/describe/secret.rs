//! `kubectl describe secret` (`describeSecret`): sizes instead of values, and no events.

use crate::api::config::Secret;
use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;

use super::super::tables::Sight;
use super::Describer;
use super::page::Page;

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::Secret, write, events: false };

fn write(object: &Object, _sight: Sight<'_>, page: &mut Page) {
    let Some(secret) = Secret::of(object) else { return };
    page.line(0, "Name", &secret.metadata.name);
    page.line(0, "Namespace", &secret.metadata.namespace);
    page.labels(0, "Labels", &secret.metadata.labels);
    page.annotations(0, &secret.metadata.annotations);
    page.text(format!("\nType:\t{}\n\nData\n====\n", secret.kind));
    for (key, value) in &secret.data {
        page.line(0, key, format!("{} bytes", decoded_length(value)));
    }
}

/// How many bytes a text in base64 stands for.
pub(super) fn decoded_length(text: &str) -> usize {
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    (text.len() / 4 * 3).saturating_sub(padding)
}
