/** A drawing of the network: the convolutional base block by block, and the head that comes after it. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import sharp from 'sharp';
import { checkKeys, checkModel } from '../check';
import { displayBundle } from '../notebook/display';
import { escapeHtml } from '../notebook/escape-html';
import { layerWords } from './layer-words';

/** One box of the drawing: what it is, and what it gives. */
export interface DiagramBox {
  title: string;
  lines: string[];
  /** What leaves the box, such as `4 x 4 x 512`. */
  shape: string;
  /** What is trained has another colour than the base; what is not built yet is dashed. */
  kind?: 'head' | 'to come';
}

const boxWidth = 112;
const boxHeight = 108;
const gap = 20;
const perRow = 6;

/** The options of `showNetwork`. */
export interface ShowNetworkOptions {
  /** `[height, width]` of the photos, from which the shapes follow. */
  inputSize: readonly [number, number];
  /** The head. @default a dashed box, as it is still to come */
  head?: LayersModel;
}

/**
 * Shows the network below the cell: the photo, the blocks of the base, and the layers of the head.
 *
 * @param base a network without its top, such as VGG16.
 * @param options `inputSize`: `[height, width]` of the photos; `head`: what comes after the base.
 * @throws LittleDataError where `base` or `head` is no model.
 * @example
 * ```ts
 * import { applications, buildHead, showNetwork } from 'little-data';
 * const base = await applications.VGG16();
 * const head = buildHead({ inputShape: [4, 4, 512], seed: 1 });
 * await showNetwork(base, { inputSize: [150, 150], head });
 * ```
 */
export async function showNetwork(base: LayersModel, options: ShowNetworkOptions): Promise<void> {
  checkKeys('showNetwork', options, ['inputSize', 'head']);
  checkModel('base', base);
  if (options.head !== undefined) checkModel('head', options.head);
  const boxes = networkBoxes(base, options);
  const svg = diagramSvg(boxes);
  const png = await sharp(Buffer.from(svg), { density: 144 }).png({ palette: true }).toBuffer();
  displayBundle({
    'image/svg+xml': svg,
    // JupyterLab draws SVG only in a notebook that it trusts.
    'image/png': png.toString('base64'),
    'text/plain': diagramText(boxes),
  });
}

/** The boxes of a drawing: one for the input, one per block of the base, one per layer of the head. */
export function networkBoxes(base: LayersModel, { inputSize, head }: ShowNetworkOptions): DiagramBox[] {
  const [height, width] = inputSize;
  const boxes: DiagramBox[] = [{ title: 'photo', lines: ['RGB'], shape: `${height} x ${width} x 3` }];
  let shape: Shape = [1, height, width, 3];
  const blocks = new Map<string, { layers: Layer[]; shape: Shape }>();
  for (const layer of base.layers) {
    const kind = layer.getClassName();
    if (kind === 'InputLayer') continue;
    // What is added to a layer's output has the same shape.
    if (kind !== 'Add') shape = layer.computeOutputShape(shape) as Shape;
    const name = /^block\d+|^[a-z]+/i.exec(layer.name)?.[0] ?? layer.name;
    blocks.set(name, { layers: [...(blocks.get(name)?.layers ?? []), layer], shape });
  }
  for (const [title, { layers, shape: own }] of blocks)
    boxes.push({ title, lines: blockLines(layers), shape: own.slice(1).join(' x ') });
  return [
    ...boxes,
    ...(head ? headBoxes(head) : [{ title: 'head', lines: [], shape: '', kind: 'to come' as const }]),
  ];
}

type Layer = LayersModel['layers'][number];
type Shape = number[];

/** `2 x Conv2D 3x3`, `MaxPooling2D`: the layers of a block that compute, those of one kind and size together. */
function blockLines(layers: readonly Layer[]): string[] {
  const counts = new Map<string, number>();
  for (const layer of layers) {
    const kind = layer.getClassName();
    if (/^(ReLU|Add|Activation|BatchNormalization|Dropout|ZeroPadding2D)$/.test(kind)) continue;
    const { kernelSize } = layer.getConfig() as { kernelSize?: number | number[] };
    const sides = [kernelSize ?? []].flat();
    const words = sides.length > 0 ? `${kind} ${sides[0]}x${sides.at(-1)}` : kind;
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].map(([words, n]) => (/Pooling|Dense/.test(words) ? words : `${n} x ${words}`));
}

function headBoxes(head: LayersModel): DiagramBox[] {
  return head.layers
    .map((layer) => ({ words: layerWords(layer), shape: layer.outputShape as (number | null)[] }))
    .filter(({ words }) => words.length > 0)
    .map(({ words: [title, ...lines], shape }) => ({
      ...{ title: title!, lines, kind: 'head' },
      shape: shape.slice(1).join(' x '),
    }));
}

/** The drawing in words, one box after the other. */
export function diagramText(boxes: readonly DiagramBox[]): string {
  return boxes
    .map(({ title, lines, shape, kind }) => {
      const detail = [...lines, shape].filter(Boolean).join(', ');
      return `${title}${detail && ` (${detail})`}${kind === 'to come' ? ' [to come]' : ''}`;
    })
    .join(' -> ');
}

/** The drawing as an SVG file's text; it has a background of its own, so that it can be read on a dark page. */
export function diagramSvg(boxes: readonly DiagramBox[]): string {
  const rows = Math.ceil(boxes.length / perRow);
  const width = perRow * (boxWidth + gap) + gap;
  const height = rows * (boxHeight + gap) + gap;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${escapeHtml(diagramText(boxes))}</title>`,
    `<rect width="${width}" height="${height}" rx="6" fill="#fbfbfa"/>`,
    ...boxes.map(boxSvg),
    '</svg>',
  ].join('\n');
}

function boxSvg({ title, lines, shape, kind }: DiagramBox, i: number): string {
  const [x, y] = [gap + (i % perRow) * (boxWidth + gap), gap + Math.floor(i / perRow) * (boxHeight + gap)];
  const [middle, centre] = [x + boxWidth / 2, y + boxHeight / 2];
  const toCome = kind === 'to come';
  const style = `${kind ? 'fill="#fff4e3" stroke="#c77700"' : 'fill="#e6f0fa" stroke="#2b6cb0"'}${
    toCome ? ' stroke-dasharray="5 3"' : ''
  }`;
  const words = [
    { text: title, extra: ' font-weight="bold"' },
    ...lines.map((text) => ({ text, extra: '' })),
    ...(shape ? [{ text: shape, extra: ' fill="#444"' }] : []),
    ...(toCome ? [{ text: 'to come', extra: ' fill="#8a5200" font-style="italic"' }] : []),
  ];
  const top = centre - ((words.length - 1) * 18) / 2 + 4;
  const arrow =
    i % perRow === 0
      ? ''
      : `<path d="M${x - gap + 3} ${centre}h${gap - 8}m-5 -4l5 4l-5 4" fill="none" stroke="#555"/>`;
  return [
    `<rect x="${x}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="5" ${style}/>`,
    arrow,
    ...words.map(
      ({ text, extra }, n) =>
        `<text x="${middle}" y="${top + n * 18}" text-anchor="middle"${extra}>${escapeHtml(text)}</text>`,
    ),
  ].join('');
}
