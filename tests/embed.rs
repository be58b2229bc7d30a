//! What an embed tells the page around it when it cannot open what it was asked for.
#![cfg(not(target_arch = "wasm32"))]

use volume_lab::store::AppState;
use volume_lab::store::effect::Effect;
use volume_lab::store::embedding::{Embedding, Report};
use volume_lab::store::message::{Msg, Start};

/// Starts an embed with that lesson in its address and that hash.
fn start(lesson: Option<&str>, hash: &str) -> (AppState, Vec<Effect>) {
    let embedding = Embedding { lesson: lesson.map(str::to_owned), ..Embedding::default() };
    let start = Start { embedding: Some(embedding), hash: hash.to_owned(), ..Start::default() };
    let mut state = AppState::new();
    let effects = state.update(Msg::Start(Box::new(start)));
    (state, effects)
}

fn errors(effects: &[Effect]) -> usize {
    let is_error = |effect: &&Effect| matches!(effect, Effect::Tell(Report::Error { .. }));
    effects.iter().filter(is_error).count()
}

#[test]
fn what_cannot_be_opened_is_named_and_told() {
    for (lesson, hash, key) in [
        (Some("nope"), "", Some("ui.lesson-unknown")),
        (None, "v9:later", Some("ui.link-unknown")),
        (Some("nfs"), "", None),
        (None, "", None),
    ] {
        let (state, effects) = start(lesson, hash);
        let notice = state.view.notice.as_ref().map(|notice| notice.key);
        assert_eq!(notice, key, "{lesson:?} {hash}");
        assert_eq!(errors(&effects), usize::from(key.is_some()), "{lesson:?} {hash}");
    }
}
