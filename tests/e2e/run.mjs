// Runs the tests of the built page in Chromium.
//
//   node tests/e2e/run.mjs [NAME...]      `cargo xtask test e2e [-- NAME...]` builds first
//
// Every `*.test.mjs` file beside this one exports `tests`: a list of
//   { name, run(t), options? }
// Each test gets a fresh browser context and page. `t` is described in harness.mjs. NAME
// picks the tests whose "file: name" contains it.
//
// CHROME names the browser (default: chromium on the PATH); E2E_VERBOSE=1 prints the page's
// console. Pictures go to target/e2e.

import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Harness } from "./harness.mjs";

const here = new URL("./", import.meta.url);
const filters = process.argv.slice(2);
const harness = await Harness.start(fileURLToPath(new URL("../../dist", here)));
const failures = [];
let passed = 0;
try {
  const files = (await readdir(here)).filter((file) => file.endsWith(".test.mjs")).sort();
  for (const file of files) {
    const { tests } = await import(new URL(file, here));
    for (const test of tests) {
      const name = `${file.replace(".test.mjs", "")}: ${test.name}`;
      if (filters.length > 0 && !filters.some((filter) => name.includes(filter))) {
        continue;
      }
      const started = performance.now();
      const error = await harness.run(name, test);
      const time = `${((performance.now() - started) / 1000).toFixed(2)} s`;
      console.log(`${error ? "FAILED" : "ok    "} ${time.padStart(9)}  ${name}`);
      if (error) {
        failures.push({ name, error });
      } else {
        passed += 1;
      }
    }
  }
} finally {
  await harness.stop();
}
for (const { name, error } of failures) {
  console.log(`\n--- ${name}\n${error.stack ?? error}`);
}
console.log(`\n${passed} passed, ${failures.length} failed`);
if (passed + failures.length === 0) {
  console.log("no test was run");
}
process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0;
