/** What lies behind the animal: rooms, meadows, snow, dusk, patterns, blurred lights, paper. */
import { box, type Colour, css, element, filled, lighter, line, oval, type Pen, smooth } from './pen';
import {
  blade,
  cloud,
  fir,
  many,
  picture,
  plant,
  repeated,
  rounded,
  type Size,
  softColour,
  tree,
  vertical,
  vividColour,
} from './things';

/** The place that a picture shows. */
export type Place =
  | 'room'
  | 'window'
  | 'sofa'
  | 'meadow'
  | 'snow'
  | 'beach'
  | 'dusk'
  | 'plain'
  | 'pattern'
  | 'lights'
  | 'paper';

/** A background and where an animal can stand: the highest and lowest ground, as shares of the height. */
export interface Scene {
  svg: string;
  ground: [number, number];
}

/** Draws a place; what it is made of, and its colours, come from the pen's dice. */
export function drawScene(pen: Pen, place: Place, size: Size): Scene {
  return places[place](pen, size);
}

const places: Record<Place, (pen: Pen, size: Size) => Scene> = {
  room: (pen, size) => {
    const { dice } = pen;
    const floor = dice.between(0.58, 0.82);
    const wall = softColour(dice);
    const wood = { h: dice.between(18, 40), s: dice.between(15, 50), l: dice.between(30, 68) };
    const y = floor * size.height;
    const parts = [filled(box(0, 0, size.width, y), wall)];
    if (dice.chance(0.5))
      parts.push(repeated(pen, { ...size, height: y }, lighter(wall, dice.between(-10, 10))));
    if (dice.chance(0.6)) parts.push(picture(dice, size));
    parts.push(filled(box(0, y, size.width, size.height - y), wood));
    for (let x = 0; x < size.width * 1.4; x += 38)
      parts.push(
        line(
          [
            [x, y],
            [x * 1.5 - size.width * 0.25, size.height],
          ],
          lighter(wood, -9),
          1,
          0.6,
        ),
      );
    parts.push(filled(box(0, y - 6, size.width, 6), lighter(wall, 12)));
    if (dice.chance(0.6)) parts.push(plant(dice, [dice.pick([0.1, 0.9]) * size.width, y + 12]));
    if (dice.chance(0.5))
      parts.push(
        filled(
          oval([size.width / 2, (y + size.height) / 2 + 8], size.width * 0.42, (size.height - y) * 0.4),
          vividColour(dice),
          { 'fill-opacity': 0.75 },
        ),
      );
    return { svg: parts.join(''), ground: [floor + 0.06, 0.97] };
  },
  window: (pen, { width, height }) => {
    const { dice } = pen;
    const sill = dice.between(0.7, 0.85) * height;
    const wall = softColour(dice);
    const [left, right, top] = [
      width * dice.between(0.05, 0.2),
      width * dice.between(0.8, 0.95),
      height * 0.05,
    ];
    const outside = vertical(pen, { width, height }, [
      { h: dice.between(195, 230), s: 60, l: dice.between(45, 85) },
      { h: dice.between(80, 200), s: 35, l: dice.between(40, 80) },
    ]);
    const panes = line(
      [
        [(left + right) / 2, top],
        [(left + right) / 2, sill],
      ],
      lighter(wall, 20),
      5,
    );
    const frame = element('path', {
      d: box(left, top, right - left, sill - top),
      fill: 'none',
      stroke: css(lighter(wall, 20)),
      'stroke-width': 7,
    });
    const surround = [
      box(0, 0, width, top),
      box(0, 0, left, height),
      box(right, 0, width - right, height),
      box(0, sill, width, height - sill),
    ].map((d) => filled(d, wall));
    const curtain = dice.chance(0.6)
      ? [0, 1].map((s) =>
          filled(box(s ? right - 8 : 0, 0, s ? width - right + 8 : left + 8, height), vividColour(dice), {
            'fill-opacity': 0.85,
          }),
        )
      : [];
    const board = filled(box(left - 12, sill - 3, right - left + 24, 12), lighter(wall, 24));
    return {
      svg: [outside, ...surround, panes, frame, ...curtain, board].join(''),
      ground: [sill / height + 0.01, sill / height + 0.02],
    };
  },
  sofa: (pen, { width, height }) => {
    const { dice } = pen;
    const wall = softColour(dice);
    const cloth = vividColour(dice);
    const seat = dice.between(0.6, 0.75) * height;
    const back = filled(
      rounded(width * 0.04, seat - height * 0.38, width * 0.92, height * 0.6),
      lighter(cloth, -5),
    );
    const cushions = [0.08, 0.5].map((x) =>
      filled(rounded(width * x, seat - height * 0.06, width * 0.42, height * 0.2), lighter(cloth, 4)),
    );
    const arms = [-0.06, 0.9].map((x) =>
      filled(rounded(width * x, seat - height * 0.18, width * 0.16, height * 0.6), cloth),
    );
    const pillow = dice.chance(0.6)
      ? filled(
          rounded(width * dice.between(0.1, 0.6), seat - height * 0.27, width * 0.24, height * 0.22),
          vividColour(dice),
        )
      : '';
    const all = [
      filled(box(0, 0, width, height), wall),
      dice.chance(0.4) ? repeated(pen, { width, height }, lighter(wall, 7)) : '',
      back,
      pillow,
      ...cushions,
      ...arms,
    ];
    return { svg: all.join(''), ground: [seat / height + 0.04, seat / height + 0.1] };
  },
  meadow: (pen, size) => {
    const { dice } = pen;
    const { width, height } = size;
    const horizon = dice.between(0.35, 0.65) * height;
    const sky = vertical(pen, size, [
      { h: dice.between(195, 220), s: 60, l: dice.between(55, 75) },
      { h: dice.between(30, 210), s: 45, l: 86 },
    ]);
    const grass: Colour = { h: dice.between(65, 130), s: dice.between(25, 55), l: dice.between(28, 56) };
    const clouds = many(3, () => cloud(dice, size));
    const hill = filled(
      smooth(
        [
          [-20, horizon + 30],
          [width * dice.between(0.1, 0.4), horizon - dice.between(10, 40)],
          [width * 0.7, horizon + 8],
          [width + 30, horizon - 15],
          [width + 40, height],
          [-30, height],
        ],
        { closed: true },
      ),
      lighter(grass, 9),
    );
    const trees = many(3, () => tree(dice, [dice.between(0, width), horizon + 6]));
    const field = filled(box(0, horizon + 4, width, height), grass);
    const blades = many(60, () =>
      blade(
        dice,
        [dice.between(0, width), dice.between(horizon + 8, height)],
        lighter(grass, dice.between(-12, 14)),
      ),
    );
    const flowers = dice.chance(0.5)
      ? many(26, () =>
          filled(
            oval([dice.between(0, width), dice.between(horizon + 14, height)], dice.between(1.2, 3.2)),
            vividColour(dice),
          ),
        )
      : '';
    return {
      svg: sky + clouds + hill + trees + field + blades + flowers,
      ground: [horizon / height + 0.12, 0.97],
    };
  },
  snow: (pen, size) => {
    const { dice } = pen;
    const horizon = dice.between(0.4, 0.65) * size.height;
    const sky = vertical(pen, size, [
      { h: 215, s: 25, l: dice.between(45, 75) },
      { h: 210, s: 20, l: 88 },
    ]);
    const firs = many(6, () => fir(dice, [dice.between(0, size.width), horizon + 8]));
    const field = filled(
      smooth(
        [
          [-10, horizon + 4],
          [size.width * 0.3, horizon - 6],
          [size.width * 0.7, horizon + 8],
          [size.width + 10, horizon],
          [size.width + 20, size.height + 20],
          [-20, size.height + 20],
        ],
        { closed: true },
      ),
      { h: 210, s: 25, l: 93 },
    );
    return { svg: sky + firs + field, ground: [horizon / size.height + 0.1, 0.97] };
  },
  beach: (pen, size) => {
    const { dice } = pen;
    const { width, height } = size;
    const shore = dice.between(0.5, 0.65) * height;
    const sky = vertical(pen, size, [
      { h: 205, s: 65, l: 64 },
      { h: 35, s: 60, l: 86 },
    ]);
    const sun = filled(oval([dice.between(0, width), height * 0.16], 17), { h: 48, s: 90, l: 75 });
    const sea = filled(box(0, shore - height * 0.14, width, height), {
      h: dice.between(185, 215),
      s: 45,
      l: 48,
    });
    const sand = filled(
      smooth(
        [
          [-10, shore],
          [width * 0.4, shore + 8],
          [width + 10, shore - 6],
          [width + 20, height + 20],
          [-20, height + 20],
        ],
        { closed: true },
      ),
      { h: 38, s: 45, l: dice.between(66, 82) },
    );
    return { svg: sky + sun + sea + sand, ground: [shore / height + 0.1, 0.97] };
  },
  dusk: (pen, size) => {
    const { dice } = pen;
    const { width, height } = size;
    const hue = dice.pick([12, 28, 265, 225, 330]);
    const sky = vertical(pen, size, [
      { h: hue + dice.between(-40, 30), s: 45, l: dice.between(18, 45) },
      { h: hue, s: 70, l: dice.between(48, 70) },
    ]);
    const moon = filled(
      oval([dice.between(0.1, 0.9) * width, dice.between(0.1, 0.45) * height], dice.between(9, 30)),
      { h: 48, s: 70, l: 84 },
    );
    const stars = many(20, () =>
      filled(oval([dice.between(0, width), dice.between(0, height * 0.5)], 0.8), { h: 50, s: 50, l: 90 }),
    );
    const ground = dice.between(0.74, 0.9) * height;
    const roofs = filled(
      smooth(
        [
          [-10, ground],
          [width * 0.5, ground - 6],
          [width + 10, ground],
          [width + 20, height + 20],
          [-20, height + 20],
        ],
        { closed: true },
      ),
      { h: hue, s: 30, l: 9 },
    );
    return { svg: sky + stars + moon + roofs, ground: [ground / height + 0.01, ground / height + 0.04] };
  },
  plain: (pen, size) => {
    const { dice } = pen;
    const colour = dice.chance(0.5) ? softColour(dice) : vividColour(dice);
    return {
      svg: vertical(pen, size, [colour, lighter(colour, dice.between(-30, 12))]),
      ground: [0.75, 0.98],
    };
  },
  pattern: (pen, size) => {
    const { dice } = pen;
    const colour = dice.chance(0.6) ? softColour(dice) : vividColour(dice);
    const drawn =
      filled(box(0, 0, size.width, size.height), colour) +
      repeated(pen, size, dice.chance(0.5) ? vividColour(dice) : lighter(colour, -16));
    return { svg: drawn, ground: [0.75, 0.98] };
  },
  lights: (pen, size) => {
    const { dice } = pen;
    const colour = vividColour(dice);
    const base = vertical(pen, size, [lighter(colour, -22), lighter(colour, -8)]);
    const spots = many(22, () =>
      filled(
        oval([dice.between(0, size.width), dice.between(0, size.height)], dice.between(6, 26)),
        { h: colour.h + dice.between(-50, 50), s: 60, l: 68 },
        { 'fill-opacity': dice.between(0.1, 0.45) },
      ),
    );
    return { svg: base + spots, ground: [0.75, 0.98] };
  },
  paper: (pen, size) => {
    const { dice } = pen;
    const colour: Colour = { h: dice.between(30, 60), s: dice.between(8, 40), l: dice.between(86, 96) };
    const ruled = dice.chance(0.4)
      ? many(22, (i) =>
          line(
            [
              [0, i * 15 + 6],
              [size.width, i * 15 + 6],
            ],
            { h: 210, s: 45, l: 75 },
            0.8,
          ),
        )
      : '';
    const dots = many(40, () =>
      filled(
        oval([dice.between(0, size.width), dice.between(0, size.height)], dice.between(0.4, 1.2)),
        lighter(colour, -14),
      ),
    );
    return { svg: filled(box(0, 0, size.width, size.height), colour) + ruled + dots, ground: [0.78, 0.96] };
  },
};
