// The page inside another page: what it tells, what it takes, what its address asks for.

import { readFile } from "node:fs/promises";

const shows = (frame, index) =>
  frame.locator(".place", { hasText: new RegExp(`^${index} / [1-9]`) }).waitFor();

/** A page with the embed in a frame; what the embed posts is in `window.heard`. */
async function around(t, address, size = "width:800px;height:450px") {
  await t.page.setContent(`<iframe title="lab" style="${size};border:0"></iframe>`);
  await t.page.evaluate((src) => {
    window.heard = [];
    addEventListener("message", ({ data }) => {
      if (data?.ns === "volume-lab") {
        window.heard.push(data);
      }
    });
    document.querySelector("iframe").src = src;
  }, new URL(address, t.url).href);
  return t.page.frameLocator("iframe");
}

const heard = (t, type) =>
  t.page.evaluate((wanted) => window.heard.filter((one) => one.type === wanted), type);
const told = (t, type) =>
  t.page.waitForFunction((wanted) => window.heard.some((one) => one.type === wanted), type);
const ask = (t, method, ...args) =>
  t.page.evaluate(
    (call) => document.querySelector("iframe").contentWindow.postMessage(call, "*"),
    { ns: "volume-lab", v: 1, id: method, method, args },
  );

export const tests = [
  {
    name: "an embed tells its place, its height, and when it has no further step",
    async run(t) {
      const frame = await around(t, "embed.html?lesson=emptydir");
      await told(t, "ready");
      await shows(frame, 0);
      await ask(t, "next");
      await shows(frame, 1);
      const [step] = (await heard(t, "step")).slice(-1);
      t.assert.ok(step.index === 1 && step.count >= 4 && step.text.length > 10, JSON.stringify(step));
      await ask(t, "prev");
      await ask(t, "prev");
      await t.page.waitForFunction(() => window.heard.some((one) => one.handled === false));
      const sizes = await heard(t, "size");
      t.assert.ok(sizes.length >= 1 && sizes[0].width === 800 && sizes[0].height > 300);
      const before = sizes.at(-1).height;
      await t.page.evaluate(() => (document.querySelector("iframe").style.width = "500px"));
      await t.page.waitForFunction(() => window.heard.at(-1)?.width === 500);
      t.assert.notEqual((await heard(t, "size")).at(-1).height, before);
      // As high as it asks for, the picture is as wide as its place. (It may ask twice: buttons
      // are lower in a low frame.)
      for (let times = 0; times < 3; times += 1) {
        const { height } = (await heard(t, "size")).at(-1);
        await t.page.evaluate(
          (px) => (document.querySelector("iframe").style.height = `${px}px`),
          height,
        );
        await t.page.waitForTimeout(300);
      }
      const [picture, stage] = await Promise.all([
        frame.locator(".picture").boundingBox(),
        frame.locator("#stage").boundingBox(),
      ]);
      t.assert.ok(picture.width > stage.width - 24, `${picture.width} of ${stage.width}`);
      const asked = (await heard(t, "size")).at(-1).height;
      const given = await t.page.evaluate(() => document.querySelector("iframe").clientHeight);
      t.assert.equal(asked, given, "it asks for no more than that");
    },
  },
  {
    name: "an embed shows the parts that its address names, and takes nothing when it is locked",
    async run(t) {
      const asked = [];
      t.page.on("request", (request) => asked.push(request.url()));
      let frame = await around(t, "embed.html?lesson=nfs&panel=diagram,yaml&lock=1");
      await shows(frame, 0);
      await frame.locator("pre.locked", { hasText: "kind: Pod" }).waitFor();
      t.assert.equal(await frame.locator("textarea, .apply-row").count(), 0);
      t.assert.ok(!asked.some((url) => /volume-lab-web-[^/]*\.wasm/.test(url)), "the lab was loaded");
      await t.picture("embed-yaml");
      frame = await around(t, "embed.html?lesson=statefulset&panel=diagram,events,terminal&step=5");
      await shows(frame, 5);
      await frame.locator(".event-table").waitFor();
      await t.picture("embed-events");
      frame = await around(t, "embed.html?lesson=statefulset&view=cluster");
      await shows(frame, 0);
      await frame.getByRole("button", { name: "To the end" }).click();
      await frame.locator(".role-pod").first().waitFor();
      t.assert.equal(await frame.locator(".role-column").count(), 0);
    },
  },
  {
    name: "an open page follows a link that is put into its address",
    async run(t) {
      await t.open("embed.html?lesson=emptydir");
      await shows(t.page, 0);
      const link = await readFile(new URL("../links/v1-full.txt", import.meta.url), "utf8");
      const hash = `#${link.trim()}`;
      await t.page.evaluate((link) => (location.hash = link), hash);
      await t.page.locator(".place", { hasText: /\/ [1-9]/ }).waitFor();
      await t.page.waitForFunction(() => window.volumeLab === undefined);
      const there = await t.page.locator(".place").textContent();
      t.assert.equal(new URL(t.page.url()).hash, hash, "an embed leaves its address alone");
      await t.page.goBack();
      await shows(t.page, 0);
      t.assert.notEqual(await t.page.locator(".place").textContent(), there);
    },
  },
];
