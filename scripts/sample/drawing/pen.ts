/** What every drawing is made with: dice for the choices, colours, outlines as SVG path data. */
import type { Random } from '../../../src/random';

/** `[x, y]` in the units of the group that is drawn in; y grows downwards. */
export type Point = readonly [number, number];

/** Hue in degrees, saturation and lightness in percent. */
export interface Colour {
  h: number;
  s: number;
  l: number;
}

/** The choices of one picture, all taken from one generator. */
export interface Dice {
  /** A number in `[low, high)`. */
  between(low: number, high: number): number;
  /** True with this probability (0 to 1). */
  chance(probability: number): boolean;
  /** One of the list, each as likely as the others. */
  pick<T>(list: readonly T[]): T;
  /** One of the names, as likely as its number says beside the sum of all. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
}

/** The dice, and the definitions (clips, gradients, filters) that the picture needs. */
export interface Pen {
  dice: Dice;
  definitions: string[];
  /** Adds a definition under a new id; returns `url(#id)`. */
  define(make: (id: string) => string): string;
}

/** A pen whose choices come from `random`, numbers in [0, 1). */
export function makePen(random: Random): Pen {
  const definitions: string[] = [];
  const dice: Dice = {
    between: (low, high) => low + random() * (high - low),
    chance: (probability) => random() < probability,
    pick: (list) => list[Math.floor(random() * list.length)]!,
    weighted: (weights) => {
      const names = Object.keys(weights) as (keyof typeof weights)[];
      let left = random() * names.reduce((sum, name) => sum + weights[name], 0);
      const chosen = names.find((name) => {
        left -= weights[name];
        return left < 0;
      });
      return chosen ?? names[names.length - 1]!;
    },
  };
  const define = (make: (id: string) => string) => {
    const id = `d${definitions.length}`;
    definitions.push(make(id));
    return `url(#${id})`;
  };
  return { dice, definitions, define };
}

/** A colour as SVG takes it. */
export function css({ h, s, l }: Colour): string {
  return `hsl(${round(((h % 360) + 360) % 360)},${round(limit(s))}%,${round(limit(l))}%)`;
}

/** The same colour, lighter by `by` percent (darker where negative). */
export function lighter(colour: Colour, by: number): Colour {
  return { ...colour, l: limit(colour.l + by) };
}

/** One element; attributes are named as in SVG, numbers are rounded. */
export function element(name: string, attributes: Record<string, string | number>, inside = ''): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : value}"`,
  );
  return inside ? `<${name}${written.join('')}>${inside}</${name}>` : `<${name}${written.join('')}/>`;
}

/** A path that is filled with `colour`. */
export function filled(d: string, colour: Colour, more: Record<string, string | number> = {}): string {
  return element('path', { d, fill: css(colour), ...more });
}

/** A line along `points`, with round ends. */
export function line(points: readonly Point[], colour: Colour, width: number, opacity = 1): string {
  return element('path', {
    d: smooth(points),
    fill: 'none',
    stroke: css(colour),
    'stroke-width': width,
    'stroke-linecap': 'round',
    'stroke-opacity': opacity,
  });
}

/** Path data of an ellipse. */
export function oval([x, y]: Point, rx: number, ry = rx): string {
  const arc = `A${round(rx)} ${round(ry)} 0 1 1`;
  return `M${at([x - rx, y])}${arc} ${at([x + rx, y])}${arc} ${at([x - rx, y])}Z`;
}

/** Path data of straight lines through `points`, closed. */
export function polygon(points: readonly Point[]): string {
  return `M${points.map(at).join('L')}Z`;
}

/** Path data of a rectangle. */
export function box(x: number, y: number, width: number, height: number): string {
  return polygon([
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ]);
}

/** Path data of a curve through `points` (Catmull-Rom, written as cubic Bezier curves). */
export function smooth(points: readonly Point[], { closed = false }: { closed?: boolean } = {}): string {
  const count = points.length;
  const point = (i: number) =>
    closed ? points[(i + count) % count]! : points[Math.min(Math.max(i, 0), count - 1)]!;
  let d = `M${at(point(0))}`;
  for (let i = 0; i < (closed ? count : count - 1); i++) {
    const [before, from, to, after] = [point(i - 1), point(i), point(i + 1), point(i + 2)];
    const leaving: Point = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6];
    const arriving: Point = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6];
    d += `C${at(leaving)} ${at(arriving)} ${at(to)}`;
  }
  return closed ? `${d}Z` : d;
}

/** Path data of a closed curve through `points` and, backwards, through their mirror images (x becomes -x). */
export function mirrored(points: readonly Point[]): string {
  const back = points.filter(([x]) => x !== 0).map(([x, y]): Point => [-x, y]);
  return smooth([...points, ...back.reverse()], { closed: true });
}

/** Path data of a limb along `points`, as wide at each of them as `widths` says, with round ends. */
export function tube(points: readonly Point[], widths: readonly number[]): string {
  const left: Point[] = [];
  const right: Point[] = [];
  points.forEach(([x, y], i) => {
    const from = points[Math.max(i - 1, 0)]!;
    const to = points[Math.min(i + 1, points.length - 1)]!;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
    const half = (widths[i] ?? widths[widths.length - 1]!) / 2;
    const across: Point = [(-(to[1] - from[1]) / length) * half, ((to[0] - from[0]) / length) * half];
    left.push([x - across[0], y - across[1]]);
    right.push([x + across[0], y + across[1]]);
  });
  const last = widths[points.length - 1] ?? widths[widths.length - 1]!;
  const caps = [oval(points[0]!, widths[0]! / 2), oval(points[points.length - 1]!, last / 2)];
  return `${smooth([...left, ...right.reverse()], { closed: true })}${caps.join('')}`;
}

/** Moves, turns (degrees, clockwise), scales and, with `flip`, mirrors what is `inside`. */
export function placed(
  inside: string,
  {
    x = 0,
    y = 0,
    turn = 0,
    scale = 1,
    flip = false,
  }: { x?: number; y?: number; turn?: number; scale?: number; flip?: boolean },
): string {
  const moves = `translate(${at([x, y])}) rotate(${round(turn)}) scale(${round(flip ? -scale : scale)} ${round(scale)})`;
  return element('g', { transform: moves }, inside);
}

function at([x, y]: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function limit(percent: number): number {
  return Math.min(Math.max(percent, 0), 100);
}
