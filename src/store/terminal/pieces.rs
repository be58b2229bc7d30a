//! What was printed, in pieces: plain text, and the names of objects that can be looked into.

use crate::api::object::ObjectKey;
use crate::api::sorted::SortedMap;

/// A piece of what was printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text.
    Text(&'a str),
    /// The name of an object, as printed.
    Name(&'a str, &'a ObjectKey),
}

/// Objects by the words that can only mean them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names<'a> {
    names: SortedMap<String, Option<&'a ObjectKey>>,
}

impl<'a> Names<'a> {
    /// The words for these objects: `pod/web-0`, `persistentvolume/x`, and the bare name where
    /// only one object has it.
    pub fn of(objects: &'a [ObjectKey]) -> Self {
        let mut names = SortedMap::default();
        for key in objects {
            let info = key.kind.info();
            let name = &key.name;
            let taken = names.get(&**name).is_some();
            names.insert(name.to_string(), (!taken).then_some(key));
            let group = info.api_version.split_once('/').map(|(group, _)| format!(".{group}"));
            let singular = info.name.to_ascii_lowercase();
            names.insert(format!("{singular}/{name}"), Some(key));
            if let Some(group) = group {
                names.insert(format!("{singular}{group}/{name}"), Some(key));
            }
        }
        Self { names }
    }

    /// The pieces of a text.
    pub fn pieces(&self, text: &'a str) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        let (mut plain, mut at) = (0, 0);
        for word in text.split_inclusive(|c: char| c.is_whitespace() || ",\"'".contains(c)) {
            let bare = word.trim_end_matches(|c: char| c.is_whitespace() || ",\"'".contains(c));
            if let Some(Some(key)) = self.names.get(bare).copied() {
                if plain < at {
                    pieces.push(Piece::Text(&text[plain..at]));
                }
                pieces.push(Piece::Name(bare, key));
                plain = at + bare.len();
            }
            at += word.len();
        }
        if plain < text.len() {
            pieces.push(Piece::Text(&text[plain..]));
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::kind::Kind;

    #[test]
    fn names_that_mean_one_object_are_found() {
        let objects = [
            ObjectKey::new(Kind::Pod, "default", "web-0"),
            ObjectKey::new(Kind::Service, "default", "web"),
            ObjectKey::new(Kind::StatefulSet, "default", "web"),
        ];
        let names = Names::of(&objects);
        let found = |text| {
            let pieces = names.pieces(text);
            let shown = |piece: &Piece<'_>| match piece {
                Piece::Name(word, key) => Some(format!("{word}: {key}")),
                Piece::Text(_) => None,
            };
            assert_eq!(pieces.iter().map(super::Piece::text).collect::<String>(), text);
            pieces.iter().filter_map(shown).collect::<Vec<_>>()
        };
        assert_eq!(found("NAME    READY\nweb-0   1/1\n"), ["web-0: Pod default/web-0"]);
        assert_eq!(
            found("statefulset.apps/web created\n"),
            ["statefulset.apps/web: StatefulSet default/web"]
        );
        assert_eq!(found("pod \"web-0\" deleted, web"), ["web-0: Pod default/web-0"]);
        assert!(found("").is_empty());
    }

    impl<'a> Piece<'a> {
        fn text(&self) -> &'a str {
            match self {
                Piece::Text(text) | Piece::Name(text, _) => text,
            }
        }
    }
}
