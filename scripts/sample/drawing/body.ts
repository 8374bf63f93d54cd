/** Whole animals in their poses. The ground is y = 0; whoever stands or sits sideways looks to the right. */
import { catHead, catProfile } from './cat-head';
import { type Coat, fur, type Kind } from './coat';
import { dogHead, dogProfile } from './dog-head';
import { filled, lighter, line, mirrored, oval, type Pen, type Point, placed, tube } from './pen';
import { backTail, groundTail, raisedTail } from './tail';

/** How the animal is seen. */
export type Pose = 'portrait' | 'profile' | 'sitting' | 'seated' | 'standing' | 'lying' | 'curled' | 'behind';

/** A drawn animal and the box it lies in, in its own units. */
export interface Figure {
  svg: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** One animal in one pose; the same poses for both kinds. */
export function drawBody(pen: Pen, kind: Kind, { coat, pose }: { coat: Coat; pose: Pose }): Figure {
  return poses[pose]({ pen, kind, coat, cat: kind === 'cat' });
}

interface Animal {
  pen: Pen;
  kind: Kind;
  coat: Coat;
  cat: boolean;
}

const poses: Record<Pose, (animal: Animal) => Figure> = {
  portrait: (animal) => {
    const { pen, coat, cat } = animal;
    const broad = pen.dice.between(0.85, 1.2);
    const shoulders = mirrored([
      [0, 8],
      [12, 12],
      [24 * broad, 30],
      [30 * broad, 62],
      [0, 70],
    ]);
    const body = fur(pen, [shoulders], { coat, extent: [0, 38, 30, 28] });
    const svg =
      body +
      chest(animal, [0, 34], 10) +
      collar(
        animal,
        [
          [-13, 15],
          [0, 20],
          [13, 15],
        ],
        3.5,
      ) +
      front(animal, { scale: 1 });
    return { svg, left: -24, right: 24, top: cat ? -30 : -27, bottom: 34 };
  },
  profile: (animal) => {
    const { pen, coat } = animal;
    const neck = tube(
      [
        [-5, 4],
        [-13, 30],
        [-17, 66],
      ],
      [22, pen.dice.between(22, 32), 52],
    );
    const body = fur(pen, [neck], { coat, extent: [-14, 34, 24, 32] });
    const svg =
      body +
      collar(
        animal,
        [
          [-21, 16],
          [-10, 19],
          [3, 15],
        ],
        4,
      ) +
      side(animal, { scale: 1 });
    return { svg, left: -24, right: animal.cat ? 24 : 34, top: -28, bottom: 36 };
  },
  sitting: (animal) => {
    const { pen, coat, cat } = animal;
    const wide = pen.dice.between(0.85, 1.15);
    const body = mirrored([
      [0, -60],
      [9, -55],
      [13 * wide, -38],
      [19 * wide, -18],
      [17 * wide, -3],
      [0, -1],
    ]);
    const haunches = [-1, 1].map((s) => oval([s * 17 * wide, -11], 8.5, 11.5));
    const legs = [-1, 1].map((s) =>
      tube(
        [
          [s * 6, -36],
          [s * 6.5, -18],
          [s * 6.5, -3],
        ],
        [9, 8.5, 8],
      ),
    );
    const paws = [-1, 1].map((s) => oval([s * 7, -3], 6, 3.4));
    const tail = cat || pen.dice.chance(0.7) ? groundTail(pen, coat, { cat, from: [-15, -6] }) : '';
    const svg = [
      tail,
      fur(pen, [...haunches, body], { coat, extent: [0, -28, 24, 30] }),
      chest(animal, [0, -38], 8),
      fur(pen, [...legs, ...paws], { coat, extent: [0, -16, 13, 18], pattern: 'plain' }),
      socks(animal, paws),
      collar(
        animal,
        [
          [-9, -52],
          [0, -48],
          [9, -52],
        ],
        3,
      ),
      front(animal, { y: -67, scale: pen.dice.between(0.8, 1) }),
    ];
    return { svg: svg.join(''), left: -27, right: 27, top: -95, bottom: 1 };
  },
  seated: (animal) => {
    const { pen, coat, cat } = animal;
    const lean = pen.dice.between(-3, 6);
    const body = tube(
      [
        [-9, -15],
        [0, -27],
        [11 + lean, -44],
        [14 + lean, -54],
      ],
      [29, 30, cat ? 21 : 24, 15],
    );
    const leg = tube(
      [
        [12 + lean, -40],
        [15 + lean, -18],
        [15 + lean, -3],
      ],
      [12, 8, 7],
    );
    const paws = [oval([18 + lean, -3], 6, 3.2), oval([4, -3.4], 10, 3.8)];
    const svg = [
      groundTail(pen, coat, { cat, from: [-19, -6] }),
      fur(
        pen,
        [
          tube(
            [
              [8 + lean, -36],
              [10 + lean, -3],
            ],
            [9, 7],
          ),
        ],
        { coat, extent: [9, -18, 6, 18], colour: lighter(coat.base, -9), pattern: 'plain' },
      ),
      fur(pen, [body, oval([-7, -14], 17, 13.5), leg, ...paws], { coat, extent: [0, -28, 26, 28] }),
      socks(animal, paws),
      collar(
        animal,
        [
          [4 + lean, -52],
          [13 + lean, -48],
          [22 + lean, -52],
        ],
        3,
      ),
      head(animal, { x: 15 + lean, y: -66, scale: pen.dice.between(0.8, 0.98) }),
    ];
    return { svg: svg.join(''), left: -40, right: 40, top: -94, bottom: 1 };
  },
  standing: (animal) => {
    const { pen, coat, cat } = animal;
    const { dice } = pen;
    const long = cat ? dice.between(48, 64) : dice.between(44, 64);
    const deep = cat ? dice.between(19, 25) : dice.between(21, 29);
    const leg = cat ? dice.between(17, 26) : dice.between(15, 32);
    const thick = cat ? dice.between(6, 8.5) : dice.between(6.5, 10);
    const [y, back, fore] = [-leg - deep / 2, -long / 2, long / 2];
    const body = tube(
      [
        [back, y],
        [0, y + dice.between(-2, 2)],
        [fore, y - 1],
      ],
      [deep * 0.95, deep * (cat ? 0.95 : 0.86), deep * 1.08],
    );
    const headAt: Point = [fore + dice.between(9, 15), y - deep * 0.5 - dice.between(4, 16)];
    const neck = tube(
      [
        [fore - 3, y - 1],
        [headAt[0] - 3, headAt[1] + 4],
      ],
      [deep * 0.95, cat ? 15 : 17],
    );
    const swing = () => dice.between(-7, 7);
    const leftLegs = legPair({ back, fore, y, deep, thick }, [swing(), swing()]);
    const rightLegs = legPair({ back: back + 4, fore: fore + 3, y, deep, thick: thick * 0.95 }, [
      swing(),
      swing(),
    ]);
    const all: Coat['pattern'] = coat.pattern;
    const svg = [
      fur(pen, rightLegs.legs, {
        coat,
        extent: [0, y / 2, long / 2 + 8, leg / 2 + 8],
        colour: lighter(coat.base, -10),
        pattern: 'plain',
      }),
      raisedTail(pen, coat, { cat, from: [back - deep * 0.4, y - deep * 0.15] }),
      fur(pen, [body, neck, ...leftLegs.legs], {
        coat,
        extent: [0, y + leg * 0.15, long / 2 + 12, deep / 2 + leg * 0.2],
        pattern: all,
      }),
      socks(animal, leftLegs.paws),
      head(animal, { x: headAt[0], y: headAt[1], scale: dice.between(0.62, 0.85) }),
    ];
    return { svg: svg.join(''), left: back - 26, right: headAt[0] + 18, top: headAt[1] - 24, bottom: 1 };
  },
  lying: (animal) => {
    const { pen, coat, cat } = animal;
    const deep = pen.dice.between(23, 29);
    const body = tube(
      [
        [-26, -deep / 2],
        [0, -deep / 2 - 1],
        [22, -deep / 2 - 4],
      ],
      [deep, deep, deep * 0.95],
    );
    const neck = tube(
      [
        [20, -18],
        [28, -30],
      ],
      [22, 16],
    );
    const paws = [
      tube(
        [
          [20, -8],
          [34, -4.5],
          [44, -4],
        ],
        [12, 8, 7.5],
      ),
      oval([-8, -4], 12, 4),
    ];
    const svg = [
      groundTail(pen, coat, { cat, from: [-34, -6] }),
      fur(
        pen,
        [
          tube(
            [
              [22, -9],
              [38, -7],
              [48, -6],
            ],
            [10, 7, 7],
          ),
        ],
        { coat, extent: [36, -7, 14, 5], colour: lighter(coat.base, -9), pattern: 'plain' },
      ),
      fur(pen, [body, neck, oval([-22, -12.5], 16, 12.5), ...paws], { coat, extent: [0, -16, 40, 18] }),
      socks(animal, [oval([43, -4], 5, 3.9), oval([0, -3.6], 4.5, 3.6)]),
      head(animal, { x: 31, y: -38, scale: pen.dice.between(0.75, 0.92) }),
    ];
    return { svg: svg.join(''), left: -48, right: 54, top: -64, bottom: 1 };
  },
  curled: (animal) => {
    const { pen, coat, cat } = animal;
    const high = pen.dice.between(18, 23);
    const svg = [
      fur(pen, [oval([-2, -high], 35, high), oval([-20, -14], 16, 14)], {
        coat,
        extent: [-2, -high, 35, high],
      }),
      groundTail(pen, coat, { cat, from: [-30, -8], around: true }),
      front(animal, { x: 20, y: -16, scale: pen.dice.between(0.72, 0.88), turn: pen.dice.between(5, 28) }),
    ];
    return { svg: svg.join(''), left: -40, right: 42, top: -46, bottom: 3 };
  },
  behind: (animal) => {
    const { pen, coat, cat } = animal;
    const body = mirrored([
      [0, -60],
      [9, -55],
      [15, -40],
      [22, -18],
      [19, -3],
      [0, -1],
    ]);
    const make = cat ? catHead : dogHead;
    const svg = [
      fur(pen, [body], { coat, extent: [0, -30, 22, 30] }),
      backTail(pen, coat, { cat }),
      placed(make(pen, coat, { face: false }), { y: -66, scale: 0.9, turn: pen.dice.between(-9, 9) }),
      collar(
        animal,
        [
          [-9, -51],
          [0, -49],
          [9, -51],
        ],
        3,
      ),
    ];
    return { svg: svg.join(''), left: -27, right: 32, top: -95, bottom: 1 };
  },
};

function front({ pen, coat, cat }: Animal, where: Parameters<typeof placed>[1]): string {
  return placed((cat ? catHead : dogHead)(pen, coat), { turn: pen.dice.between(-14, 14), ...where });
}

function side({ pen, coat, cat }: Animal, where: Parameters<typeof placed>[1]): string {
  return placed((cat ? catProfile : dogProfile)(pen, coat), { turn: pen.dice.between(-16, 14), ...where });
}

/** From the side a little more often than turned to us. */
function head(animal: Animal, where: Parameters<typeof placed>[1]): string {
  return animal.pen.dice.chance(0.55) ? side(animal, where) : front(animal, where);
}

function legPair(
  { back, fore, y, deep, thick }: { back: number; fore: number; y: number; deep: number; thick: number },
  [hind, front]: [number, number],
): { legs: string[]; paws: string[] } {
  const paws = [oval([back + hind + 2, -3], thick * 0.72, 3), oval([fore + front + 2, -3], thick * 0.72, 3)];
  const thigh = tube(
    [
      [back + 1, y],
      [back - 3 + hind * 0.4, y * 0.45],
      [back + hind, -3],
    ],
    [deep * 0.85, thick * 1.15, thick * 0.9],
  );
  const arm = tube(
    [
      [fore - 1, y],
      [fore + front * 0.5, y * 0.5],
      [fore + front, -3],
    ],
    [deep * 0.6, thick, thick * 0.9],
  );
  return { legs: [thigh, arm, ...paws], paws };
}

function chest({ pen, coat }: Animal, [x, y]: Point, size: number): string {
  if (coat.silhouette || pen.dice.chance(0.5)) return '';
  return filled(oval([x, y], size, size * 1.5), coat.pale, { 'fill-opacity': 0.85 });
}

function socks({ pen, coat }: Animal, paws: string[]): string {
  if (coat.silhouette || pen.dice.chance(0.55)) return '';
  return paws.map((d) => filled(d, coat.pale, { 'fill-opacity': 0.9 })).join('');
}

function collar({ pen, coat }: Animal, points: Point[], width: number): string {
  if (!coat.collar || coat.silhouette) return '';
  const [x, y] = points[1]!;
  const tag = pen.dice.chance(0.6) ? filled(oval([x, y + width], 2), { h: 48, s: 80, l: 58 }) : '';
  return line(points, coat.collar, width) + tag;
}
