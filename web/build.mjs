// Bundles the page's JavaScript. Trunk calls this after it has built everything else
// (a post_build hook of Trunk.toml) and before the staged files become `dist`.
//
// - `start.js` starts the application. The script tag in the staged index.html is made to
//   point at the hashed name.
// - `editor.js` is the text editor, a chunk that is loaded when it is first needed. Its
//   hashed name is written to `<meta name="volume-lab-editor" content="./editor-HASH.js">`.
//   The application resolves it against `document.baseURI`, so it works under a sub-path,
//   and calls `import(url)`.
// - `embed.html` is a copy of the page, for frames.
//
// `node web/build.mjs DIR` without trunk writes the same files to DIR, without a page.

import { readFile, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = process.argv[2] ?? process.env.TRUNK_STAGING_DIR;
if (!out) {
  fail("say where to write: node web/build.mjs DIR (trunk sets TRUNK_STAGING_DIR)");
}
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
  await writeFile(page, html);
  // The same page: the application looks at its own address and leaves its chrome away.
  await writeFile(join(out, "embed.html"), html);
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
