/** A map of photos as a Vega-Lite specification. */
import path from 'node:path';
import { checkInteger, checkKeys, problem, show } from '../check';
import { evenly } from '../notebook/evenly';
import type { ChartSpec } from './chart';
import { acrossColour, chartConfig, colours, windowWidth } from './curves';

/** A photo on a map: plain data. */
export interface MappedPhoto {
  /** The photo's row in the features. */
  row: number;
  /** Its place, without a unit: only distances between near photos mean something. */
  x: number;
  /** Its place from below. */
  y: number;
  /** The photo's path; missing where nothing is known of the features' photos. */
  file?: string;
  /** The class of its label. */
  trueClass: string;
  /** The class that a head predicts; missing without predictions. */
  predictedClass?: string;
  /** Whether the prediction is wrong; missing without predictions. */
  wrong?: boolean;
  /** A small picture of it as a data address, for some of the photos. */
  image?: string;
}

/** What `plotPhotoMap` draws: `photoMap` gives it. */
export interface PlottedPhotoMap {
  /** The photos in the order of their rows. */
  points: readonly MappedPhoto[];
  /** The classes in the order of their labels. */
  classNames: readonly string[];
}

/** The options of `plotPhotoMap`. */
export interface PlotPhotoMapOptions {
  /** At most so many photos are drawn: the wrong ones, and of the others some, evenly chosen. @default 5000 */
  mostPoints?: number;
}

/**
 * A map of photos as a Vega-Lite 5 specification (plain JSON): a point for each photo, coloured by its true class; wrong predictions are
 * crosses. The tooltip has the photo's name, its classes, and its picture where it has one. Drag and Shift with the wheel zoom; a
 * double click goes back.
 *
 * @param map what `photoMap` gave.
 * @param options `mostPoints` (5000).
 * @returns the specification, which `showChart` draws.
 * @throws LittleDataError where it is no map.
 * @example
 * ```ts
 * import { plotPhotoMap, showChart } from 'little-data';
 * const points = [{ row: 0, x: 1, y: 2, trueClass: 'cats', predictedClass: 'dogs', wrong: true }];
 * await showChart(plotPhotoMap({ points, classNames: ['cats', 'dogs'] }));
 * ```
 */
export function plotPhotoMap(map: PlottedPhotoMap, options: PlotPhotoMapOptions = {}): ChartSpec {
  checkKeys('plotPhotoMap', options, ['mostPoints']);
  const most = checkInteger('mostPoints', options.mostPoints ?? 5000, { min: 1 });
  const { points, classNames } = checkMap(map);
  const shown = wrongFirst(points, most);
  const predicted = points.some(({ wrong }) => wrong !== undefined);
  const count = shown.length < points.length ? `${shown.length} of ${points.length}` : String(points.length);
  const wrong = points.filter((point) => point.wrong).length;
  const title = `map of ${count} photos`;
  const fewer = classNames.length <= colours.length;
  const place = (field: string) => ({
    field,
    type: 'quantitative',
    axis: null,
    scale: { zero: false, padding: 12 },
  });
  const drawn = (filter: string, tooltip: object[]) => ({
    transform: [{ filter }],
    // Words for each point would make the chart several times as large.
    mark: { type: 'point', filled: true, aria: false },
    encoding: { ...(predicted && { shape, size }), tooltip },
  });
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    // On a canvas thousands of points move at once; as SVG each of them is an element of the page.
    usermeta: { embedOptions: { renderer: 'canvas' } },
    title,
    description: `${title} of ${classNames.length} classes${predicted ? `, ${wrong} of them predicted wrong` : ''}: near ones look alike to the base`,
    ...{ width: 560, height: 420, params: [windowWidth(560)], config: chartConfig },
    data: { values: shown.map(pointOf) },
    encoding: {
      ...{ x: place('x'), y: place('y') },
      color: {
        ...{ field: 'trueClass', type: 'nominal', title: null },
        scale: { domain: classNames, ...(fewer ? { range: colours } : { scheme: 'tableau20' }) },
        legend: { columns: 4, symbolType: 'circle' },
      },
      opacity: { value: 1 },
    },
    layer: [
      {
        params: [
          { name: 'zoom', bind: 'scales', select: { type: 'interval', zoom: 'wheel![event.shiftKey]' } },
        ],
        ...drawn('!datum.image', words(predicted)),
      },
      // JupyterLab shows the field of this name as a picture. A layer of its own: a photo without one would have a broken one.
      drawn('datum.image', [{ field: 'image', type: 'nominal' }, ...words(predicted)]),
    ],
  };
}

/** At most `count` of the photos, in their order: the wrong ones, and evenly chosen ones of the rest. */
export function wrongFirst(points: readonly MappedPhoto[], count: number): MappedPhoto[] {
  const wrong = evenly(
    points.filter((point) => point.wrong),
    count,
  );
  const others = evenly(
    points.filter((point) => !point.wrong),
    count - wrong.length,
  );
  return [...wrong, ...others].sort((a, b) => a.row - b.row);
}

const states = ['right', 'wrong'];
const shape = {
  ...{ field: 'state', type: 'nominal', title: null },
  scale: { domain: states, range: ['circle', 'cross'] },
  // Black by itself, on a dark page too.
  legend: { symbolFillColor: acrossColour, symbolStrokeColor: acrossColour },
};
const size = { condition: { test: `datum.state === '${states[1]}'`, value: 110 }, value: 25 };

/** What is known of a photo besides its picture. */
function words(predicted: boolean): object[] {
  const known = { name: 'photo', trueClass: 'true class', ...(predicted && { predictedClass: 'predicted' }) };
  return Object.entries(known).map(([field, title]) => ({ field, type: 'nominal', title }));
}

/** A point as the specification holds it: short, for there may be thousands. */
function pointOf({ row, file, x, y, trueClass, predictedClass, wrong, image }: MappedPhoto): object {
  return {
    ...{ x: Number(x.toFixed(3)), y: Number(y.toFixed(3)), trueClass },
    name: file === undefined ? `row ${row}` : path.basename(file),
    ...(wrong !== undefined && { predictedClass, state: states[Number(wrong)] }),
    ...(image !== undefined && { image }),
  };
}

function checkMap(map: PlottedPhotoMap): PlottedPhotoMap {
  const { points, classNames } = Object(map) as Partial<PlottedPhotoMap>;
  const isPlaced = (point: unknown) => Number.isFinite(Object(point).x) && Number.isFinite(Object(point).y);
  if (Array.isArray(points) && Array.isArray(classNames) && points.every(isPlaced)) return map;
  throw problem({
    where: '`map`',
    expected: '`points` with `x` and `y`, and `classNames`',
    found: show(map),
    next: 'Pass what photoMap gave.',
  });
}
