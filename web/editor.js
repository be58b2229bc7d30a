// The text editor for manifests: CodeMirror 6 with YAML. Bundled by build.mjs into a chunk
// that the page imports when it is first needed.
//
//   const editor = create(parent, { doc, label, description, phrases, readOnly,
//                                   onChange(text), onAction(diagnosticIndex, actionId) });
//   editor.setDoc(text)             replaces the text; does not call onChange
//   editor.getDoc()                 the text, its lines joined by "\n"
//   editor.setDiagnostics(list)     [{ line, column, endLine, endColumn, severity, message,
//                                      actions: [{ name, id }] }]
//   editor.markLines(lines)         marks lines (1-based) and shows the first; [] clears
//   editor.setReadOnly(flag)
//   editor.setLabels({ label, description, phrases })
//   editor.select(from, to)         puts the cursor there: UTF-16 offsets in getDoc()
//   editor.focus()
//   editor.destroy()
//
// Positions: lines and columns are 1-based and a column counts characters (Unicode scalar
// values), end exclusive. A diagnostic may have `from` and `to` instead: UTF-16 offsets in
// getDoc(). What lies outside the text is clamped to it.
//
// Words: no sentence of ours is here. `label` names the editor, `description` says how to
// leave it (Escape, then Tab), `phrases` translates CodeMirror's own, by the names in PHRASES.
//
// Colours come from CSS variables `--editor-*` (see `theme`), whose fallbacks are the
// browser's own system colours, so they follow `color-scheme`.

import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
  isolateHistory,
} from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  HighlightStyle,
  foldGutter,
  foldKeymap,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import {
  Annotation,
  Compartment,
  EditorState,
  StateEffect,
  StateField,
} from "@codemirror/state";
import {
  Decoration,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

/**
 * CodeMirror's phrases that this editor can show, by the names that `phrases` uses. The
 * translations are `editor.NAME` in static/locales.
 */
export const PHRASES = {
  "control-character": "Control character",
  "selection-deleted": "Selection deleted",
  "folded-lines": "Folded lines",
  "unfolded-lines": "Unfolded lines",
  "fold-line": "Fold line",
  "unfold-line": "Unfold line",
  "folded-code": "folded code",
  unfold: "unfold",
  to: "to",
  diagnostics: "Diagnostics",
  "no-diagnostics": "No diagnostics",
  find: "Find",
  "replace-field": "Replace",
  next: "next",
  previous: "previous",
  all: "all",
  "match-case": "match case",
  regexp: "regexp",
  "by-word": "by word",
  replace: "replace",
  "replace-all": "replace all",
  close: "close",
  "current-match": "current match",
  "on-line": "on line",
  "replaced-match": "replaced match on line $",
  "replaced-matches": "replaced $ matches",
  "go-to-line": "Go to line",
  go: "go",
};

/** Marks a change that did not come from the person at the keyboard. */
const fromOutside = Annotation.define();

/** Creates an editor in `parent`; the head of this file describes the options. */
export function create(parent, options = {}) {
  const labels = new Compartment();
  const access = new Compartment();
  const onChange = options.onChange ?? (() => {});
  const onAction = options.onAction ?? (() => {});
  const text = { label: "", description: "", phrases: {}, ...options };

  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.doc ?? "",
      extensions: [
        labels.of(labelling(text)),
        access.of(EditorState.readOnly.of(options.readOnly ?? false)),
        features,
        EditorView.updateListener.of((update) => {
          const ours = update.transactions.some((tr) => tr.annotation(fromOutside));
          if (update.docChanged && !ours) {
            onChange(update.state.doc.toString());
          }
        }),
      ],
    }),
  });

  return {
    setDoc: (doc) => replaceDoc(view, doc),
    getDoc: () => view.state.doc.toString(),
    setDiagnostics: (list) => {
      const diagnostics = list.map((item, index) =>
        toDiagnostic(view.state.doc, item, (id) => onAction(index, id)),
      );
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    markLines: (lines) => {
      view.dispatch({ effects: setMarks.of([...lines]) });
      if (lines.length > 0) {
        showLine(view, lines[0]);
      }
    },
    setReadOnly: (flag) =>
      view.dispatch({ effects: access.reconfigure(EditorState.readOnly.of(flag)) }),
    setLabels: (changed) => {
      Object.assign(text, changed);
      view.dispatch({ effects: labels.reconfigure(labelling(text)) });
    },
    select: (from, to) => {
      const clamp = (offset) => Math.max(0, Math.min(view.state.doc.length, offset));
      view.dispatch({ selection: { anchor: clamp(from), head: clamp(to) } });
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

function labelling({ label, description, phrases }) {
  const named = Object.entries(PHRASES).filter(([name]) => name in phrases);
  return [
    EditorState.phrases.of(Object.fromEntries(named.map(([name, own]) => [own, phrases[name]]))),
    EditorView.contentAttributes.of({
      "aria-label": label,
      "aria-description": description,
      // It can be reached by the keyboard anyway; checkers of accessibility look for this.
      tabindex: "0",
    }),
  ];
}

/** Replaces only what differs, so that the cursor and the folds stay where they are. */
function replaceDoc(view, doc) {
  const before = view.state.doc.toString();
  const after = doc.replace(/\r\n?/g, "\n");
  if (before === after) {
    return;
  }
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) {
    start += 1;
  }
  let end = 0;
  while (
    end < shorter - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  view.dispatch({
    changes: {
      from: start,
      to: before.length - end,
      insert: after.slice(start, after.length - end),
    },
    // Each is undone on its own.
    annotations: [fromOutside.of(true), isolateHistory.of("full")],
  });
}

function toDiagnostic(doc, item, act) {
  const clamp = (offset) => Math.max(0, Math.min(doc.length, offset));
  const from = item.line ? offsetOf(doc, item.line, item.column) : clamp(item.from ?? 0);
  const to = item.endLine ? offsetOf(doc, item.endLine, item.endColumn) : clamp(item.to ?? from);
  return {
    from,
    to: Math.max(from, to),
    severity: item.severity,
    message: item.message,
    actions: (item.actions ?? []).map(({ name, id }) => ({ name, apply: () => act(id) })),
  };
}

/** The UTF-16 offset of a 1-based line and a 1-based column in characters. */
function offsetOf(doc, number, column = 1) {
  const line = doc.line(Math.max(1, Math.min(doc.lines, number)));
  let offset = 0;
  for (let left = column - 1; left > 0 && offset < line.length; left -= 1) {
    offset += line.text.codePointAt(offset) > 0xffff ? 2 : 1;
  }
  return line.from + offset;
}

/** Scrolls the editor, and nothing around it, until the line is in sight. */
function showLine(view, number) {
  if (number > view.state.doc.lines || number < 1) {
    return;
  }
  view.requestMeasure({
    read: () => {
      const block = view.lineBlockAt(view.state.doc.line(number).from);
      const { scrollTop, clientHeight } = view.scrollDOM;
      const seen = block.top >= scrollTop && block.bottom <= scrollTop + clientHeight;
      return seen ? undefined : block.top - clientHeight / 3;
    },
    write: (top) => {
      if (top !== undefined) {
        view.scrollDOM.scrollTop = top;
      }
    },
  });
}

const setMarks = StateEffect.define();
const markedLine = Decoration.line({ class: "cm-marked" });
const marks = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    let next = value.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) {
        const { doc } = transaction.state;
        const lines = effect.value.filter((line) => line >= 1 && line <= doc.lines);
        next = Decoration.set(
          lines.map((line) => markedLine.range(doc.line(line).from)),
          true,
        );
      }
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

// The page decides what a dropped file means: it may be no text at all.
const leaveFilesToThePage = EditorView.domEventHandlers({
  drop: (event) => (event.dataTransfer?.files.length ?? 0) > 0,
});

const theme = EditorView.theme({
  "&": {
    height: "100%",
    color: "var(--editor-text, CanvasText)",
    backgroundColor: "var(--editor-background, Canvas)",
  },
  "&.cm-focused": { outline: "2px solid var(--editor-focus, Highlight)", outlineOffset: "-2px" },
  ".cm-scroller": {
    fontFamily: "var(--editor-font, ui-monospace, monospace)",
    lineHeight: "var(--editor-line-height, 1.5)",
  },
  ".cm-content": { caretColor: "var(--editor-text, CanvasText)" },
  ".cm-gutters": {
    color: "var(--editor-gutter-text, color-mix(in srgb, CanvasText 70%, Canvas))",
    backgroundColor: "var(--editor-gutter, Canvas)",
    borderRight: "1px solid var(--editor-border, GrayText)",
  },
  ".cm-activeLine": { backgroundColor: "var(--editor-active-line, transparent)" },
  ".cm-marked, .cm-marked.cm-activeLine": {
    backgroundColor: "var(--editor-marked, color-mix(in srgb, CanvasText 14%, Canvas))",
    boxShadow: "inset 4px 0 var(--editor-marked-edge, currentColor)",
  },
  ".cm-foldPlaceholder": {
    color: "inherit",
    backgroundColor: "var(--editor-gutter, Canvas)",
    borderColor: "var(--editor-border, GrayText)",
  },
  ".cm-specialChar": { color: "var(--editor-error, currentColor)" },
  ".cm-searchMatch, .cm-selectionMatch": {
    backgroundColor: "var(--editor-match, transparent)",
    outline: "1px solid var(--editor-border, GrayText)",
  },
  ".cm-searchMatch-selected": { outline: "2px solid var(--editor-focus, Highlight)" },
  ".cm-tooltip, .cm-panels": {
    fontFamily: "var(--editor-panel-font, system-ui, sans-serif)",
    color: "var(--editor-text, CanvasText)",
    backgroundColor: "var(--editor-panel, Canvas)",
    borderColor: "var(--editor-border, GrayText)",
  },
  ".cm-button, .cm-diagnosticAction": {
    color: "var(--editor-button-text, ButtonText)",
    background: "var(--editor-button, ButtonFace)",
    border: "1px solid var(--editor-border, ButtonBorder)",
    font: "inherit",
  },
  ".cm-textfield": {
    color: "inherit",
    background: "var(--editor-background, Canvas)",
    border: "1px solid var(--editor-border, ButtonBorder)",
    font: "inherit",
  },
  ".cm-textfield::placeholder": {
    color: "var(--editor-gutter-text, color-mix(in srgb, CanvasText 70%, Canvas))",
    opacity: 1,
  },
  ".cm-panel.cm-search": { fontSize: "14px" },
  ".cm-panel.cm-search label": { fontSize: "inherit" },
  ".cm-diagnosticAction": { borderRadius: "4px", padding: "2px 8px", cursor: "pointer" },
});

const colours = HighlightStyle.define([
  { tag: tags.definition(tags.propertyName), color: "var(--editor-key, inherit)" },
  { tag: [tags.string, tags.content], color: "var(--editor-value, inherit)" },
  { tag: tags.comment, color: "var(--editor-comment, color-mix(in srgb, CanvasText 70%, Canvas))" },
  {
    tag: [tags.meta, tags.separator, tags.punctuation, tags.keyword, tags.typeName, tags.labelName],
    color: "var(--editor-mark, inherit)",
  },
]);

// Spaces that look like plain ones and break a manifest; shown so that they can be found.
const specialChars = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;

const features = [
  lineNumbers(),
  lintGutter(),
  foldGutter(),
  highlightSpecialChars({ addSpecialChars: specialChars }),
  highlightActiveLine(),
  highlightSelectionMatches(),
  history(),
  search({ top: true }),
  indentUnit.of("  "),
  EditorState.tabSize.of(2),
  yaml(),
  syntaxHighlighting(colours),
  marks,
  leaveFilesToThePage,
  theme,
  keymap.of([
    ...defaultKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...lintKeymap,
    indentWithTab,
  ]),
];
