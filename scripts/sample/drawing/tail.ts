/** Tails: a cat's is long and of one width, a dog's tapers, curls, is bushy or short. */
import { type Coat, fur } from './coat';
import { filled, type Pen, type Point, tube } from './pen';

type Tail = { cat: boolean; from: Point };

/** The tail of an animal on its four legs. */
export function raisedTail(pen: Pen, coat: Coat, { cat, from: [x, y] }: Tail): string {
  const { dice } = pen;
  const lift = dice.between(-8, 8);
  const carried = cat
    ? dice.pick<Point[]>([
        [
          [x + 4, y],
          [x - 8, y - 8],
          [x - 10, y - 26 + lift],
          [x - 2, y - 38 + lift],
        ],
        [
          [x + 4, y],
          [x - 8, y - 6],
          [x - 12, y - 24 + lift],
          [x - 20, y - 34 + lift],
        ],
        [
          [x + 4, y],
          [x - 12, y + 2],
          [x - 22, y - 2 + lift],
          [x - 32, y - 8 + lift],
        ],
        [
          [x + 4, y],
          [x - 9, y + 7],
          [x - 13, y + 20],
          [x - 22, y + 24],
        ],
      ])
    : dice.pick<Point[]>([
        [
          [x + 4, y],
          [x - 6, y - 10],
          [x - 8, y - 22 + lift],
          [x - 3, y - 28 + lift],
        ],
        [
          [x + 4, y],
          [x - 8, y - 4],
          [x - 15, y - 10 + lift],
          [x - 20, y - 18 + lift],
        ],
        [
          [x + 4, y],
          [x - 7, y - 9],
          [x - 1, y - 19],
          [x + 8, y - 14],
        ],
        [
          [x + 4, y],
          [x - 6, y + 5],
          [x - 9, y + 15],
          [x - 13, y + 22],
        ],
        [
          [x + 4, y],
          [x, y - 3],
          [x - 3, y - 6],
        ],
      ]);
  return drawn(pen, coat, { cat, points: carried });
}

/** The tail of an animal that sits or lies; `around` lays it in front of a curled one. */
export function groundTail(
  pen: Pen,
  coat: Coat,
  { cat, from: [x, y], around = false }: Tail & { around?: boolean },
): string {
  const { dice } = pen;
  if (around) {
    const end = cat ? dice.between(8, 24) : dice.between(-12, 4);
    return drawn(pen, coat, {
      cat,
      points: [
        [x, y - 6],
        [x + 4, y + 3],
        [(x + end) / 2, y + 5],
        [end, y + 3],
      ],
    });
  }
  const reach = cat ? dice.between(22, 32) : dice.between(13, 26);
  const lift = dice.between(0, cat ? 24 : 18);
  return drawn(pen, coat, {
    cat,
    points: [
      [x + 4, y],
      [x - reach * 0.4, y + 2],
      [x - reach * 0.85, y - lift * 0.3],
      [x - reach, y - lift],
    ],
  });
}

/** The tail of an animal that turns its back to us. */
export function backTail(pen: Pen, coat: Coat, { cat }: { cat: boolean }): string {
  const { dice } = pen;
  const reach = cat ? dice.between(24, 34) : dice.between(14, 24);
  const lift = dice.between(4, 22);
  return drawn(pen, coat, {
    cat,
    points: [
      [0, -9],
      [reach * 0.4, -4],
      [reach * 0.85, -5 - lift * 0.3],
      [reach, -5 - lift],
    ],
  });
}

function drawn(pen: Pen, coat: Coat, { cat, points }: { cat: boolean; points: Point[] }): string {
  const { dice } = pen;
  const bushy = dice.chance(cat ? 0.25 : 0.4);
  const thick = dice.between(0.85, 1.25);
  const plain = cat ? [5.5, 5.2, 5, 4.5] : [8, 6.5, 4.5, 2.5];
  const widths = (bushy ? [7, 10, 11, 6] : plain).map((width) => width * thick);
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const extent: [number, number, number, number] = [
    (left + right) / 2,
    (top + bottom) / 2,
    (right - left) / 2 + 4,
    (bottom - top) / 2 + 4,
  ];
  const svg = fur(pen, [tube(points, widths)], {
    coat,
    extent,
    pattern: coat.pattern === 'stripes' ? 'stripes' : 'plain',
  });
  if (coat.silhouette || !dice.chance(0.3)) return svg;
  const last = points.slice(-2);
  const tip: Point[] = [[(last[0]![0] + last[1]![0]) / 2, (last[0]![1] + last[1]![1]) / 2], last[1]!];
  return svg + filled(tube(tip, widths.slice(-2)), coat.pale, { 'fill-opacity': 0.9 });
}
