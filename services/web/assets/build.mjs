// Bundles everything that pages load into ../static, under names that change with the content, and writes the manifest.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

const into = new URL("../static/", import.meta.url).pathname;
const sources = process.argv[2] ?? "";
rmSync(into, { recursive: true, force: true });
mkdirSync(into, { recursive: true });

const regions = readdirSync("regions").map((file) => join("regions", file));
const made = await build({
  entryPoints: ["site.js", "site.css", "map.js", "map.css", "counter.js", "counter_worker.js", ...regions],
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  outdir: into,
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: "linked",
  target: ["es2022"],
  loader: { ".woff2": "file", ".png": "file", ".svg": "file" },
  logLevel: "warning",
});

const files = {};
for (const [path, about] of Object.entries(made.metafile.outputs)) {
  if (about.entryPoint) files[basename(about.entryPoint)] = basename(path);
  const font = Object.keys(about.inputs).find((input) => input.endsWith(".woff2"));
  if (font && path.endsWith(".woff2")) files["font.woff2"] = basename(path);
}
for (const name of ["gemeenten.json", "favicon.svg"]) {
  const content = readFileSync(name);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  files[name] = name.replace(".", `-${hash}.`);
  writeFileSync(join(into, files[name]), content);
}
for (const name of readdirSync(into)) {
  if (/\.(js|css|json|svg)$/.test(name)) writeFileSync(join(into, `${name}.gz`), gzipSync(readFileSync(join(into, name)), { level: 9 }));
}
writeFileSync(join(into, "manifest.json"), JSON.stringify({ sources, files }, null, 1));
