// Prints the sizes of the built page, raw and compressed, against the budgets.
//
// node web/size.mjs [--dir dist]
//
// Exits with 1 when a part is larger than its ceiling. A part may be over its budget and below
// its ceiling: then the budget is missed, and the table says by how much.

import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";

const KIB = 1024;
// What a part should weigh, and what it must not exceed, in KiB after brotli. A ceiling above the
// budget is what was reached so far plus a few percent; lower it with every gain.
const PARTS = [
  {
    name: "first load",
    kinds: ["html", "css", "start js", "player js", "player wasm", "sentences", "storyboard"],
    budget: 260,
    ceiling: 260,
  },
  // Loads behind the player. No budget but this: it must not grow unnoticed.
  { name: "lab", kinds: ["lab js", "lab wasm", "lab sentences"], budget: 1040, ceiling: 1040 },
  { name: "editor", kinds: ["editor"], budget: 120, ceiling: 120 },
];

/** What a file counts as. What a first visit does not load is told apart by its name. */
function kind(name) {
  const kinds = [
    [/^editor-[^/]*\.js$/, "editor"],
    [/^volume-lab-player-[^/]*\.js$/, "player js"],
    [/^volume-lab-player-[^/]*\.wasm$/, "player wasm"],
    [/^volume-lab-web-[^/]*\.js$/, "lab js"],
    [/^volume-lab-web-[^/]*\.wasm$/, "lab wasm"],
    // Both programs import it.
    [/^snippets\/.*\.js$/, "player js"],
    [/^start-[^/]*\.js$/, "start js"],
    // One language, the longer one, and the first scenario of the gallery.
    [/^recorded-[^/]*\/ko\.json$/, "sentences"],
    [/^recorded-[^/]*\/ko-lab\.json$/, "lab sentences"],
    [/^recorded-[^/]*\/emptydir-1200\.json$/, "storyboard"],
    // Other languages, scenarios and widths.
    [/^recorded-/, "not at first"],
    // A visit loads one of the two pages.
    [/^(third-party-licenses\.txt|embed\.html)$|\.map$/, "not loaded"],
    [/\.css$/, "css"],
  ];
  // Whatever is not known here counts.
  return kinds.find(([pattern]) => pattern.test(name))?.[1] ?? "html";
}

const { values } = parseArgs({ options: { dir: { type: "string", default: "dist" } } });
const sums = new Map();
for (const entry of await readdir(values.dir, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) {
    continue;
  }
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const key = kind(relative(values.dir, path));
  const bytes = await readFile(path);
  const sum = sums.get(key) ?? { files: 0, raw: 0, brotli: 0 };
  sum.files += 1;
  sum.raw += bytes.length;
  sum.brotli += brotli(bytes);
  sums.set(key, sum);
}
for (const key of PARTS.flatMap(({ kinds }) => kinds)) {
  if (!sums.has(key)) {
    console.log(`nothing was built that counts as ${key}`);
    process.exitCode = 1;
  }
}

row("what", "files", "raw B", "brotli B", "brotli KiB");
for (const [name, { files, raw, brotli }] of sums) {
  row(name, files, raw, brotli, (brotli / KIB).toFixed(1));
}
for (const { name, kinds, budget, ceiling } of PARTS) {
  const size = kinds.reduce((sum, key) => sum + (sums.get(key)?.brotli ?? 0), 0) / KIB;
  const over = size - budget;
  const verdict =
    over <= 0
      ? "within its budget"
      : `OVER ITS BUDGET by ${over.toFixed(1)} KiB (${(size / budget).toFixed(1)} times it)`;
  console.log(`${name}: ${size.toFixed(1)} KiB of a budget of ${budget} KiB: ${verdict}`);
  if (size > ceiling) {
    console.log(`${name}: larger than the ceiling of ${ceiling} KiB in web/size.mjs`);
    process.exitCode = 1;
  } else if (over > 0) {
    console.log(`${name}: below the ceiling of ${ceiling} KiB, so this is no error yet`);
  }
}

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
  console.log(what.padEnd(14) + cells.map((cell) => String(cell).padStart(12)).join(""));
}
