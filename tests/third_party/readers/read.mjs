// Reads signed files with readers that share no code with the plugin: read.mjs FOLDER
// What lies in FOLDER/whole must be valid, what lies in FOLDER/touched must not.
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Reader } from '@contentauth/c2pa-node';
import { BMFF, JPEG, PNG } from '@trustnxt/c2pa-ts/asset';
import { SuperBox } from '@trustnxt/c2pa-ts/jumbf';
import { ManifestStore, ValidationResult } from '@trustnxt/c2pa-ts/manifest';

const MIMES = { '.avif': 'image/avif', '.jpg': 'image/jpeg', '.png': 'image/png', '.webp': 'image/webp' };

// Pure TypeScript, of the specification 2.1; says nothing about trust.
async function byTypeScript(bytes) {
  const kind = [JPEG, PNG, BMFF].find((kind) => kind.canRead(bytes));
  if (!kind) return null; // it knows no WebP
  try {
    const asset = new kind(bytes);
    const result = await ManifestStore.read(SuperBox.fromBuffer(asset.getManifestJUMBF())).validate(asset);
    return result.isValid;
  } catch (error) {
    return ValidationResult.fromError(error).isValid;
  }
}

// c2pa-rs 0.82.1, nine versions older than the one that signs.
async function byOlderLibrary(bytes, mime) {
  try {
    const reader = await Reader.fromAsset({ buffer: bytes, mimeType: mime });
    return ['Valid', 'Trusted'].includes(reader.json().validation_state);
  } catch {
    return false;
  }
}

let read = 0;
let faults = 0;
for (const [folder, expected] of [['whole', true], ['touched', false]]) {
  const place = join(process.argv[2], folder);
  for (const name of (await readdir(place)).sort()) {
    const bytes = await readFile(join(place, name));
    const found = {
      'c2pa-ts': await byTypeScript(bytes),
      'c2pa-node': await byOlderLibrary(bytes, MIMES[extname(name)]),
    };
    for (const [reader, valid] of Object.entries(found)) {
      if (valid === null) continue;
      read += 1;
      if (valid === expected) continue;
      faults += 1;
      console.log(`${folder}/${name} is ${valid ? 'valid' : 'invalid'} to ${reader}, and should not be`);
    }
  }
}
console.log(`${read} readings, ${faults} wrong`);
process.exit(faults || !read ? 1 : 0);
