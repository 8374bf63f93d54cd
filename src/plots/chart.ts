/** Draws a Vega-Lite specification: natively where the front end knows Vega, as SVG elsewhere. */
import type { View as VegaView } from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import { checkKeys } from '../check';
import { LiveDisplay, type MimeBundle } from '../notebook/display';
import { escapeHtml } from '../notebook/escape-html';

/** A Vega-Lite 5 specification: plain JSON. */
export type ChartSpec = Record<string, unknown>;

/** A layer of this name answers a pointer: pictures do without it. */
export const pointerLayer = 'pointer';

/** The options of `showChart`. */
export interface ShowChartOptions {
  /** The output to show it in: the same one again replaces the chart in place. @default a new one */
  display?: LiveDisplay;
}

/**
 * Shows a chart below the cell: JupyterLab draws the specification itself, other viewers get the SVG.
 * Pass the same `display` again to replace the chart in place.
 *
 * @param spec what `plotHistory` gave, or any Vega-Lite 5 specification.
 * @param options `display`: the output to show it in.
 * @example
 * ```ts
 * import { plotHistory, showChart } from 'little-data';
 * await showChart(plotHistory({ history: { acc: [0.7, 0.9], val_acc: [0.6, 0.8] } }));
 * ```
 */
export async function showChart(spec: ChartSpec, options: ShowChartOptions = {}): Promise<void> {
  checkKeys('showChart', options, ['display']);
  const { display = new LiveDisplay() } = options;
  display.show(await chartBundle(spec));
}

/** The chart as one bundle: `application/vnd.vegalite.v5+json` (object), `image/svg+xml` and `text/plain` (strings). */
export async function chartBundle(spec: ChartSpec): Promise<MimeBundle> {
  return {
    'application/vnd.vegalite.v5+json': spec,
    'image/svg+xml': await chartSvg(spec),
    'text/plain': `Chart: ${wordsFor(spec)}`,
  };
}

/**
 * The chart as an SVG picture.
 *
 * @param spec what `plotHistory` gave, or any Vega-Lite 5 specification; it is left as it is.
 * @returns the text of the SVG file.
 * @example
 * ```ts
 * import { chartSvg, plotHistory } from 'little-data';
 *
 * const history = { acc: [0.7, 0.9], val_acc: [0.6, 0.8] };
 * console.log(await chartSvg(plotHistory({ history })));
 * ```
 */
export async function chartSvg(spec: ChartSpec): Promise<string> {
  // Loaded when the first chart is drawn: it takes longer than all else in this package's import.
  const { compile } = require('vega-lite') as typeof import('vega-lite');
  const vega = require('vega') as typeof import('vega');
  // Vega writes a mark of its own into each row of data: it gets a copy.
  const compiled = compile(forPicture(structuredClone(spec)) as unknown as TopLevelSpec).spec;
  const view: VegaView = new vega.View(vega.parse(compiled), {
    renderer: 'none',
  });
  try {
    return withWords(await view.toSVG(), wordsFor(spec));
  } finally {
    view.finalize();
  }
}

/** Without what answers a pointer, which a picture would hold unseen, and at its own width. */
function forPicture(spec: ChartSpec): ChartSpec {
  const { layer, params } = spec as { layer?: { name?: string }[]; params?: { name: string }[] };
  return {
    ...spec,
    ...(layer && { layer: layer.filter(({ name }) => name !== pointerLayer) }),
    ...(params && { params: params.filter(({ name }) => name !== 'width') }),
  };
}

/** What the chart shows, for people who can't see it; JupyterLab's own drawing takes the specification's `description`. */
function wordsFor({ description, title }: ChartSpec): string {
  return String(description ?? title ?? 'without a title');
}

function withWords(svg: string, words: string): string {
  return svg.replace(
    /^<svg ([^>]*)>/,
    (_, attributes) => `<svg role="img" ${attributes}><title>${escapeHtml(words)}</title>`,
  );
}
