// What a test of the built page works with.
//
// A test's `run(t)` gets:
//   t.page              a fresh Playwright page, 1280 x 800, English, light, no motion setting
//   t.context           its browser context
//   t.url               the page's address under /
//   t.subUrl            the same build's address under /volume-lab/
//   t.open(path = "")   goes to t.url + path and waits until the application has started
//   t.errors            console errors and uncaught exceptions so far; a test fails when
//                       some are left at its end (empty the list if they are expected)
//   t.picture(name)     a screenshot in target/e2e; resolves to its path
//   t.axe(selector?)    fails on serious and critical violations that axe-core finds
//   t.assert            node:assert/strict
//   t.serve(options)    another server until the test ends (web/serve.mjs has the options);
//                       resolves to its address
//   t.deck(slides)      serves a reveal.js deck, one string of HTML a slide; resolves to its
//                       address. It has another origin than the page.
// A test's `options` go to `browser.newContext` (viewport, locale, colorScheme, ...).
//
// The server sends a content security policy without inline scripts, so that the page is
// known to run under one.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../../web/serve.mjs";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self' data: blob:",
].join("; ");

/** A test that takes longer has failed. */
const TEST_MS_MAX = 60_000;

export class Harness {
  /** Starts the browser and the two servers. */
  static async start(dist) {
    if (!existsSync(join(dist, "index.html"))) {
      throw new Error("there is no dist/index.html: run `cargo xtask build`");
    }
    const harness = new Harness();
    harness.pictures = fileURLToPath(new URL("../../target/e2e", import.meta.url));
    mkdirSync(harness.pictures, { recursive: true });
    const headers = { "Content-Security-Policy": POLICY };
    harness.root = await serve({ dir: dist, headers });
    harness.sub = await serve({ dir: dist, base: "/volume-lab/", headers });
    harness.browser = await chromium.launch({
      executablePath: process.env.CHROME ?? onPath("chromium"),
      chromiumSandbox: process.getuid?.() !== 0,
      args: [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
      ],
    });
    return harness;
  }

  async stop() {
    await this.browser?.close();
    await this.root?.close();
    await this.sub?.close();
  }

  /** Runs one test; resolves to the error, or to nothing. */
  async run(name, { run, options = {} }) {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: "en-US",
      colorScheme: "light",
      ...options,
    });
    const page = await context.newPage();
    const t = new Test(this, context, page);
    let timer;
    try {
      const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error("the test took too long")), TEST_MS_MAX);
      });
      await Promise.race([run(t), late]);
      assert.deepEqual(t.errors, [], "the page reported errors");
      return undefined;
    } catch (error) {
      const file = `failed ${name}`.replace(/[^\w.-]+/g, "-");
      await t.picture(file).catch(() => {});
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      clearTimeout(timer);
      await context.close();
      await Promise.all(t.servers.map((server) => server.close()));
      await Promise.all(t.folders.map((folder) => rm(folder, { recursive: true })));
    }
  }
}

class Test {
  constructor(harness, context, page) {
    this.harness = harness;
    this.context = context;
    this.page = page;
    this.url = harness.root.url;
    this.subUrl = harness.sub.url;
    this.assert = assert;
    this.errors = [];
    this.servers = [];
    this.folders = [];
    page.on("pageerror", (error) => this.errors.push(`uncaught: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") {
        this.errors.push(`console: ${message.text()} (${message.location().url})`);
      }
      if (process.env.E2E_VERBOSE) {
        console.log(`    ${message.type()}: ${message.text()}`);
      }
    });
  }

  async open(path = "") {
    await this.page.goto(new URL(path, this.url).href);
    await this.started();
  }

  /** Waits until the application has drawn something. */
  async started() {
    await this.page.waitForFunction(
      () => document.body.querySelector(":scope > :not(noscript, script)") !== null,
    );
  }

  async picture(name) {
    const path = join(this.harness.pictures, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  async axe(selector) {
    // Evaluated, not added as a script: the policy would refuse that.
    await this.page.evaluate(await readFile(require.resolve("axe-core/axe.min.js"), "utf8"));
    const found = await this.page.evaluate(async (where) => {
      const { violations } = await window.axe.run(where ?? document);
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, help, nodes }) => {
          const places = nodes.slice(0, 5).map(({ html, failureSummary }) => {
            return `  ${html.slice(0, 160)}\n    ${failureSummary}`;
          });
          return `${id}: ${help}\n${places.join("\n")}`;
        });
    }, selector);
    assert.deepEqual(found, [], `axe-core:\n${found.join("\n")}`);
  }

  async serve(options) {
    const server = await serve(options);
    this.servers.push(server);
    return server.url;
  }

  async deck(slides) {
    const dir = await mkdtemp(join(tmpdir(), "deck-"));
    this.folders.push(dir);
    const sections = slides.map((slide) => `<section>${slide}</section>`).join("\n");
    const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Deck</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="reveal/reveal.css" />
    <link rel="stylesheet" href="reveal/theme/white.css" />
  </head>
  <body>
    <div class="reveal"><div class="slides">${sections}</div></div>
    <script type="module">
      import Reveal from "./reveal/reveal.mjs";
      window.deck = new Reveal({ hash: true, transition: "none" });
      await window.deck.initialize();
    </script>
  </body>
</html>`;
    await writeFile(join(dir, "index.html"), html);
    const reveal = fileURLToPath(new URL("../../web/node_modules/reveal.js/dist", import.meta.url));
    return this.serve({ dir, mounts: { reveal } });
  }
}

function onPath(program) {
  try {
    return execFileSync("which", [program], { encoding: "utf8" }).trim();
  } catch {
    throw new Error(`${program} is not on the PATH: name the browser in CHROME`);
  }
}
