/** The coat: its colours and pattern, and how a part of the body is painted with it. */
import { type Colour, css, element, filled, lighter, line, oval, type Pen, type Point } from './pen';

/** The two kinds. */
export type Kind = 'cat' | 'dog';

/** How one animal is coloured and painted. */
export interface Coat {
  base: Colour;
  /** Stripes, patches, ears, mask. */
  marking: Colour;
  /** Muzzle, chest, paws. */
  pale: Colour;
  line: Colour;
  nose: Colour;
  iris: Colour;
  pattern: 'plain' | 'stripes' | 'patches' | 'spots' | 'mask';
  /** Width of the outline, 0 for none. */
  outline: number;
  /** Strength of light and shadow on the body, 0 to 1. */
  shading: number;
  /** Number of strokes of hair on a body of common size. */
  hairs: number;
  /** A shape against the light: no pattern, no face but the eyes. */
  silhouette: boolean;
  collar: Colour | undefined;
}

/** Any coat may be of either kind, but not as often: `cats` and `dogs` are weights. */
const bases: { colour: Colour; cats: number; dogs: number }[] = [
  { colour: { h: 28, s: 70, l: 58 }, cats: 3, dogs: 1 },
  { colour: { h: 36, s: 60, l: 72 }, cats: 1, dogs: 3 },
  { colour: { h: 24, s: 45, l: 38 }, cats: 1, dogs: 3 },
  { colour: { h: 18, s: 40, l: 25 }, cats: 1, dogs: 2 },
  { colour: { h: 220, s: 8, l: 50 }, cats: 4, dogs: 1 },
  { colour: { h: 215, s: 12, l: 36 }, cats: 3, dogs: 1 },
  { colour: { h: 30, s: 8, l: 64 }, cats: 3, dogs: 1 },
  { colour: { h: 30, s: 10, l: 17 }, cats: 1, dogs: 1 },
  { colour: { h: 40, s: 25, l: 90 }, cats: 1, dogs: 2 },
  { colour: { h: 33, s: 35, l: 50 }, cats: 1, dogs: 3 },
];

/** A coat of either kind: cats are more often grey or ginger and striped, dogs brown, spotted or patched. */
export function makeCoat(kind: Kind, { dice }: Pen): Coat {
  const found = bases[Number(dice.weighted(weightsFor(kind)))]!.colour;
  const base = {
    h: found.h + dice.between(-6, 6),
    s: found.s * dice.between(0.75, 1.1),
    l: found.l + dice.between(-6, 6),
  };
  const dark = base.l < 30;
  const marking = dice.pick([
    lighter(base, dark ? 22 : -22),
    lighter(base, dark ? 30 : -32),
    { h: 25, s: 20, l: dark ? 92 : 16 },
    { h: 28, s: 62, l: dark ? 55 : 46 },
  ]);
  const pale = dice.chance(0.65) ? { h: 38, s: 30, l: 92 } : lighter(base, 14);
  const line = dice.chance(0.7) ? lighter(base, base.l > 35 ? -34 : -14) : { h: 20, s: 20, l: 10 };
  const cat = kind === 'cat';
  return {
    base,
    marking,
    pale,
    line,
    nose: cat && dice.chance(0.7) ? { h: 352, s: 50, l: 66 } : { h: 20, s: 15, l: dice.between(8, 24) },
    iris: dice.pick<Colour>(
      cat
        ? [
            { h: 75, s: 60, l: 52 },
            { h: 105, s: 45, l: 48 },
            { h: 45, s: 80, l: 52 },
            { h: 205, s: 60, l: 62 },
            { h: 30, s: 65, l: 40 },
          ]
        : [
            { h: 25, s: 55, l: 22 },
            { h: 28, s: 60, l: 32 },
            { h: 35, s: 65, l: 42 },
            { h: 205, s: 50, l: 62 },
          ],
    ),
    pattern: dice.weighted(
      cat
        ? { plain: 3, stripes: 12, patches: 2, spots: 0.5, mask: 2 }
        : { plain: 5, stripes: 0.5, patches: 6, spots: 4, mask: 3 },
    ),
    outline: dice.chance(0.6) ? dice.between(0.5, 1.7) : 0,
    shading: dice.between(0.15, 0.9),
    hairs: dice.chance(0.45) ? dice.between(60, 220) : 0,
    silhouette: false,
    collar: dice.chance(0.4) ? { h: dice.between(0, 360), s: 65, l: 48 } : undefined,
  };
}

function weightsFor(kind: Kind): Record<string, number> {
  return Object.fromEntries(bases.map(({ cats, dogs }, i) => [i, kind === 'cat' ? cats : dogs]));
}

/** The coat against the light: everything in one dark colour. */
export function silhouetteOf(coat: Coat, colour: Colour): Coat {
  return {
    ...coat,
    base: colour,
    marking: colour,
    pale: colour,
    line: colour,
    nose: colour,
    outline: 0,
    hairs: 0,
    shading: 0,
    silhouette: true,
  };
}

/**
 * Paints path data `parts` as one body: outlined around their union, with pattern, hair and shadow inside it.
 * `extent` is the middle and half the width and height of what is painted.
 */
export function fur(
  pen: Pen,
  parts: readonly string[],
  {
    coat,
    extent,
    colour = coat.base,
    pattern = coat.pattern,
  }: { coat: Coat; extent: [number, number, number, number]; colour?: Colour; pattern?: Coat['pattern'] },
): string {
  const around = coat.outline
    ? parts.map((d) =>
        element('path', {
          d,
          stroke: css(coat.line),
          'stroke-width': coat.outline * 2,
          'stroke-linejoin': 'round',
        }),
      )
    : [];
  const shapes = parts.map((d) => filled(d, colour));
  if (coat.silhouette) return shapes.join('');
  const clip = pen.define((id) =>
    element('clipPath', { id }, parts.map((d) => element('path', { d })).join('')),
  );
  const inside = [
    markings(pen, { coat, extent, pattern }),
    hairs(pen, { coat, extent, colour }),
    shadow(pen, { coat, extent }),
  ];
  return [...around, ...shapes, element('g', { 'clip-path': clip }, inside.join(''))].join('');
}

type Painted = { coat: Coat; extent: [number, number, number, number] };

function markings(
  { dice }: Pen,
  { coat, extent: [x, y, rx, ry], pattern }: Painted & { pattern: Coat['pattern'] },
): string {
  const somewhere = (): Point => [x + dice.between(-rx, rx), y + dice.between(-ry, ry)];
  const drawn: string[] = [];
  if (pattern === 'stripes') {
    const step = dice.between(4.5, 8);
    for (let along = x - rx; along < x + rx; along += step * dice.between(0.7, 1.3)) {
      const top = y - ry - 2;
      const reach = ry * dice.between(0.6, 1.5);
      const bend = dice.between(-5, 5);
      drawn.push(
        line(
          [
            [along, top],
            [along + bend, top + reach / 2],
            [along + bend / 3, top + reach],
          ],
          coat.marking,
          dice.between(1.2, 3),
          0.75,
        ),
      );
    }
  }
  if (pattern === 'patches')
    for (let i = 0; i < 4; i++)
      drawn.push(
        filled(oval(somewhere(), rx * dice.between(0.2, 0.5), ry * dice.between(0.3, 0.7)), coat.marking),
      );
  if (pattern === 'spots')
    for (let i = 0; i < 30; i++)
      drawn.push(filled(oval(somewhere(), dice.between(0.8, 2.6), dice.between(0.8, 2.4)), coat.marking));
  return drawn.join('');
}

function hairs(
  { dice }: Pen,
  { coat, extent: [x, y, rx, ry], colour }: Painted & { colour: Colour },
): string {
  const number = Math.min(coat.hairs, (coat.hairs * rx * ry) / 500);
  let [light, dark] = ['', ''];
  for (let i = 0; i < number; i++) {
    const [fromX, fromY] = [x + dice.between(-rx, rx), y + dice.between(-ry, ry)];
    const stroke = `M${fromX.toFixed(1)} ${fromY.toFixed(1)}l${dice.between(-2.5, 1).toFixed(1)} ${dice.between(1.5, 4.5).toFixed(1)}`;
    if (i % 2) light += stroke;
    else dark += stroke;
  }
  const draw = (d: string, by: number) =>
    d
      ? element('path', { d, stroke: css(lighter(colour, by)), 'stroke-width': 0.6, 'stroke-opacity': 0.6 })
      : '';
  return draw(light, 14) + draw(dark, -12);
}

function shadow(pen: Pen, { coat, extent: [x, y, rx, ry] }: Painted): string {
  const strength = coat.shading * 0.55;
  const gradient = pen.define((id) =>
    element(
      'linearGradient',
      { id, x1: 0, y1: 0, x2: pen.dice.between(-0.5, 0.5), y2: 1 },
      element('stop', { offset: 0, 'stop-color': '#fff', 'stop-opacity': strength * 0.45 }) +
        element('stop', { offset: 0.45, 'stop-color': '#000', 'stop-opacity': 0 }) +
        element('stop', { offset: 1, 'stop-color': '#100820', 'stop-opacity': strength }),
    ),
  );
  return element('rect', {
    x: x - rx - 8,
    y: y - ry - 8,
    width: 2 * rx + 16,
    height: 2 * ry + 16,
    fill: gradient,
  });
}
