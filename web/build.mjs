// Bundles the page's JavaScript. Trunk calls this after it has built everything else
// (a post_build hook of Trunk.toml) and before the staged files become `dist`.
//
// - `start.js` starts the application. The script tag in the staged index.html is made to
//   point at the hashed name.
// - `editor.js` is the text editor, a chunk that is loaded when it is first needed. Its
//   hashed name is written to `<meta name="volume-lab-editor" content="./editor-HASH.js">`.
//   The application resolves it against `document.baseURI`, so it works under a sub-path,
//   and calls `import(url)`.
// - The player's files, which trunk leaves unhashed, get their hashes. What it plays (storyboards
//   and sentences, made by the native command `volume-lab storyboards`) goes into a folder with
//   a hash. The script tag is told all three names. A page without the player, as developers
//   build it, has none of that and starts with the lab.
// - `embed.html` is a copy of the page, for frames.
//
// `node web/build.mjs DIR` without trunk writes the same files to DIR, without a page.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = process.argv[2] ?? process.env.TRUNK_STAGING_DIR;
if (!out) {
  fail("say where to write: node web/build.mjs DIR (trunk sets TRUNK_STAGING_DIR)");
}
const PLAYER = "volume-lab-player";
const release = process.env.TRUNK_PROFILE !== "debug";

const { build } = await import("esbuild").catch(() =>
  fail("the packages of web/package.json are not installed: run `cargo xtask setup`"),
);

const result = await build({
  entryPoints: [join(here, "start.js"), join(here, "editor.js")],
  outdir: out,
  entryNames: "[name]-[hash]",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: release,
  sourcemap: release ? false : "inline",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const names = {};
for (const [file, { entryPoint }] of Object.entries(result.metafile.outputs)) {
  if (entryPoint) {
    names[basename(entryPoint, ".js")] = basename(file);
  }
}
await writeFile(join(out, "third-party-licenses.txt"), await licenses(result.metafile));

if (process.env.TRUNK_STAGING_DIR && !process.argv[2]) {
  const page = join(out, "index.html");
  let html = await readFile(page, "utf8");
  html = replaceOnce(html, /(<script\b[^>]*\ssrc="[^"]*?)start\.js"/, `$1${names.start}"`);
  html = replaceOnce(
    html,
    /(<meta name="volume-lab-editor" content=)""/,
    `$1"./${names.editor}"`,
  );
  if (existsSync(join(out, `${PLAYER}.js`))) {
    const attributes = Object.entries(await player()).map(([name, file]) => ` ${name}="./${file}"`);
    html = replaceOnce(html, /(<script\b[^>]*\sdata-wasm="[^"]*")/, `$1${attributes.join("")}`);
  }
  await writeFile(page, html);
  // The same page: the application looks at its own address and leaves its chrome away.
  await writeFile(join(out, "embed.html"), html);
}

/** Gives the player's files their names; resolves to them by attribute. */
async function player() {
  const js = await hashed(`${PLAYER}.js`, ".js");
  const wasm = await hashed(`${PLAYER}_bg.wasm`, "_bg.wasm");
  const folder = join(out, "recorded");
  // Built natively, so that the same code records what the lab would draw.
  execFileSync(
    "cargo",
    ["run", "--quiet", "--locked", "--bin", "volume-lab", "--", "storyboards", "--out", folder],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const sum = createHash("sha256");
  for (const name of (await readdir(folder)).sort()) {
    sum.update(name).update(await readFile(join(folder, name)));
  }
  const recorded = `recorded-${sum.digest("hex").slice(0, 16)}`;
  await rename(folder, join(out, recorded));
  await rm(join(out, `${PLAYER}.d.ts`), { force: true });
  return { "data-player-js": js, "data-player-wasm": wasm, "data-recorded": recorded };
}

/** Puts the hash of a staged file into its name. */
async function hashed(name, end) {
  const bytes = await readFile(join(out, name));
  const sum = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const renamed = `${name.slice(0, -end.length)}-${sum}${end}`;
  await rename(join(out, name), join(out, renamed));
  return renamed;
}

/** Replaces what must be there; a page without it would come up dead. */
function replaceOnce(text, pattern, replacement) {
  if (!pattern.test(text)) {
    fail(`index.html has no ${pattern}`);
  }
  return text.replace(pattern, replacement);
}

/** The licence texts of the packages in the bundles, one after the other. */
async function licenses(metafile) {
  const packages = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) {
      packages.add(found[1]);
    }
  }
  const parts = [];
  for (const name of [...packages].sort()) {
    const folder = join(here, "node_modules", name);
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const text = await readFile(join(folder, "LICENSE"), "utf8").catch(() =>
      fail(`${relative(here, folder)} has no LICENSE`),
    );
    parts.push(`${name} ${version}\n\n${text.trim()}\n`);
  }
  return parts.join("\n----\n\n");
}

function fail(message) {
  console.error(`web/build.mjs: ${message}`);
  process.exit(1);
}
