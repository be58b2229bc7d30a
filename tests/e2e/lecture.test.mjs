// Each file of the lecture, pasted by hand into the editor, ends as Kubernetes would have it.

import { readFile } from "node:fs/promises";

const lecture = (name) => readFile(new URL(`../lecture/${name}`, import.meta.url), "utf8");
const button = (t, name) => t.page.getByRole("button", { name, exact: true });

/** The files, and what the picture must hold at the end of each. */
const files = {
  "count-pod.yaml": [/^Pod count.*Running/],
  // Nobody made /var/htdocs, and `type: Directory` wants it: the Pod waits.
  "hostpath-httpd.yaml": [/^Pod hostpath-http.*ContainerCreating/],
  // The nodes have no NFS client: what the lecture looks into.
  "nfs_http.yaml": [/^Pod nfs-httpd.*ContainerCreating/],
  "mongo-pod-pv-pvc.yaml": [/^Pod mongodb.*Running/, /^PersistentVolumeClaim mongo-pvc.*Bound/],
  // Without its class the claim waits for ever; the class comes in a file of its own.
  "mongo-dynamic.yaml": [/^Pod mongodb.*Pending/, /^PersistentVolumeClaim mongodb-pvc.*Pending/],
  "storageclass.yaml": [/^StorageClass storage-class/],
  "statefulset.yaml": [/^Pod web-0.*Running/, /^Pod web-1.*Running/, /^Pod web-2.*Running/],
};

export const tests = Object.entries(files).map(([file, expected]) => ({
  name: `${file} is pasted and plays to its end`,
  async run(t) {
    await t.open();
    await button(t, "Open the editor").click();
    const editor = t.page.getByRole("textbox", { name: "Manifest" });
    await editor.click();
    await t.page.locator(".cm-editor").waitFor();
    await editor.press("Control+a");
    await t.page.keyboard.insertText(await lecture(file));
    await t.page.keyboard.press("Control+Enter");
    await t.page.waitForFunction(() => Number(document.querySelector(".scrub input")?.max) > 0);
    // Even where it has nothing to do: a run of one step stands at its end already.
    await button(t, "To the end").click({ force: true });
    for (const name of expected) {
      await t.page.locator(".scene").getByRole("button", { name }).first().waitFor();
    }
  },
}));
