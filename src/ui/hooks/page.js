// What the page's two programs (the player, and the lab that computes) need of JavaScript: to
// load each other, and to pass the page from the one to the other.

// `import()` is syntax, not a function, so that it cannot be called from Rust by its name.
export function importModule(address) {
  return import(address);
}

/** Loads a program that trunk built; rejects when it cannot be had. */
export async function loadProgram(js, wasm) {
  const { default: init } = await import(js);
  await init({ module_or_path: wasm });
}

/** Whether a list of choices is open; not every browser can tell. */
function hasOpenList() {
  try {
    return document.querySelector("select:focus:open") !== null;
  } catch {
    return false;
  }
}

/** Offers the page to the lab: `state()` is the place as text, `leave()` ends the player. */
export function offer(root, state, rest, leave, failed) {
  let watcher = () => {};
  let composes = false;
  let isDown = false;
  const listeners = [
    ["compositionstart", () => void (composes = true)],
    ["compositionend", () => void (composes = false)],
    ["pointerdown", () => void (isDown = true)],
    ["pointerup", () => void (isDown = false)],
    ["pointercancel", () => void (isDown = false)],
  ];
  for (const [name, hear] of listeners) {
    addEventListener(name, hear, true);
  }
  window.volumeLab = {
    root,
    state,
    rest,
    failed,
    changed: () => watcher(),
    watch: (hear) => void (watcher = hear),
    // In the midst of an input nothing is taken away.
    isBusy: () => composes || isDown || hasOpenList(),
    leave() {
      watcher = () => {};
      for (const [name, hear] of listeners) {
        removeEventListener(name, hear, true);
      }
      delete window.volumeLab;
      leave();
    },
  };
}

export const isOffered = () => window.volumeLab !== undefined;
export const offered = () => window.volumeLab?.state();
export const offeredRest = () => window.volumeLab?.rest();
export const isBusy = () => window.volumeLab?.isBusy() ?? false;
export const changed = () => window.volumeLab?.changed();
export const watch = (hear) => window.volumeLab?.watch(hear);
export const failed = () => window.volumeLab?.failed();

/** What an element is, as a person would tell it from the others. */
function sign(element) {
  const name = element.getAttribute("aria-label") ?? element.id;
  const text = element.localName === "button" && !name ? element.textContent.trim() : "";
  return `${element.localName} ${name} ${text} ${element.classList[0] ?? ""}`;
}

const all = (root) => [root, ...root.querySelectorAll("*")];

/** The element of the other page that stands for this one. */
function counterpart(from, to, element) {
  const wanted = sign(element);
  const alike = (root) => all(root).filter((one) => sign(one) === wanted);
  const index = alike(from).indexOf(element);
  return index < 0 ? undefined : alike(to)[index];
}

/** Puts the lab's page in the place of the player's: focus, scrolling and selection stay. */
export function swap(to) {
  const { root: from, leave } = window.volumeLab;
  const focused = from.contains(document.activeElement) ? document.activeElement : undefined;
  const other = focused && counterpart(from, to, focused);
  const selection = focused?.selectionStart === undefined ? undefined : [
    focused.selectionStart,
    focused.selectionEnd,
  ];
  const moved = all(from)
    .filter((one) => one.scrollTop || one.scrollLeft || one.localName === "details")
    .map((one) => [counterpart(from, to, one), one.scrollTop, one.scrollLeft, one.open]);
  from.before(to);
  leave();
  from.remove();
  for (const [one, top, left, open] of moved) {
    if (one) {
      if (one.localName === "details") {
        one.open = open;
      }
      one.scrollTop = top;
      one.scrollLeft = left;
    }
  }
  other?.focus({ preventScroll: true });
  if (selection && selection[0] !== null) {
    other?.setSelectionRange?.(...selection);
  }
}
