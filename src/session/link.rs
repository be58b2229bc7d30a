//! A session as the hash of a link: `v1:` and base64url(deflate(JSON)).
//!
//! The JSON of version 1 has short keys: `p` profile, `m` manifest, `e` entries, each
//! `[at_ms, "apply", text]`, `[at_ms, "kubectl", args, stdin]` or
//! `[at_ms, "node", name, line]`, `l` lesson, `s` steps shown. An interrupted command has the
//! number of its steps as one more part; an absent text before it is null.
//! Keys that a reader does not know are skipped; absent ones have their empty value. Links of
//! every version that was ever published stay readable (`tests/links/`).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use serde_json::{Map, Value, json};

use super::{Command, Entry, Session};

/// Bytes of JSON that a link may unfold to.
pub const LINK_BYTES_MAX: usize = 4 << 20;

const PREFIX: &str = "v1:";
const LEVEL: u8 = 9;

/// Why a link cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It was made by a later version, or is no link of ours.
    UnknownVersion,
    /// It was cut or changed on its way.
    Damaged,
    /// It unfolds to more than [`LINK_BYTES_MAX`].
    TooLarge,
}

impl Session {
    /// The hash of a link, without `#`.
    pub fn encode(&self) -> String {
        let json = Value::Object(to_json(self)).to_string();
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(compress_to_vec(json.as_bytes(), LEVEL)))
    }

    /// Reads the hash of a link, with or without `#`.
    pub fn decode(hash: &str) -> Result<Self, LinkError> {
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        let packed = hash.strip_prefix(PREFIX).ok_or(LinkError::UnknownVersion)?;
        let packed = URL_SAFE_NO_PAD.decode(packed.trim()).map_err(|_| LinkError::Damaged)?;
        let bytes = decompress_to_vec_with_limit(&packed, LINK_BYTES_MAX).map_err(|error| {
            match error.status {
                miniz_oxide::inflate::TINFLStatus::HasMoreOutput => LinkError::TooLarge,
                _ => LinkError::Damaged,
            }
        })?;
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| LinkError::Damaged)?;
        from_json(&value).ok_or(LinkError::Damaged)
    }
}

fn to_json(session: &Session) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("p".to_owned(), session.profile.clone().into());
    if !session.manifest.is_empty() {
        map.insert("m".to_owned(), session.manifest.clone().into());
    }
    if !session.entries.is_empty() {
        // The text that was applied is mostly the text in the editor: it travels once.
        let entry = |entry: &Entry| write_entry(entry, &session.manifest);
        map.insert("e".to_owned(), session.entries.iter().map(entry).collect());
    }
    if let Some(lesson) = &session.lesson {
        map.insert("l".to_owned(), lesson.clone().into());
    }
    if let Some(position) = session.position {
        map.insert("s".to_owned(), position.into());
    }
    map
}

fn write_entry(entry: &Entry, manifest: &str) -> Value {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let (name, first, second) = match &entry.command {
        Command::Apply(text) => ("apply", (text != manifest).then(|| text.clone()), None),
        Command::Kubectl { args, stdin } => ("kubectl", Some(args.clone()), given(stdin)),
        Command::Node { node, sh } => ("node", Some(node.clone()), Some(sh.clone())),
    };
    let mut parts = vec![json!(entry.at_ms), json!(name), json!(first)];
    if !matches!(entry.command, Command::Apply(_)) {
        parts.push(json!(second));
    }
    parts.extend(entry.cut_after.map(Value::from));
    while parts.last().is_some_and(Value::is_null) {
        parts.pop();
    }
    Value::Array(parts)
}

fn from_json(value: &Value) -> Option<Session> {
    let map = value.as_object()?;
    let text = |key: &str| map.get(key).and_then(Value::as_str).map(str::to_owned);
    let manifest = text("m").unwrap_or_default();
    let entries = match map.get("e") {
        None => Vec::new(),
        Some(list) => list
            .as_array()?
            .iter()
            .map(|entry| read_entry(entry, &manifest))
            .collect::<Option<Vec<Entry>>>()?,
    };
    let position = map.get("s").and_then(Value::as_u64);
    Some(Session {
        profile: text("p").unwrap_or_else(|| Session::default().profile),
        manifest,
        entries,
        lesson: text("l"),
        position: position.and_then(|steps| usize::try_from(steps).ok()),
    })
}

fn read_entry(value: &Value, manifest: &str) -> Option<Entry> {
    let parts = value.as_array()?;
    let text = |index: usize| parts.get(index).and_then(Value::as_str).map(str::to_owned);
    let command = match parts.get(1)?.as_str()? {
        "apply" => Command::Apply(text(2).unwrap_or_else(|| manifest.to_owned())),
        "kubectl" => Command::Kubectl { args: text(2)?, stdin: text(3).unwrap_or_default() },
        "node" => Command::Node { node: text(2)?, sh: text(3)? },
        _ => return None,
    };
    let cut_at = if matches!(command, Command::Apply(_)) { 3 } else { 4 };
    let cut_after = parts.get(cut_at).and_then(Value::as_u64);
    Some(Entry {
        at_ms: parts.first()?.as_u64()?,
        command,
        cut_after: cut_after.and_then(|steps| usize::try_from(steps).ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Session {
        let apply = Command::Apply("kind: Pod\n".to_owned());
        let other = Command::Apply("kind: Service # 서비스\n".to_owned());
        let scale = Command::Kubectl { args: "scale sts web".to_owned(), stdin: String::new() };
        let node = Command::Node { node: "work1".to_owned(), sh: "mkdir /a".to_owned() };
        let entries = [
            (0, node, None),
            (0, apply.clone(), None),
            (5, apply, Some(2)),
            (9000, other, Some(1)),
            (12_000, scale.clone(), None),
            (13_000, scale, Some(7)),
        ];
        Session {
            manifest: "kind: Pod\n".to_owned(),
            entries: entries
                .map(|(at_ms, command, cut_after)| Entry { at_ms, command, cut_after })
                .into(),
            lesson: Some("statefulset".to_owned()),
            position: Some(17),
            ..Session::default()
        }
    }

    #[test]
    fn a_session_survives_the_link() {
        let hash = sample().encode();
        assert!(hash.starts_with("v1:"), "{hash}");
        assert_eq!(Session::decode(&hash), Ok(sample()));
        assert_eq!(Session::decode(&format!("#{hash}")), Ok(sample()));
    }

    #[test]
    fn a_broken_link_says_how_it_is_broken() {
        let hash = sample().encode();
        assert_eq!(Session::decode(""), Err(LinkError::UnknownVersion));
        assert_eq!(Session::decode("v9:abc"), Err(LinkError::UnknownVersion));
        assert_eq!(Session::decode(&hash[..hash.len() - 9]), Err(LinkError::Damaged));
        assert_eq!(Session::decode("v1:가"), Err(LinkError::Damaged));
        let bomb = compress_to_vec(&vec![b'['; LINK_BYTES_MAX + 1], 9);
        let bomb = format!("v1:{}", URL_SAFE_NO_PAD.encode(bomb));
        assert_eq!(Session::decode(&bomb), Err(LinkError::TooLarge));
    }
}
