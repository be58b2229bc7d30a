//! The text editor's chunk: loaded when it is first needed, and then kept in step.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::utils::document;
use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;
use yew::Callback;

use crate::i18n;
use crate::manifest::Parsed;
use crate::manifest::diagnostic::{Diagnostic, Severity};
use crate::store::message::{Edit, Msg};

use super::super::problems::{mend_label, sentence};
use super::super::words::Words;

#[wasm_bindgen(module = "/src/ui/hooks/page.js")]
extern "C" {
    /// The browser's `import()`.
    #[wasm_bindgen(js_name = importModule)]
    fn import_module(address: &str) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    /// The editor that the chunk makes; `web/editor.js` describes it.
    type JsEditor;
    #[wasm_bindgen(method, js_name = setDoc)]
    fn set_doc(this: &JsEditor, text: &str);
    #[wasm_bindgen(method, js_name = getDoc)]
    fn get_doc(this: &JsEditor) -> String;
    #[wasm_bindgen(method, js_name = setDiagnostics)]
    fn set_diagnostics(this: &JsEditor, list: &Array);
    #[wasm_bindgen(method, js_name = markLines)]
    fn mark_lines(this: &JsEditor, lines: &Array);
    #[wasm_bindgen(method, js_name = setLabels)]
    fn set_labels(this: &JsEditor, labels: &Object);
    #[wasm_bindgen(method)]
    fn select(this: &JsEditor, from: u32, to: u32);
    #[wasm_bindgen(method)]
    fn focus(this: &JsEditor);
    #[wasm_bindgen(method)]
    fn destroy(this: &JsEditor);
}

/// The editor on the page.
pub struct Editor {
    inner: JsEditor,
    /// What was typed last; it comes back by way of the state.
    typed: Rc<RefCell<Option<String>>>,
    // They live as long as the editor calls them.
    _on_change: Closure<dyn Fn(String)>,
    _on_action: Closure<dyn Fn(usize, String)>,
}

impl Editor {
    /// Loads the chunk and puts an editor into `parent`.
    pub(in crate::ui) async fn create(
        parent: &Element,
        text: &str,
        words: Words,
        send: Callback<Msg>,
    ) -> Result<Self, JsValue> {
        let module = JsFuture::from(import_module(&address()?)).await?;
        let create: js_sys::Function = Reflect::get(&module, &"create".into())?.dyn_into()?;
        let changed = send.clone();
        let typed: Rc<RefCell<Option<String>>> = Rc::default();
        let typing = Rc::clone(&typed);
        let on_change: Closure<dyn Fn(String)> = Closure::new(move |text: String| {
            *typing.borrow_mut() = Some(text.clone());
            changed.emit(Msg::Edit(Edit::Text(text)));
        });
        let on_action: Closure<dyn Fn(usize, String)> =
            Closure::new(move |index, _| send.emit(Msg::Edit(Edit::Mend(index))));
        let options = labels(words)?;
        set(&options, "doc", &text.into())?;
        set(&options, "onChange", on_change.as_ref())?;
        set(&options, "onAction", on_action.as_ref())?;
        let editor = create.call2(&JsValue::UNDEFINED, parent, &options)?;
        let editor = editor.unchecked_into();
        Ok(Self { inner: editor, typed, _on_change: on_change, _on_action: on_action })
    }

    /// Replaces the text where it differs.
    pub(in crate::ui) fn set_text(&self, text: &str) {
        // What was typed comes back, and more may be typed by then: nothing may be disturbed.
        if self.typed.borrow().as_deref() == Some(text) {
            return;
        }
        self.typed.borrow_mut().take();
        if self.inner.get_doc() != text {
            self.inner.set_doc(text);
        }
    }

    /// Shows what was found.
    pub(in crate::ui) fn set_diagnostics(&self, words: Words, parsed: &Parsed) {
        let list = Array::new();
        for one in &parsed.diagnostics {
            if let Ok(item) = item(words, one) {
                list.push(&item);
            }
        }
        self.inner.set_diagnostics(&list);
    }

    /// Marks lines and shows the first.
    pub(in crate::ui) fn mark(&self, lines: &[u32]) {
        self.inner.mark_lines(&lines.iter().map(|line| JsValue::from(*line)).collect());
    }

    /// Speaks another language.
    pub(in crate::ui) fn set_words(&self, words: Words) {
        if let Ok(labels) = labels(words) {
            self.inner.set_labels(&labels);
        }
    }

    /// Takes the focus, and the cursor to that place.
    pub(in crate::ui) fn focus(&self, from: u32, to: u32) {
        self.inner.select(from, to);
        self.inner.focus();
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.inner.destroy();
    }
}

/// Where the build put the chunk.
fn address() -> Result<String, JsValue> {
    let meta = document().query_selector("meta[name=volume-lab-editor]")?;
    let name = meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default();
    if name.is_empty() {
        return Err("no editor was built".into());
    }
    let base = document().base_uri()?.unwrap_or_default();
    Ok(web_sys::Url::new_with_base(&name, &base)?.href())
}

fn labels(words: Words) -> Result<Object, JsValue> {
    let phrases = Object::new();
    for (name, phrase) in i18n::with_prefix(words.0, "editor.") {
        set(&phrases, &name, &phrase.into())?;
    }
    let labels = Object::new();
    set(&labels, "label", &words.say("ui.editor").into())?;
    set(&labels, "description", &words.say("ui.editor-hint").into())?;
    set(&labels, "phrases", &phrases)?;
    Ok(labels)
}

fn item(words: Words, one: &Diagnostic) -> Result<Object, JsValue> {
    let item = Object::new();
    let (start, end) = (one.span.start, one.span.end);
    set(&item, "line", &start.line.into())?;
    set(&item, "column", &start.column.into())?;
    set(&item, "endLine", &end.line.into())?;
    set(&item, "endColumn", &end.column.into())?;
    let severity = match one.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "info",
    };
    set(&item, "severity", &severity.into())?;
    set(&item, "message", &sentence(words, one).into())?;
    if one.mend.is_some() {
        let action = Object::new();
        set(&action, "name", &mend_label(words, one).into())?;
        set(&action, "id", &one.code.into())?;
        set(&item, "actions", &Array::of1(&action))?;
    }
    Ok(item)
}

fn set(object: &Object, key: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &key.into(), value).map(|_| ())
}
