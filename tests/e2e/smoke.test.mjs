// The build is whole: the page starts, and the editor's chunk can be imported and works.

/** Imports the editor's chunk as the application does, and puts an editor on the page. */
async function createEditor({ page }, options = {}) {
  await page.evaluate(async (given) => {
    const { content } = document.querySelector('meta[name="volume-lab-editor"]');
    const { create } = await import(new URL(content, document.baseURI).href);
    const parent = document.createElement("div");
    // Over the application, whatever its layout.
    parent.style = "position: fixed; inset: 0 auto auto 0; width: 600px; height: 300px; z-index: 99";
    document.body.append(parent);
    window.calls = [];
    window.editor = create(parent, {
      label: "Test editor",
      description: "Escape, then Tab, leaves it",
      onChange: (text) => window.calls.push(["change", text]),
      onAction: (index, id) => window.calls.push(["action", index, id]),
      ...given,
    });
  }, options);
  return page.getByRole("textbox", { name: "Test editor" });
}

const calls = ({ page }) => page.evaluate(() => window.calls);

export const tests = [
  {
    name: "the page starts",
    async run(t) {
      await t.open();
      t.assert.equal(await t.page.title(), "Volume Lab");
    },
  },
  {
    name: "the page starts under a sub-path",
    async run(t) {
      await t.page.goto(t.subUrl);
      await t.started();
      await createEditor(t, { doc: "kind: Pod\n" });
      const failed = await t.page.evaluate(() => document.documentElement.dataset.start);
      t.assert.equal(failed, undefined);
    },
  },
  {
    name: "the embedded page starts, without taking the focus",
    async run(t) {
      await t.open("embed.html");
      const focused = await t.page.evaluate(() => document.activeElement?.tagName);
      t.assert.equal(focused, "BODY");
    },
  },
  {
    name: "the editor takes text, Korean too, and reports it",
    async run(t) {
      await t.open();
      const editor = await createEditor(t, { doc: "kind: Pod\n" });
      await editor.press("Control+End");
      await t.page.keyboard.insertText("# \ud30c\ub4dc");
      const text = "kind: Pod\n# \ud30c\ub4dc";
      t.assert.equal(await t.page.evaluate(() => window.editor.getDoc()), text);
      t.assert.deepEqual((await calls(t)).at(-1), ["change", text]);
    },
  },
  {
    name: "a Korean syllable is composed while diagnostics and marks change",
    async run(t) {
      await t.open();
      const editor = await createEditor(t, { doc: "name: web\n" });
      await editor.press("Control+End");
      await t.page.evaluate(() => {
        const tick = () => {
          window.editor.setDoc(window.editor.getDoc());
          window.editor.markLines([1]);
          window.editor.setDiagnostics([
            { line: 1, column: 1, endLine: 1, endColumn: 5, severity: "info", message: "seen" },
          ]);
        };
        window.timer = setInterval(tick, 5);
      });
      const devtools = await t.context.newCDPSession(t.page);
      for (const text of ["\u314d", "\ud30c", "\ud30c\u3137", "\ud30c\ub4dc"]) {
        const at = { selectionStart: text.length, selectionEnd: text.length };
        await devtools.send("Input.imeSetComposition", { text, ...at });
        await t.page.waitForTimeout(30);
        const now = await t.page.evaluate(() => window.editor.getDoc());
        t.assert.equal(now, `name: web\n${text}`);
      }
      await devtools.send("Input.insertText", { text: "\ud30c\ub4dc" });
      await t.page.keyboard.type("!");
      await t.page.evaluate(() => clearInterval(window.timer));
      const text = "name: web\n\ud30c\ub4dc!";
      t.assert.equal(await t.page.evaluate(() => window.editor.getDoc()), text);
      t.assert.deepEqual((await calls(t)).at(-1), ["change", text]);
    },
  },
  {
    name: "text from outside is not reported and keeps the cursor",
    async run(t) {
      await t.open();
      const editor = await createEditor(t, { doc: "one\ntwo\n" });
      await editor.press("Control+End");
      await t.page.evaluate(() => window.editor.setDoc("zero\r\none\r\ntwo\r\n"));
      t.assert.deepEqual(await calls(t), []);
      await t.page.keyboard.type("x");
      t.assert.deepEqual(await calls(t), [["change", "zero\none\ntwo\nx"]]);
    },
  },
  {
    name: "diagnostics stand in the margin and offer their mend",
    async run(t) {
      await t.open();
      await createEditor(t, { doc: "name: \ud83d\ude00 \u201cpod\u201d\n" });
      await t.page.evaluate(() =>
        window.editor.setDiagnostics([
          {
            line: 1,
            column: 9,
            endLine: 1,
            endColumn: 14,
            severity: "error",
            message: "smart quotes",
            actions: [{ name: "Mend", id: "smart-quotes" }],
          },
        ]),
      );
      const range = t.page.locator(".cm-lintRange-error");
      t.assert.equal(await range.textContent(), "\u201cpod\u201d");
      t.assert.equal(await t.page.locator(".cm-lint-marker-error").count(), 1);
      await range.hover();
      await t.page.getByRole("button", { name: "Mend" }).click();
      t.assert.deepEqual(await calls(t), [["action", 0, "smart-quotes"]]);
    },
  },
  {
    name: "lines are marked and brought into sight",
    async run(t) {
      await t.open();
      const doc = Array.from({ length: 200 }, (_, index) => `key${index}: 1`).join("\n");
      await createEditor(t, { doc });
      await t.page.evaluate(() => window.editor.markLines([150, 151, 9000]));
      const marked = t.page.locator(".cm-marked");
      await marked.first().waitFor({ state: "visible" });
      t.assert.deepEqual(await marked.allTextContents(), ["key149: 1", "key150: 1"]);
      const focused = await t.page.evaluate(() => document.activeElement.closest(".cm-editor"));
      t.assert.equal(focused, null);
    },
  },
  {
    name: "labels change, a locked editor refuses text, Escape and Tab leave it",
    async run(t) {
      await t.open();
      const editor = await createEditor(t, { doc: "kind: Pod", readOnly: true });
      await editor.press("x");
      t.assert.equal(await t.page.evaluate(() => window.editor.getDoc()), "kind: Pod");
      await t.page.evaluate(() => window.editor.setReadOnly(false));
      await editor.press("Tab");
      t.assert.equal(await t.page.evaluate(() => window.editor.getDoc()), "  kind: Pod");
      await t.page.keyboard.press("Escape");
      await t.page.keyboard.press("Tab");
      t.assert.equal(await editor.evaluate((node) => node === document.activeElement), false);
      await t.page.evaluate(() => {
        window.editor.setLabels({ label: "Renamed", phrases: { find: "Suche" } });
        window.editor.focus();
      });
      await t.page.keyboard.press("Control+f");
      await t.page.getByRole("textbox", { name: "Suche" }).waitFor();
      await t.page.getByRole("textbox", { name: "Renamed" }).waitFor();
    },
  },
  {
    name: "the editor has no serious accessibility violation",
    async run(t) {
      await t.open();
      await createEditor(t, { doc: "kind: Pod # comment\nmetadata:\n  name: web\n" });
      await t.page.evaluate(() => window.editor.markLines([3]));
      await t.axe(".cm-editor");
      await t.picture("editor");
      await t.page.emulateMedia({ colorScheme: "dark" });
      await t.axe(".cm-editor");
    },
  },
  {
    name: "the page starts on a slide of a reveal.js deck",
    async run(t) {
      const frame = `<iframe title="Volume Lab" data-src="${t.url}" width="900"></iframe>`;
      await t.page.goto(await t.deck(["<h2>First</h2>", frame]));
      await t.page.getByRole("heading", { name: "First" }).waitFor();
      await t.page.keyboard.press("ArrowRight");
      await t.page.waitForFunction(() => window.deck.getIndices().h === 1);
      await t.page.frameLocator("iframe").locator("body > :not(noscript, script)").first().waitFor();
    },
  },
];
