// A small static file server for `dist`.
//
// node web/serve.mjs [--dir dist] [--base /] [--host 127.0.0.1] [--port 8080]
//
// When the port is taken the next free one is used. The tests import `serve` instead.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".gif": "image/gif",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
  ".yaml": "text/yaml; charset=utf-8",
};

/** How many ports are tried after the one that was asked for. */
const PORTS_MAX = 20;

/**
 * Serves a folder under a base path; resolves to `{ url, close }`.
 * `mounts` are further folders, by the name that they have under the base path;
 * `headers` are added to every answer.
 */
export async function serve(options) {
  const { base = "/", host = "127.0.0.1", port = 0 } = options;
  const prefix = `/${base}/`.replace(/\/+/g, "/");
  const server = createServer((request, response) => {
    answer({ mounts: {}, ...options, prefix }, request, response).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  });
  for (let tried = 0; ; tried += 1) {
    try {
      await listen(server, port === 0 ? 0 : port + tried, host);
      break;
    } catch (error) {
      if (error.code !== "EADDRINUSE" || tried === PORTS_MAX) {
        throw error;
      }
    }
  }
  const shown = host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${shown}:${server.address().port}${prefix}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function answer({ dir, mounts, prefix, headers }, request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { Allow: "GET, HEAD" }).end();
    return;
  }
  if (!pathname.startsWith(prefix)) {
    response.writeHead(302, { Location: prefix }).end();
    return;
  }
  let file;
  try {
    file = normalize(join("/", decodeURIComponent(pathname.slice(prefix.length))));
  } catch {
    response.writeHead(400).end("bad address\n");
    return;
  }
  if (file.endsWith("/")) {
    file += "index.html";
  }
  const [, first] = file.split("/");
  const mounted = Object.hasOwn(mounts, first);
  const path = mounted ? join(mounts[first], file.slice(first.length + 1)) : join(dir, file);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    response.writeHead(404, { "Content-Type": "text/plain" }).end("not found\n");
    return;
  }
  response.writeHead(200, {
    "Cache-Control": "no-cache",
    "Content-Length": found.size,
    "Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
    ...headers,
  });
  if (request.method === "HEAD") {
    response.end();
  } else {
    createReadStream(path).pipe(response);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({
    options: {
      dir: { type: "string", default: "dist" },
      base: { type: "string", default: "/" },
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "8080" },
    },
  });
  const { url } = await serve({ ...values, port: Number(values.port) });
  console.log(`\n  Volume Lab is served at ${url}\n  Ctrl-C ends it.\n`);
}
