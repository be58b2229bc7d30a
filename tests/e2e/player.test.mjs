// The page starts with the player, and the lab takes over behind it: without a jump, without
// losing an input, or not at all when it cannot be had.

const button = (t, name) => t.page.getByRole("button", { name, exact: true });
const LAB = /volume-lab-web-[^/]*\.wasm/;

/** Holds the lab's program back until the returned function is called. */
async function hold(t) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await t.page.route(LAB, async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  return release;
}

/** Waits until the player is gone. */
const taken = (t) => t.page.waitForFunction(() => window.volumeLab === undefined);
const offered = (t) => t.page.waitForFunction(() => window.volumeLab !== undefined);

const shows = (t, index) =>
  t.page.locator(".place", { hasText: new RegExp(`^${index} / [1-9]`) }).waitFor();
const open = (t, index) => t.page.locator(".card-open").nth(index).click();

/** The markup of the stage, without what only tells how it came there. */
const stage = (t) =>
  t.page.evaluate(() => {
    const copy = document.querySelector("#stage").cloneNode(true);
    for (const gone of copy.querySelectorAll(".leave")) {
      gone.remove();
    }
    for (const one of copy.querySelectorAll("[class]")) {
      one.classList.remove("enter", "stay", "snap", "still");
    }
    // The order of attributes is that of their changes.
    for (const one of [copy, ...copy.querySelectorAll("*")]) {
      for (const { name, value } of [...one.attributes].sort((a, b) => (a.name < b.name ? -1 : 1))) {
        one.removeAttribute(name);
        one.setAttribute(name, value);
      }
    }
    return copy.outerHTML.replaceAll("><", ">\n<");
  });

/** How many pixels of two pictures differ by more than the smoothing of edges. */
const different = (t, a, b) =>
  t.page.evaluate(
    async (pictures) => {
      const read = async (picture) => {
        const image = new Image();
        image.src = `data:image/png;base64,${picture}`;
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height).data;
      };
      const [one, other] = await Promise.all(pictures.map(read));
      return one.filter((value, index) => Math.abs(value - other[index]) > 64).length;
    },
    [a, b].map((picture) => picture.toString("base64")),
  );

export const tests = [
  {
    name: "the first scenario plays without the lab, which may be asked for again",
    async run(t) {
      let isBlocked = true;
      await t.page.route(LAB, (route) => (isBlocked ? route.abort() : route.continue()));
      await t.open();
      await open(t, 0);
      await shows(t, 0);
      const count = Number((await t.page.locator(".place").textContent()).split(" / ")[1]);
      t.assert.ok(count >= 4);
      for (let index = 1; index <= count; index += 1) {
        await t.page.keyboard.press("ArrowRight");
        await shows(t, index);
      }
      await t.page.getByText(/^At rest/).waitFor();
      await t.page.getByText("The simulator could not be loaded").waitFor();
      await t.axe();
      await t.page.locator(".drawer-tabs button").first().click();
      t.assert.equal(await t.page.locator(".event-table").count(), 0);
      isBlocked = false;
      await button(t, "Try again").click();
      await taken(t);
      await t.page.locator(".event-table").waitFor();
      await shows(t, count);
      t.errors.splice(0);
    },
  },
  {
    name: "the picture does not change when the lab takes over",
    async run(t) {
      for (const [lesson, steps] of [[0, 3], [3, 7], [5, 9]]) {
        const release = await hold(t);
        await t.open();
        await offered(t);
        await open(t, lesson);
        for (let index = 1; index <= steps; index += 1) {
          await t.page.keyboard.press("ArrowRight");
          await shows(t, index);
        }
        await button(t, "Next step").focus();
        await t.page.waitForTimeout(1200);
        const [markup, pixels] = [await stage(t), await t.page.locator("#stage").screenshot()];
        release();
        await taken(t);
        t.assert.equal(await stage(t), markup, "the markup of the stage");
        const now = await t.page.locator("#stage").screenshot();
        t.assert.ok((await different(t, pixels, now)) < 50, "the pixels of the stage");
        const focused = await t.page.evaluate(() => document.activeElement?.textContent);
        t.assert.match(focused, /^Next step/);
        await button(t, "Scenarios").click();
        await t.page.waitForFunction(() => localStorage["volume-lab.page"] === "gallery");
        await t.page.unroute(LAB);
      }
    },
  },
  {
    name: "the lab takes over in the midst of playing",
    async run(t) {
      const release = await hold(t);
      await t.open();
      await button(t, "\ud55c\uad6d\uc5b4").click();
      await t.page.getByLabel("\uc0c9").first().selectOption("dark");
      await open(t, 5);
      await shows(t, 0);
      await t.page.getByRole("combobox").filter({ hasText: "4\u00d7" }).selectOption("400");
      await t.page.keyboard.press(" ");
      await shows(t, 2);
      release();
      await taken(t);
      const at = Number((await t.page.locator(".place").textContent()).split(" / ")[0]);
      t.assert.ok(at >= 2, `the place after: ${at}`);
      await button(t, "\uc77c\uc2dc \uc815\uc9c0").waitFor();
      await shows(t, at + 2);
      t.assert.equal(await t.page.getAttribute("html", "data-theme"), "dark");
      t.assert.equal(await t.page.getAttribute("html", "lang"), "ko");
    },
  },
  {
    name: "the manifest is there before the lab, and what is typed in it is not lost",
    options: { viewport: { width: 390, height: 844 } },
    async run(t) {
      const release = await hold(t);
      await t.open();
      await open(t, 0);
      await shows(t, 0);
      await button(t, "Manifest").click();
      const editor = t.page.getByRole("textbox", { name: "Manifest" });
      await editor.waitFor();
      t.assert.match(await editor.inputValue(), /kind: Pod/);
      await t.page.getByText("Loading the simulator").first().waitFor();
      // It fades in, so that it does not flash where the lab is there at once.
      await t.page.waitForTimeout(700);
      await t.axe();
      await editor.focus();
      await editor.press("Control+End");
      await t.page.keyboard.type("# mine");
      await button(t, "Apply").click();
      await editor.focus();
      await t.page.getByText("What you asked for").waitFor();
      release();
      await taken(t);
      await t.page.locator(".place", { hasText: / \/ [1-9]/ }).waitFor({ state: "attached" });
      await button(t, "Manifest").click();
      await t.page.locator(".cm-content", { hasText: "# mine" }).waitFor();
    },
  },
  {
    name: "a link and own work come up in the lab, without the player",
    async run(t) {
      await t.open();
      await button(t, "Open the editor").click();
      await taken(t);
      await t.page.getByRole("textbox", { name: "Manifest" }).click();
      await t.page.keyboard.type("# mine");
      await t.page.waitForFunction(() => localStorage["volume-lab.text"] === "# mine");
      const asked = [];
      t.page.on("request", (request) => asked.push(request.url()));
      await t.page.reload();
      await t.started();
      await t.page.getByText("# mine").first().waitFor();
      t.assert.ok(!asked.some((url) => /volume-lab-player/.test(url)), asked.join("\n"));
      // A scenario comes back in the player, at its step.
      await button(t, "Scenarios").click();
      await open(t, 1);
      await button(t, "Next step").click();
      await shows(t, 1);
      await t.page.waitForFunction(() => localStorage["volume-lab.place"] === "");
    },
  },
  {
    name: "a scenario comes back at its step",
    async run(t) {
      await t.open();
      await open(t, 1);
      await t.page.keyboard.press("ArrowRight");
      await t.page.keyboard.press("ArrowRight");
      await shows(t, 2);
      await t.page.waitForFunction(() => localStorage["volume-lab.place"] === "hostpath 2");
      const release = await hold(t);
      await t.page.reload();
      await shows(t, 2);
      release();
      await taken(t);
      await shows(t, 2);
      t.assert.equal(await t.page.evaluate(() => localStorage["volume-lab.place"]), "hostpath 2");
    },
  },
  {
    name: "an embed loads the player alone",
    async run(t) {
      const asked = [];
      t.page.on("request", (request) => asked.push(request.url()));
      await t.open("embed.html?lesson=statefulset&step=5");
      await shows(t, 5);
      await t.page.waitForTimeout(1500);
      t.assert.ok(!asked.some((url) => LAB.test(url)), asked.join("\n"));
    },
  },
];
