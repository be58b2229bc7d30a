// Starts the application. The script tag names the two files that trunk made:
// <script type="module" src="start-HASH.js" data-js="..." data-wasm="...">
//
// A module of its own, not an inline script, so that the page runs under
// `script-src 'self' 'wasm-unsafe-eval'`.

const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
const address = (name) => new URL(name, document.baseURI).href;

try {
  const { default: init } = await import(address(js));
  await init({ module_or_path: address(wasm) });
} catch (error) {
  // CSS may show a static message for this state: the application cannot.
  document.documentElement.dataset.start = "failed";
  throw error;
}
