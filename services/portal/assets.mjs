// Builds what browsers fetch: scripts, styles, fonts, icons, each named by its content and packed, and the manifest.
// One call of esbuild; no plugin, no configuration file. Run by `make setup` and by the build of the image.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = import.meta.dirname;
const source = join(here, "src/saola/edges/portal");
const target = join(source, "static");
const icons = join(here, "node_modules/@tabler/icons/icons/outline");

const named = (name, text) => {
  const [stem, end] = name.split(".");
  const file = `${stem}-${createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase()}.${end}`;
  writeFileSync(join(target, file), text);
  manifest[name] = file;
};
const symbol = (name) => {
  const inner = readFileSync(join(icons, `${name}.svg`), "utf8").replace(/<!--[\s\S]*?-->|<\/?svg[^>]*>/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s+/g, " ").trim()}</symbol>`;
};

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
const pages = readdirSync(join(source, "pages")).map((page) => join(source, "pages", page, "page.js")).filter(existsSync);
const built = await build({
  entryPoints: [join(source, "ui/portal.js"), join(source, "ui/portal.css"), ...pages.map((file) => ({ in: file, out: basename(join(file, "..")) }))].map(
    (entry) => (typeof entry === "string" ? { in: entry, out: basename(entry).replace(/\.\w+$/, "") } : entry),
  ),
  outdir: target,
  absWorkingDir: here,
  nodePaths: [join(here, "node_modules")],
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: ["chrome100", "safari15.4", "firefox102"],
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  loader: { ".woff2": "file" },
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
});
const manifest = {};
for (const file of Object.keys(built.metafile.outputs)) {
  const name = basename(file).replace(/-[A-Z0-9]{8}(?=\.\w+$)/, "");
  if (!name.startsWith("chunk")) manifest[name] = basename(file);
}
const names = readFileSync(join(source, "ui/icons.txt"), "utf8").trim().split("\n");
named("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join("")}</svg>\n`);
named("mark.svg", readFileSync(join(source, "ui/mark.svg"), "utf8"));
for (const file of readdirSync(target).filter((name) => /\.(js|css|svg)$/.test(name))) {
  const bytes = readFileSync(join(target, file));
  writeFileSync(join(target, `${file}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  writeFileSync(join(target, `${file}.gz`), gzipSync(bytes, { level: 9 }));
}
writeFileSync(join(target, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
