// Compiles all pages of a folder: node tests/corpus/compile_mdx.mjs FOLDER, in a folder where
// `npm install @mdx-js/mdx` has run, or with its path in MDX.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const home = process.env.MDX ?? process.cwd();
const { compile } = await import(
  pathToFileURL(createRequire(join(home, "package.json")).resolve("@mdx-js/mdx"))
);
const folder = process.argv[2];
const pages = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".mdx"));
let invalid = 0;
for (const page of pages) {
  const text = readFileSync(join(folder, page), "utf8").replace(/^---\n[^]*?\n---\n/, "");
  try {
    await compile(text);
  } catch (error) {
    invalid += 1;
    console.log(`${page}: ${error.message}`);
  }
}
console.log(`${pages.length} pages, ${invalid} invalid`);
process.exit(invalid ? 1 : 0);
