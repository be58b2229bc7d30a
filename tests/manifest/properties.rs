//! What holds for any text and any value.

use proptest::prelude::*;
use serde_json::{Map, Value};
use volume_lab::manifest::write::to_yaml;
use volume_lab::manifest::{from_bytes, mend_all, parse};

/// Texts made of what manifests are made of, in any order.
fn soup() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "apiVersion: v1",
        "kind: Pod",
        "kind: List",
        "items:",
        "metadata:",
        "spec:",
        "- ",
        "  ",
        "\n",
        "\n",
        "\n",
        ": ",
        "'",
        "\"",
        "[",
        "]",
        "{",
        "}",
        ",",
        "#",
        "// ",
        "“",
        "”",
        "’",
        "—",
        "---",
        "\t",
        "\u{a0}",
        "\u{3000}",
        "\u{200b}",
        "：",
        "|",
        ">",
        "&a",
        "*a",
        "<<: ",
        "? ",
        "!!str ",
        "0644",
        "yes",
        ".inf",
        "한글",
        "\r\n",
        "\0",
        "\u{feff}",
        "%",
        "@",
        "a",
        "\\",
        "containers",
        "name: x",
        "- a",
        "...",
    ]);
    prop::collection::vec(parts, 0..60).prop_map(|parts| parts.concat())
}

/// Any value that Kubernetes can hold.
fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>(),
        "[ -~]{0,12}",
        "[a-z :#'\"\\[\\]{},&*!|>%@`?-]{0,9}",
        "(yes|no|on|~|null|0x1f|0644|1e3|1_000|2001-12-14|1:20|<<|=)",
        "([a-z]{1,9} ?){0,40}",
        "[ a\n]{0,6}"
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1.0e6..1.0e6_f64).prop_map(|n| Value::from((n * 8.0).round() / 8.0 + 0.0625)),
        text.prop_map(Value::from),
    ];
    let key = prop_oneof!["[a-z]{1,8}", any::<String>(), "[a-z./]{120,140}"];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let (_, parsed) = from_bytes(&bytes);
        prop_assert!(parsed.diagnostics.len() <= 501);
    }

    #[test]
    fn no_text_is_too_strange(text in any::<String>()) {
        parse(&text);
        mend_all(&text);
    }

    #[test]
    fn no_manifest_is_too_broken(text in soup()) {
        let parsed = parse(&text);
        for found in &parsed.diagnostics {
            prop_assert!(found.span.start <= found.span.end);
            prop_assert!(text.get(found.span.start.offset as usize..).is_some());
        }
        // Mending comes to an end, and leaves nothing to mend.
        let (mended, _) = mend_all(&text);
        prop_assert!(mended.len() <= text.len() * 9 + 9);
    }

    #[test]
    fn what_is_written_is_read_as_the_same(value in value()) {
        // Control characters are escaped, and a text of blanks alone has no block form.
        let object = serde_json::json!({"apiVersion": "v1", "kind": "X", "value": value});
        let yaml = to_yaml(&object);
        let parsed = parse(&yaml);
        prop_assert_eq!(parsed.documents.first().map(|d| &d.full), Some(&object), "{}", yaml);
    }
}
