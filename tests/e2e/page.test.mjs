// The page as a whole: a manifest is pasted, a cluster moves, nothing is lost.

import { readFile } from "node:fs/promises";

const lesson = (id) => read(`../../static/lessons/${id}/start.yaml`);
const lecture = (name) => read(`../lecture/${name}`);
const read = (path) => readFile(new URL(path, import.meta.url), "utf8");

const button = (t, name) => t.page.getByRole("button", { name, exact: true });
const shape = (t, name) => t.page.locator(".scene").getByRole("button", { name });

/** Waits until the run is computed: the state line says so at its end. */
async function settled(t) {
  await t.page.waitForFunction(() => {
    const range = document.querySelector(".scrub input");
    return range && Number(range.max) > 0;
  });
  await button(t, "To the end").click({ force: true });
  await t.page.getByText(/^At rest|^Limit reached|^Still going on/).waitFor();
}

/** Goes to the editor and replaces its text by pasting. */
async function paste(t, text) {
  await button(t, "Open the editor").click();
  const editor = t.page.getByRole("textbox", { name: "Manifest" });
  await editor.click();
  await t.page.locator(".cm-editor").waitFor();
  await editor.press("Control+a");
  await t.page.keyboard.insertText(text);
}

const place = async (t) => (await t.page.locator(".place").textContent()).split(" / ").map(Number);

/** Waits until that step is shown. */
const shows = (t, index) =>
  t.page.locator(".place", { hasText: new RegExp(`^${index} / `) }).waitFor();

/** Steps through the run and notes at which step each shape is seen first. */
async function appearances(t, names) {
  const seen = new Map();
  await button(t, "To the start").click();
  for (let index = 0; ; index += 1) {
    await shows(t, index);
    const [, count] = await place(t);
    for (const name of names) {
      if (!seen.has(name) && (await shape(t, name).count()) > 0) {
        seen.set(name, index);
      }
    }
    if (index === count) {
      return seen;
    }
    await t.page.keyboard.press("ArrowRight");
  }
}

const gallery = ["emptydir", "hostpath", "nfs", "mongo-static", "mongo-dynamic", "statefulset"];

export const tests = [
  {
    name: "the lecture's StatefulSet is pasted, comes up in order, and survives a reload",
    async run(t) {
      await t.open();
      const text = await lesson("statefulset");
      await paste(t, text);
      await t.page.keyboard.press("Control+Enter");
      await settled(t);
      const pods = ["Pod web-0", "Pod web-1", "Pod web-2"];
      const seen = await appearances(t, pods);
      const steps = pods.map((pod) => seen.get(pod));
      t.assert.ok(steps.every((step) => step > 0), `not all appeared: ${steps}`);
      t.assert.deepEqual(steps, [...steps].sort((a, b) => a - b));
      const [, count] = await place(t);
      await t.page.keyboard.press("ArrowLeft");
      await shows(t, count - 1);
      await t.page.waitForFunction(() => localStorage["volume-lab.session"]);
      await t.page.waitForTimeout(600);
      await t.page.reload();
      await t.started();
      await t.page.waitForFunction(
        (wanted) => document.querySelector(".place")?.textContent === wanted,
        `${count - 1} / ${count}`,
      );
      await t.page.locator(".cm-editor").waitFor();
      t.assert.ok((await t.page.locator(".cm-content").textContent()).includes("StatefulSet"));
    },
  },
  ...gallery.map((id) => ({
    name: `the scenario ${id} plays to its end`,
    async run(t) {
      await t.open("#");
      await t.page.locator(".card-open").nth(gallery.indexOf(id)).click();
      await settled(t);
      const [index, count] = await place(t);
      t.assert.ok(count >= 4 && index === count, `${index} of ${count}`);
      await t.page.getByText(/^At rest|^Still going on/).waitFor();
      t.assert.equal(await t.page.getByText("step.").count(), 0, "a caption is missing");
    },
  })),
  {
    name: "what was broken by copying is mended by clicks",
    async run(t) {
      await t.open();
      await paste(t, await lecture("mongo-pvc-as-pasted.yaml"));
      const problems = t.page.locator(".problems");
      await problems.waitFor();
      for (let left = 20; left > 0; left -= 1) {
        const mend = problems.locator(".mend").first();
        const found = await mend.waitFor({ timeout: 800 }).then(() => true, () => false);
        if (!found) {
          break;
        }
        await mend.click();
      }
      t.assert.equal(await problems.locator(".problem.error").count(), 0);
      const text = await t.page.locator(".cm-content").textContent();
      t.assert.doesNotMatch(text, /[\u201c\u201d]/);
    },
  },
  {
    name: "both faces of the page have no serious accessibility violation",
    async run(t) {
      await t.open();
      await t.axe();
      for (const theme of ["light", "dark", "projector"]) {
        await t.page.getByLabel("Colours").selectOption(theme);
        await t.axe();
      }
      await t.page.locator(".card-open").last().click();
      await settled(t);
      await t.page.locator(".cm-editor").waitFor();
      await t.page.waitForTimeout(700);
      for (const theme of ["light", "dark", "projector"]) {
        await t.page.getByLabel("Colours").selectOption(theme);
        await t.page.waitForTimeout(400);
        await t.axe();
      }
      await shape(t, /^Pod web-0/).first().click();
      await t.axe();
      await button(t, "Help").click();
      await t.axe();
    },
  },
  {
    name: "keys step, and are letters while one types",
    async run(t) {
      await t.open();
      await t.page.locator(".card-open").last().click();
      await settled(t);
      await t.page.keyboard.press("Home");
      await t.page.keyboard.press("ArrowRight");
      await t.page.keyboard.press(".");
      await shows(t, 2);
      await t.page.keyboard.press("?");
      await t.page.getByRole("dialog").waitFor();
      await t.page.keyboard.press("Escape");
      await t.page.getByRole("dialog").waitFor({ state: "hidden" });
      const editor = t.page.getByRole("textbox", { name: "Manifest" });
      await editor.click();
      await t.page.locator(".cm-editor").waitFor();
      await editor.press("Control+End");
      await t.page.keyboard.type("# a. b? f");
      await t.page.keyboard.press("ArrowLeft");
      t.assert.equal((await place(t))[0], 2);
      t.assert.equal(await t.page.getByRole("dialog").count(), 0);
      t.assert.ok((await t.page.locator(".cm-content").textContent()).endsWith("# a. b? f"));
    },
  },
  {
    name: "a link brings text and place to another browser",
    async run(t) {
      await t.context.grantPermissions(["clipboard-read", "clipboard-write"]);
      await t.open();
      await t.page.locator(".card-open").last().click();
      await settled(t);
      const [, count] = await place(t);
      await t.page.keyboard.press("ArrowLeft");
      await shows(t, count - 1);
      const there = `${count - 1} / ${count}`;
      await button(t, "Copy link").click();
      await t.page.getByText("The link is on the clipboard").waitFor();
      const link = await t.page.evaluate(() => navigator.clipboard.readText());
      await t.page.evaluate(() => localStorage.clear());
      await t.page.goto("about:blank");
      await t.page.goto(link);
      await t.page.waitForFunction(
        (wanted) => document.querySelector(".place")?.textContent === wanted,
        there,
      );
      t.assert.equal(new URL(t.page.url()).hash, "", "the link is kept elsewhere now");
    },
  },
  {
    name: "Korean is spoken to a Korean browser and can be switched",
    options: { locale: "ko-KR" },
    async run(t) {
      await t.open();
      t.assert.equal(await t.page.getAttribute("html", "lang"), "ko");
      await button(t, "English").click();
      // Its sentences come when they are asked for.
      await t.page.waitForFunction(() => document.documentElement.lang === "en");
      await t.page.getByRole("heading", { name: "What would you like to see?" }).waitFor();
    },
  },
  {
    name: "large and strange texts are answered within a second and kept",
    async run(t) {
      await t.open();
      await button(t, "Open the editor").click();
      const editor = t.page.getByRole("textbox", { name: "Manifest" });
      await editor.focus();
      await t.page.locator(".cm-editor").waitFor();
      const cases = [
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b]\n",
        "---\nkind: Nobody\napiVersion: v1\nmetadata: {name: a}\n",
        "kind: Pod\r\napiVersion: v1\r\n",
        "a\u0000b",
        `${"[".repeat(1000)}${"]".repeat(1000)}`,
        "# x\n".repeat(300_000),
      ];
      for (const text of cases) {
        await editor.press("Control+a");
        await editor.evaluate((node, pasted) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", pasted);
          const init = { clipboardData, bubbles: true, cancelable: true };
          node.dispatchEvent(new ClipboardEvent("paste", init));
        }, text);
        await t.page.locator(".problem").first().waitFor({ timeout: 3000 });
        await button(t, "Apply to a fresh cluster").click();
        await button(t, "Play").waitFor({ timeout: 3000 });
        await editor.press("Control+a");
        await editor.press("Delete");
        await t.page.locator(".problem").first().waitFor({ state: "detached" });
      }
    },
  },
  {
    name: "an embed has no chrome, shows the step asked for and takes no focus",
    options: { viewport: { width: 800, height: 450 } },
    async run(t) {
      await t.open("embed.html?lesson=statefulset&step=5&lang=ko");
      await t.page.waitForFunction(() =>
        document.querySelector(".place")?.textContent.startsWith("5 / "),
      );
      t.assert.equal(await t.page.locator("header").count(), 0);
      t.assert.equal(await t.page.evaluate(() => document.activeElement === document.body), true);
      t.assert.equal(await t.page.getAttribute("html", "lang"), "ko");
      const { pathname, search } = new URL(t.page.url());
      t.assert.equal(pathname + search, "/embed.html?lesson=statefulset&step=5&lang=ko");
      await t.axe();
      await t.picture("embed");
      await t.open("embed.html?lesson=statefulset&controls=0");
      await t.page.locator(".scene").waitFor();
      t.assert.equal(await t.page.locator(".timeline").count(), 0);
    },
  },
  {
    name: "a deck goes on where its embed ends",
    async run(t) {
      const address = `${t.url}embed.html?lesson=statefulset&step=3`;
      const frame = `<iframe title="Volume Lab" data-src="${address}" width="900" height="500"></iframe>`;
      await t.page.goto(await t.deck(["<h2>First</h2>", frame, "<h2>Third</h2>"]));
      await t.page.keyboard.press("ArrowRight");
      await t.page.waitForFunction(() => window.deck.getIndices().h === 1);
      const inside = t.page.frameLocator("iframe");
      await inside.locator(".place", { hasText: /^3 \// }).waitFor();
      t.assert.equal(await t.page.evaluate(() => document.activeElement.tagName), "BODY");
      await inside.locator(".stage").click({ position: { x: 5, y: 5 } });
      await t.page.keyboard.press("ArrowRight");
      await inside.locator(".place", { hasText: /^4 \// }).waitFor();
      await t.page.keyboard.press("End");
      await t.page.keyboard.press("ArrowRight");
      await t.page.waitForFunction(() => window.deck.getIndices().h === 2);
    },
  },
];
