// Writes what the pages of a site say in JSON-LD as TypeScript, for `tsc --strict` and schema-dts: types.mjs SITE FOLDER
// FOLDER/pages.ts must hold; FOLDER/typo.ts, the same with one property misspelled, must not.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const SCRIPT = /<script type="application\/ld\+json">(.*?)<\/script>/gs;

const [site, folder] = process.argv.slice(2);
const names = (await readdir(site, { recursive: true })).filter((name) => name.endsWith('.html')).sort();
const lines = ["import type { Graph, Thing, WithContext } from 'schema-dts';", 'export default ['];
let graphs = 0;
for (const name of names) {
  const page = await readFile(join(site, name), 'utf8');
  for (const [, text] of page.matchAll(SCRIPT)) {
    const document = JSON.parse(text);
    const type = '@graph' in document ? 'Graph' : 'WithContext<Thing>';
    // tsc looks for unknown properties in literals only, so the text itself stands there.
    lines.push(`  // ${name}`, `  ${JSON.stringify(document)} satisfies ${type},`);
    graphs += 1;
  }
}
const text = [...lines, '];', ''].join('\n');
await writeFile(join(folder, 'pages.ts'), text);
await writeFile(join(folder, 'typo.ts'), text.replace('"creditText"', '"creditTxt"'));
console.log(`${names.length} pages, ${graphs} with structured data`);
process.exit(graphs ? 0 : 1);
