// Starts the page. The script tag names the files of its two programs:
// <script type="module" src="start-HASH.js" data-js="..." data-wasm="..."
//   data-player-js="..." data-player-wasm="..." data-recorded="...">
//
// The player is small and plays recorded scenarios; it loads the lab behind itself. Where only
// the lab can show what is asked for, it is started at once, and the player only if that fails.
//
// A module of its own, not an inline script, so that the page runs under
// `script-src 'self' 'wasm-unsafe-eval'`.

const names = document.querySelector("script[data-wasm]").dataset;
const address = (name) => new URL(name, document.baseURI).href;

/** Loads a program; both of its files are asked for at once. */
async function start(js, wasm) {
  const compiled = fetch(address(wasm));
  compiled.catch(() => {});
  const { default: init } = await import(address(js));
  await init({ module_or_path: compiled });
}

/** What was kept, where the browser keeps anything. */
function kept(name) {
  try {
    return localStorage.getItem(`volume-lab.${name}`) ?? "";
  } catch {
    return "";
  }
}

/** Whether only the lab can show what is asked for: a session, or work of the person's own. */
function isForLab() {
  const query = new URLSearchParams(location.search);
  const isEmbed =
    location.pathname.endsWith("/embed.html") || !/^(0|false)$/.test(query.get("embed") ?? "0");
  const hasSession = location.hash.includes(":") && !(isEmbed && query.get("lesson"));
  if (isEmbed) {
    const parts = (query.get("panel") ?? "").split(",").map((word) => word.trim());
    const isLocked = !/^(0|false)$/.test(query.get("lock") ?? "0");
    const shows = (part) => parts.includes(part);
    const changes = shows("events") || shows("terminal") || (shows("yaml") && !isLocked);
    return hasSession || changes || query.get("view") === "cluster";
  }
  return hasSession || (kept("page") === "lab" && kept("place") === "");
}

const lab = () => start(names.js, names.wasm);
const player = () => start(names.playerJs, names.playerWasm);

try {
  if (!names.playerJs) {
    await lab();
  } else if (isForLab()) {
    await lab().catch(player);
  } else {
    await player();
  }
} catch (error) {
  // CSS shows a static message for this state: the application cannot.
  document.documentElement.dataset.start = "failed";
  throw error;
}
