/**
 * Draws docs/images/accuracy.png, the README's picture: the chart that compares both preprocessings, as it stands in an
 * executed notebook. `node scripts/picture.mjs [notebook] [picture]`; default: the committed notebook.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { projectRoot } from './setup/context.mjs';

const require = createRequire(import.meta.url);
require('tsx/cjs');
const sharp = require('sharp');
const { chartSvg } = require('../src/plots/chart.ts');

const [
  notebook = path.join(projectRoot, 'notebooks', '01-image-classification-with-little-data.ipynb'),
  picture = path.join(projectRoot, 'docs', 'images', 'accuracy.png'),
] = process.argv.slice(2);

const spec = comparison(JSON.parse(fs.readFileSync(notebook, 'utf8')));
if (spec) {
  const svg = await chartSvg({ ...spec, width: 520, height: 300, background: 'white' });
  fs.mkdirSync(path.dirname(picture), { recursive: true });
  // 144 dots an inch: twice as many pixels as the SVG has, for screens that show them.
  await sharp(Buffer.from(svg), { density: 144 })
    .withExif({ IFD0: { ImageDescription: `chart ${digestOf(spec)}` } })
    .png({ palette: true })
    .toFile(picture);
  console.log(`${path.relative(process.cwd(), picture)}: ${spec.description}`);
} else {
  console.error(`${notebook} holds no chart of several runs. Execute it first: npm run notebooks`);
  process.exitCode = 1;
}

/** Stands in the picture, so that it can be told which chart it shows. */
function digestOf(chart) {
  return createHash('sha256').update(JSON.stringify(chart)).digest('hex');
}

/** The last chart of accuracies that has more than one run in it. */
function comparison({ cells }) {
  const charts = cells
    .flatMap(({ outputs = [] }) => outputs)
    .map(({ data }) => data?.['application/vnd.vegalite.v5+json'])
    .filter((chart) => chart?.title === 'model accuracy' && runsOf(chart).size > 1);
  return charts.at(-1);
}

function runsOf({ layer }) {
  return new Set(layer.flatMap(({ data }) => data?.values ?? []).flatMap(({ run }) => run ?? []));
}
