/** A dog's head, from the front and from the side, about 20 units in radius around its origin. */
import { type Coat, fur } from './coat';
import {
  type Colour,
  filled,
  lighter,
  line,
  mirrored,
  oval,
  type Pen,
  type Point,
  smooth,
  tube,
} from './pen';

/** How a dog carries its ears. */
type Ears = 'floppy' | 'long' | 'upright' | 'folded';

const white: Colour = { h: 0, s: 0, l: 97 };
const black: Colour = { h: 20, s: 20, l: 7 };
const red: Colour = { h: 352, s: 65, l: 64 };

/** Looks at us; without `face` it is the back of the head. */
export function dogHead(pen: Pen, coat: Coat, { face = true }: { face?: boolean } = {}): string {
  const { dice } = pen;
  const ears = earsOf(pen);
  const wide = dice.between(0.9, 1.2);
  const jaw = dice.between(8.5, 12.5);
  const skull = mirrored([
    [0, -17],
    [11 * wide, -14.5],
    [15.5 * wide, -4],
    [13.5 * wide, 6],
    [jaw, 15],
    [0, 19.5],
  ]);
  const drawn = [-1, 1].map((side) => ear(pen, ears, side * wide));
  const hanging = ears === 'floppy' || ears === 'long';
  const earColour = dice.chance(0.5) ? coat.marking : lighter(coat.base, -7);
  const extent: [number, number, number, number] = [0, 0, 17, 20];
  const headPattern = coat.pattern === 'patches' || coat.pattern === 'spots' ? coat.pattern : 'plain';
  const paintEars = (colour: Colour) =>
    fur(pen, drawn, { coat, extent: [0, -4, 22, 22], colour, pattern: 'plain' });
  const head = hanging
    ? fur(pen, [skull], { coat, extent, pattern: headPattern }) + paintEars(earColour)
    : paintEars(earColour) + fur(pen, [skull], { coat, extent, pattern: headPattern });
  if (!face) return head;
  if (coat.silhouette)
    return (
      head +
      (dice.chance(0.5)
        ? [-6.5, 6.5].map((x) => filled(oval([x, -4], 2), lighter(coat.iris, 25))).join('')
        : '')
    );
  const inner = ears === 'upright' ? [-1, 1].map((side) => innerEar(coat, side * wide)) : [];
  return [head, ...inner, markedFace(pen, coat, wide), eyes(pen, coat), muzzle(pen, coat, jaw)].join('');
}

/** Looks to the right. */
export function dogProfile(pen: Pen, coat: Coat): string {
  const { dice } = pen;
  const ears = earsOf(pen);
  const reach = dice.between(23, 34);
  const deep = dice.between(8, 11.5);
  const skull = smooth(
    [
      [-16, 2],
      [-11, -12],
      [1, -15.5],
      [10, -9],
      [9, 8],
      [0, 14],
      [-11, 12],
    ],
    { closed: true },
  );
  const snout = tube(
    [
      [2, 1],
      [(2 + reach) / 2, 2.5],
      [reach, 3.5],
    ],
    [20, deep + 3, deep],
  );
  const open = dice.chance(0.5);
  const jaw = open
    ? [
        tube(
          [
            [3, 8],
            [reach * 0.6, 12],
            [reach - 3, 14],
          ],
          [9, 6, 4.5],
        ),
      ]
    : [];
  const tongue = open
    ? filled(
        tube(
          [
            [reach * 0.55, 10],
            [reach - 3, 13],
            [reach - 1, dice.between(17, 23)],
          ],
          [4, 5, 4.5],
        ),
        red,
      )
    : '';
  const carried = sideEar(pen, ears);
  const extent: [number, number, number, number] = [5, 0, 24, 16];
  const pattern = coat.pattern === 'patches' || coat.pattern === 'spots' ? coat.pattern : 'plain';
  const head = fur(pen, [...jaw, skull, snout], { coat, extent, pattern });
  const earColour = dice.chance(0.55) ? coat.marking : lighter(coat.base, -8);
  const onTop = fur(pen, [carried], { coat, extent: [-7, -4, 10, 18], colour: earColour, pattern: 'plain' });
  const nose = filled(oval([reach + deep * 0.32, 1], 3, 2.6), coat.nose);
  if (coat.silhouette) return onTop + head + nose;
  return [
    ears === 'upright' || ears === 'folded' ? onTop : '',
    tongue,
    head,
    dice.chance(0.4) ? filled(oval([reach - 4, 5.5], 6.5, 3.6), coat.pale, { 'fill-opacity': 0.8 }) : '',
    line(
      [
        [reach + 2, 6.5],
        [reach * 0.7, open ? 8.6 : 9],
        [11, open ? 8 : 7],
      ],
      coat.line,
      0.9,
    ),
    nose,
    filled(oval([7.5, -4.5], 2.3, 2.4), coat.iris) +
      filled(oval([8, -4.5], 1.4), black) +
      filled(oval([8.6, -5.3], 0.6), white),
    line(
      [
        [4.5, -8.3],
        [7.5, -9],
        [10, -7.6],
      ],
      coat.line,
      0.8,
      0.7,
    ),
    ears === 'upright' || ears === 'folded' ? '' : onTop,
  ].join('');
}

function earsOf({ dice }: Pen): Ears {
  return dice.weighted({ floppy: 5, long: 2, upright: 4, folded: 3 });
}

function ear({ dice }: Pen, ears: Ears, side: number): string {
  const x = (value: number) => value * side;
  if (ears === 'floppy')
    return tube(
      [
        [x(9), -14],
        [x(18), -9],
        [x(dice.between(18, 21)), 3],
        [x(17.5), dice.between(7, 12)],
      ],
      [5, 9, 10, 5],
    );
  if (ears === 'long')
    return tube(
      [
        [x(10), -13],
        [x(17.5), -6],
        [x(20), 8],
        [x(19), dice.between(18, 25)],
      ],
      [5, 9, 12, 7],
    );
  const tip = dice.between(-33, -26);
  if (ears === 'upright')
    return smooth(
      [
        [x(15.5), -5],
        [x(17.5), -17],
        [x(13.5), tip],
        [x(7), -21],
        [x(3), -13],
        [x(9), -7],
      ],
      { closed: true },
    );
  return (
    smooth(
      [
        [x(14.5), -6],
        [x(16), -17],
        [x(12), -23],
        [x(5), -19],
        [x(3), -13],
      ],
      { closed: true },
    ) +
    smooth(
      [
        [x(12), -24],
        [x(19), -20],
        [x(21), -10],
        [x(14), -14],
      ],
      { closed: true },
    )
  );
}

function sideEar({ dice }: Pen, ears: Ears): string {
  if (ears === 'floppy')
    return tube(
      [
        [-4, -13],
        [-9, -6],
        [-8, 4],
        [-6, 9],
      ],
      [5, 10, 11, 5],
    );
  if (ears === 'long')
    return tube(
      [
        [-4, -12],
        [-9, -3],
        [-9, 12],
        [-7, dice.between(16, 23)],
      ],
      [5, 10, 12, 7],
    );
  if (ears === 'upright') {
    const tip = dice.between(-33, -25);
    return smooth(
      [
        [-13, -7],
        [-11, -20],
        [-5, tip],
        [1, -19],
        [2, -12],
      ],
      { closed: true },
    );
  }
  return smooth(
    [
      [-12, -8],
      [-9, -20],
      [-2, -23],
      [5, -18],
      [8, -11],
      [1, -14],
    ],
    { closed: true },
  );
}

function innerEar(coat: Coat, side: number): string {
  const x = (value: number) => value * side;
  return filled(
    smooth(
      [
        [x(13.5), -9],
        [x(14.5), -17],
        [x(12.5), -24],
        [x(8), -18],
        [x(7), -12],
      ],
      { closed: true },
    ),
    {
      h: 12,
      s: 28,
      l: coat.base.l < 30 ? 32 : 58,
    },
  );
}

function markedFace({ dice }: Pen, coat: Coat, wide: number): string {
  const drawn: string[] = [];
  if (coat.pattern === 'mask')
    drawn.push(filled(oval([0, 8], 11, 11), coat.marking, { 'fill-opacity': 0.85 }));
  if (coat.pattern !== 'mask' && dice.chance(0.35))
    drawn.push(
      filled(
        mirrored([
          [0, -16],
          [2.5, -14],
          [3, -2],
          [8, 9],
          [0, 12],
        ]),
        coat.pale,
      ),
    );
  if (coat.pattern === 'patches' && dice.chance(0.6))
    drawn.push(filled(oval([dice.pick([-1, 1]) * 7.5 * wide, -5], 5.5, 6.5), coat.marking));
  return drawn.join('');
}

function eyes({ dice }: Pen, coat: Coat): string {
  const apart = dice.between(6, 8);
  const size = dice.between(2.1, 3.3);
  const brows = dice.chance(0.4)
    ? [-1, 1].map((side) =>
        line(
          [
            [side * (apart - 2.5), -9.5],
            [side * apart, -10.5],
            [side * (apart + 2.5), -9],
          ],
          coat.line,
          0.9,
          0.8,
        ),
      )
    : [];
  const closed = dice.chance(0.1);
  const drawn = [-1, 1].map((side) => {
    const at: Point = [side * apart, -5];
    if (closed)
      return line(
        [
          [at[0] - 3, -5],
          [at[0], -3.4],
          [at[0] + 3, -5],
        ],
        coat.line,
        1.2,
      );
    return [
      filled(oval(at, size + 0.7, size + 0.6), lighter(coat.line, -4)),
      filled(oval(at, size), coat.iris),
      filled(oval(at, size * 0.6), black),
      filled(oval([at[0] + 0.8, -6], 0.8), white),
    ].join('');
  });
  return [...brows, ...drawn].join('');
}

function muzzle({ dice }: Pen, coat: Coat, jaw: number): string {
  const y = dice.between(2.5, 5);
  const big = dice.between(0.9, 1.25);
  const panting = dice.chance(0.45);
  const tongue = panting
    ? filled(
        tube(
          [
            [0, y + 10],
            [0.4, y + 14],
            [dice.between(-1.5, 2), y + dice.between(15, 20)],
          ],
          [5, 6, 5],
        ),
        red,
      )
    : '';
  const mouth = panting ? filled(oval([0, y + 10.5], 5.5, 3.6), { h: 350, s: 40, l: 22 }) : '';
  const snout = filled(
    oval([0, y + 5.5], jaw * 0.95, 7.8),
    coat.pattern === 'mask' ? lighter(coat.marking, 6) : coat.pale,
    { 'fill-opacity': dice.chance(0.7) ? 0.95 : 0.4 },
  );
  const nose = filled(
    mirrored([
      [0, y - 2.4 * big],
      [3.6 * big, y - 1.8 * big],
      [3.9 * big, y + 0.6],
      [0, y + 3.2 * big],
    ]),
    coat.nose,
  );
  const lips = line(
    [
      [-7, y + 7.5],
      [-3.5, y + 9.6],
      [0, y + 7],
      [3.5, y + 9.6],
      [7, y + 7.5],
    ],
    coat.line,
    0.9,
  );
  const shine = filled(oval([-1.2, y - 1], 1, 0.6), white, { 'fill-opacity': 0.6 });
  return [
    snout,
    mouth,
    tongue,
    line(
      [
        [0, y + 3],
        [0, y + 7],
      ],
      coat.line,
      0.8,
    ),
    lips,
    nose,
    shine,
  ].join('');
}
