/** A cat's head, from the front and from the side, about 20 units in radius around its origin. */
import { type Coat, fur } from './coat';
import {
  type Colour,
  element,
  filled,
  lighter,
  line,
  mirrored,
  oval,
  type Pen,
  type Point,
  polygon,
  smooth,
} from './pen';

const white: Colour = { h: 0, s: 0, l: 97 };
const black: Colour = { h: 240, s: 10, l: 8 };
const pink: Colour = { h: 352, s: 45, l: 74 };

/** Looks at us; without `face` it is the back of the head. */
export function catHead(pen: Pen, coat: Coat, { face = true }: { face?: boolean } = {}): string {
  const { dice } = pen;
  const wide = dice.between(0.92, 1.12);
  const cheek = dice.between(17, 21) * wide;
  const skull = mirrored([
    [0, -16],
    [11 * wide, -14.5],
    [18 * wide, -5],
    [cheek, 5],
    [11 * wide, 14],
    [0, 17],
  ]);
  const height = dice.between(25, 32);
  const lean = dice.between(13, 19) * wide;
  const ear = (side: number): Point[] => [
    [-17.5 * wide * side, -4],
    [-lean * side, -height],
    [-3.5 * side, -14.5],
  ];
  const ears = [-1, 1].map((side) => earOf(ear(side), 3.5));
  const head = fur(pen, [...ears, skull], { coat, extent: [0, -2, 20, 18], pattern: headPattern(coat) });
  if (!face) return head;
  const inner = [-1, 1].map((side) =>
    filled(
      polygon(shrunk(ear(side), 0.55)),
      coat.silhouette ? coat.base : { ...pink, l: coat.base.l < 30 ? 42 : 70 },
    ),
  );
  if (coat.silhouette) return head + glowing(pen, coat);
  return [head, ...inner, mask(coat), forehead(pen, coat), eyes(pen, coat), snout(pen, coat)].join('');
}

/** Looks to the right. */
export function catProfile(pen: Pen, coat: Coat): string {
  const { dice } = pen;
  const snoutLength = dice.between(18.5, 21.5);
  const skull = smooth(
    [
      [-17, 1],
      [-11, -13],
      [1, -16.5],
      [11, -11],
      [15, -3],
      [snoutLength, 2],
      [snoutLength - 1, 7],
      [12, 12],
      [-1, 15.5],
      [-12, 12],
    ],
    { closed: true },
  );
  const tip = dice.between(25, 32);
  const far: Point[] = [
    [1, -13],
    [9, -tip + 1],
    [13, -9],
  ];
  const near: Point[] = [
    [-13, -9],
    [-6, -tip],
    [5, -14],
  ];
  const head = fur(pen, [earOf(far, 2), earOf(near, 3), skull], {
    coat,
    extent: [0, -2, 19, 17],
    pattern: headPattern(coat),
  });
  if (coat.silhouette) return head;
  const eye: Point = [9.5, -3.5];
  const closed = dice.chance(0.15);
  return [
    head,
    filled(polygon(shrunk(near, 0.5)), { ...pink, l: 66 }),
    filled(oval([15.5, 6.5], 5, 4.5), coat.pale, { 'fill-opacity': 0.85 }),
    closed
      ? line(
          [
            [6.5, -3],
            [9, -1.6],
            [12, -3],
          ],
          coat.line,
          1.2,
        )
      : filled(oval(eye, 3, 3.4), coat.iris) +
        filled(oval([10.6, -3.5], 0.9, 2.8), black) +
        filled(oval([10.6, -5], 0.7), white),
    filled(
      polygon([
        [snoutLength - 3.2, 1.4],
        [snoutLength + 0.8, 1.6],
        [snoutLength, 4.4],
      ]),
      coat.nose,
    ),
    line(
      [
        [snoutLength - 0.5, 4.6],
        [snoutLength - 3, 7.4],
        [snoutLength - 7, 7],
      ],
      coat.line,
      0.8,
    ),
    whiskers(pen, coat, { from: [snoutLength - 5, 6], side: -1 }),
  ].join('');
}

function eyes({ dice }: Pen, coat: Coat): string {
  const [apart, rx, ry] = [dice.between(7, 9), dice.between(3.6, 5), dice.between(3.2, 4.8)];
  const slant = dice.between(0, 18);
  const pupil = dice.between(0.7, rx * 0.8);
  const closed = dice.chance(0.12);
  const look = dice.between(-1, 1);
  return [-1, 1]
    .map((side) => {
      if (closed)
        return line(
          [
            [side * (apart - 4), -2],
            [side * apart, 0.4],
            [side * (apart + 4), -2],
          ],
          coat.line,
          1.2,
        );
      const [x, y] = [side * apart, -1.5];
      const turn = `rotate(${(-side * slant).toFixed(1)} ${x.toFixed(1)} ${y})`;
      const rim = filled(oval([x, y], rx + 0.7, ry + 0.7), lighter(coat.line, -4));
      const iris = filled(oval([x, y], rx, ry), coat.iris);
      const inside =
        filled(oval([x + look, y], pupil, ry * 0.92), black) + filled(oval([x + 1.2, y - 1.4], 0.9), white);
      return element('g', { transform: turn }, rim + iris) + inside;
    })
    .join('');
}

function snout(pen: Pen, coat: Coat): string {
  const { dice } = pen;
  const y = dice.between(4, 6);
  const pads = dice.chance(0.75)
    ? [-4, 4].map((x) => filled(oval([x, y + 4.5], 5.2, 4.2), coat.pale, { 'fill-opacity': 0.9 }))
    : [];
  const smile = line(
    [
      [-5.5, y + 5.5],
      [-3, y + 6.8],
      [0, y + 4],
      [3, y + 6.8],
      [5.5, y + 5.5],
    ],
    coat.line,
    0.9,
  );
  const tongue = dice.chance(0.08) ? filled(oval([0, y + 7.4], 1.8, 2.2), { h: 350, s: 65, l: 66 }) : '';
  const nose = filled(
    smooth(
      [
        [-2.7, y - 1],
        [2.7, y - 1],
        [0, y + 2.2],
      ],
      { closed: true },
    ),
    coat.nose,
  );
  const sides = [-1, 1].map((side) => whiskers(pen, coat, { from: [side * 6, y + 4], side }));
  return [...pads, tongue, smile, nose, ...sides].join('');
}

function whiskers({ dice }: Pen, coat: Coat, { from: [x, y], side }: { from: Point; side: number }): string {
  const length = dice.between(11, 20);
  const colour = coat.base.l > 60 ? { h: 30, s: 10, l: 35 } : white;
  return [-3, 0.5, 4]
    .map((fall) =>
      line(
        [
          [x, y + fall * 0.25],
          [x + side * length * 0.6, y + fall * 0.7],
          [x + side * length, y + fall * 1.7],
        ],
        colour,
        0.55,
        0.85,
      ),
    )
    .join('');
}

function forehead({ dice }: Pen, coat: Coat): string {
  if (coat.pattern === 'stripes')
    return [-6, -2, 2, 6]
      .map((x) =>
        line(
          [
            [x, -15],
            [x * 0.7, -11],
            [x * 0.8, -7.5],
          ],
          coat.marking,
          1.7,
          0.85,
        ),
      )
      .join('');
  if (coat.pattern !== 'plain' && dice.chance(0.5))
    return filled(
      polygon([
        [-2.5, -15],
        [2.5, -15],
        [5, 10],
        [-5, 10],
      ]),
      coat.pale,
      { 'fill-opacity': 0.9 },
    );
  return '';
}

function mask(coat: Coat): string {
  return coat.pattern === 'mask' ? filled(oval([0, 4], 12, 10), coat.marking, { 'fill-opacity': 0.75 }) : '';
}

function glowing({ dice }: Pen, coat: Coat): string {
  if (dice.chance(0.3)) return '';
  return [-8, 8]
    .map(
      (x) =>
        filled(oval([x, -1.5], 3.4, 3), lighter(coat.iris, 12)) + filled(oval([x, -1.5], 0.9, 2.8), black),
    )
    .join('');
}

function headPattern(coat: Coat): Coat['pattern'] {
  return coat.pattern === 'patches' || coat.pattern === 'spots' ? coat.pattern : 'plain';
}

/** The ear's outline: sides a little curved outwards. */
function earOf([outer, tip, inner]: Point[], bulge: number): string {
  const middle = (a: Point, b: Point, by: number): string =>
    `${((a[0] + b[0]) / 2 + by).toFixed(1)} ${((a[1] + b[1]) / 2 - 1).toFixed(1)}`;
  const out = Math.sign(outer![0] - inner![0]) * bulge;
  return `M${outer!.join(' ')}Q${middle(outer!, tip!, out)} ${tip!.join(' ')}Q${middle(tip!, inner!, -out * 0.6)} ${inner!.join(' ')}L0 -4Z`;
}

/** The triangle around the same middle, `by` times as large. */
function shrunk(triangle: Point[], by: number): Point[] {
  const [x, y] = [0, 1].map((i) => triangle.reduce((sum, point) => sum + point[i]!, 0) / 3) as [
    number,
    number,
  ];
  return triangle.map((point) => [x + (point[0] - x) * by, y + (point[1] - y) * by]);
}
