/** `npm run convolution`: assembles `src/images/convolution.wat` and writes it as text into `convolution-code.ts` beside it. */
import fs from 'node:fs';
import path from 'node:path';
import wabt from 'wabt';

const folder = path.join(path.dirname(import.meta.dirname), 'src', 'images');

/** What `convolution-code.ts` should hold. */
export async function convolutionCode() {
  const { parseWat } = await wabt();
  const source = fs.readFileSync(path.join(folder, 'convolution.wat'), 'utf8');
  const module = parseWat('convolution.wat', source, { simd: true });
  const bytes = Buffer.from(module.toBinary({}).buffer);
  const lines = bytes.toString('base64').match(/.{1,100}/g) ?? [];
  return `/** What \`npm run convolution\` makes of \`convolution.wat\`: WebAssembly in base64. */
export const convolutionCode = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;
}

if (process.argv[1] === import.meta.filename)
  fs.writeFileSync(path.join(folder, 'convolution-code.ts'), await convolutionCode());
