// Prints the sizes of the built page, raw and compressed, against the budgets.
//
// node web/size.mjs [--dir dist]
//
// Exits with 1 when a budget is exceeded.

import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";

const KIB = 1024;
const BUDGETS = [
  { name: "first load", kinds: ["html", "css", "js", "wasm", "text"], limit: 260 * KIB },
  { name: "editor", kinds: ["editor"], limit: 120 * KIB },
];

/** What a file counts as. Whatever is not named as loaded later is first load. */
function kind(name) {
  if (/^editor-[^/]*\.js$/.test(name)) {
    return "editor";
  }
  // A visit loads one of the two pages.
  if (/^(third-party-licenses\.txt|embed\.html)$/.test(name) || name.endsWith(".map")) {
    return "not loaded";
  }
  const kinds = { ".css": "css", ".html": "html", ".js": "js", ".wasm": "wasm" };
  return kinds[extname(name)] ?? "text";
}

const { values } = parseArgs({ options: { dir: { type: "string", default: "dist" } } });
const sums = new Map();
for (const entry of await readdir(values.dir, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) {
    continue;
  }
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const bytes = await readFile(path);
  const key = kind(relative(values.dir, path));
  const sum = sums.get(key) ?? { files: 0, raw: 0, brotli: 0 };
  sum.files += 1;
  sum.raw += bytes.length;
  sum.brotli += brotli(bytes);
  sums.set(key, sum);
}

row("what", "files", "raw B", "brotli B", "brotli KiB");
for (const [name, { files, raw, brotli }] of sums) {
  row(name, files, raw, brotli, (brotli / KIB).toFixed(1));
}
let over = false;
for (const { name, kinds, limit } of BUDGETS) {
  const brotli = kinds.reduce((sum, key) => sum + (sums.get(key)?.brotli ?? 0), 0);
  over ||= brotli > limit;
  const verdict = brotli > limit ? "OVER BUDGET" : "ok";
  console.log(`${name}: ${(brotli / KIB).toFixed(1)} of ${limit / KIB} KiB  ${verdict}`);
}
process.exitCode = over ? 1 : 0;

function brotli(bytes) {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 22,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length;
}

function row(what, ...cells) {
  console.log(what.padEnd(12) + cells.map((cell) => String(cell).padStart(12)).join(""));
}
