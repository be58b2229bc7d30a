//! Every folder of the gallery is whole, and none is forgotten.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its files must stop")]

use std::collections::BTreeSet;
use std::fs;

use volume_lab::i18n::{self, Locale};
use volume_lab::lesson::{gallery, paragraphs, text_key, title};
use volume_lab::sim::profile::Profile;

#[test]
fn every_folder_is_in_the_gallery() {
    let folders: BTreeSet<String> = fs::read_dir("static/lessons")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let listed: BTreeSet<String> = gallery().iter().map(|lesson| lesson.id.to_owned()).collect();
    assert_eq!(folders, listed);
}

#[test]
fn every_lesson_is_whole_in_both_languages() {
    for lesson in gallery() {
        let id = lesson.id;
        let profile = Profile::named(&lesson.profile).expect(id);
        for line in &lesson.setup {
            assert!(profile.nodes.iter().any(|node| node.name == line.node), "{id}: {line:?}");
            assert!(!line.sh.is_empty(), "{id}");
        }
        for action in &lesson.actions {
            assert!(!action.id.is_empty() && !action.kubectl.is_empty(), "{id}: {action:?}");
        }
        let texts = Locale::ALL.map(|locale| i18n::text(locale, &text_key(id), &[]));
        for text in &texts {
            assert!(text.starts_with("# "), "{id}: no title");
            assert!(!title(text).is_empty(), "{id}");
        }
        let counts = texts.map(|text| paragraphs(&text).count());
        assert_eq!(counts[0], counts[1], "{id}: the languages differ in their paragraphs");
        assert!(counts[0] > 0, "{id}: no text");
    }
}
