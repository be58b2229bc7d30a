//! Sentences for components.

use crate::i18n::{self, Locale};

/// The language of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words(pub(super) Locale);

impl Words {
    /// A sentence without gaps.
    pub(super) fn say(self, key: &str) -> String {
        i18n::text(self.0, key, &[])
    }

    /// A sentence with its gaps filled.
    pub(super) fn fill(self, key: &str, args: &[(&str, &str)]) -> String {
        i18n::text(self.0, key, args)
    }

    /// A sentence whose values travelled with it.
    pub(super) fn tell(self, key: &str, args: &[(&'static str, String)]) -> String {
        let args: Vec<(&str, &str)> =
            args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        i18n::text(self.0, key, &args)
    }
}
