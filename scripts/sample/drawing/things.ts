/** Things that places are made of: sky and cloth, plants and trees, frames on a wall. */
import {
  box,
  type Colour,
  css,
  type Dice,
  element,
  filled,
  lighter,
  line,
  oval,
  type Pen,
  type Point,
  polygon,
  smooth,
} from './pen';

/** Pixels. */
export interface Size {
  width: number;
  height: number;
}

/** A colour as walls have it. */
export function softColour(dice: Dice): Colour {
  return { h: dice.between(0, 360), s: dice.between(5, 35), l: dice.between(45, 88) };
}

/** A colour as cushions and flowers have it. */
export function vividColour(dice: Dice): Colour {
  return { h: dice.between(0, 360), s: dice.between(25, 75), l: dice.between(30, 68) };
}

/** `count` things, one after the other. */
export function many(count: number, make: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => make(i)).join('');
}

/** The whole picture, shaded from the first colour at the top to the second at the bottom. */
export function vertical(pen: Pen, { width, height }: Size, [top, bottom]: [Colour, Colour]): string {
  const fill = pen.define((id) =>
    element(
      'linearGradient',
      { id, x1: 0, y1: 0, x2: 0, y2: 1 },
      element('stop', { offset: 0, 'stop-color': css(top) }) +
        element('stop', { offset: 1, 'stop-color': css(bottom) }),
    ),
  );
  return element('rect', { width, height, fill });
}

/** A cloth or wallpaper pattern over the whole area. */
export function repeated(pen: Pen, { width, height }: Size, colour: Colour): string {
  const { dice } = pen;
  const step = dice.between(12, 34);
  const stroke = css(colour);
  const thick = step * dice.between(0.15, 0.45);
  const tile = dice.pick([
    element('circle', { cx: step / 2, cy: step / 2, r: thick, fill: stroke }),
    element('path', { d: `M${step / 2} 0V${step}`, stroke, 'stroke-width': thick }),
    element('path', { d: `M0 ${step / 2}H${step}`, stroke, 'stroke-width': thick }),
    element('path', {
      d: `M0 0L${step / 2} ${step / 2}L${step} 0`,
      stroke,
      'stroke-width': thick * 0.7,
      fill: 'none',
    }),
    element('path', {
      d: `M0 0H${step / 2}V${step}H${step}V${step / 2}H0Z`,
      fill: stroke,
      'fill-rule': 'evenodd',
    }),
    element('path', { d: `M0 0L${step} ${step}M${step} 0L0 ${step}`, stroke, 'stroke-width': thick * 0.5 }),
  ]);
  const transform = `rotate(${dice.pick([0, 0, 0, 30, 45])})`;
  const fill = pen.define((id) =>
    element(
      'pattern',
      { id, width: step, height: step, patternUnits: 'userSpaceOnUse', patternTransform: transform },
      tile,
    ),
  );
  return element('rect', { width, height, fill, 'fill-opacity': dice.between(0.35, 0.95) });
}

/** Path data of a rectangle with round corners. */
export function rounded(x: number, y: number, width: number, height: number): string {
  const r = Math.min(width, height) * 0.22;
  return smooth(
    [
      [x + r, y],
      [x + width - r, y],
      [x + width, y + r],
      [x + width, y + height - r],
      [x + width - r, y + height],
      [x + r, y + height],
      [x, y + height - r],
      [x, y + r],
    ],
    { closed: true },
  );
}

/** A framed picture on the wall. */
export function picture(dice: Dice, { width, height }: Size): string {
  const [w, h] = [width * dice.between(0.14, 0.3), height * dice.between(0.14, 0.26)];
  const [x, y] = [dice.between(0.05, 0.65) * width, dice.between(0.04, 0.2) * height];
  const hills = polygon([
    [x + 4, y + h - 4],
    [x + w * 0.4, y + h * 0.4],
    [x + w * 0.6, y + h * 0.65],
    [x + w * 0.8, y + h * 0.5],
    [x + w - 4, y + h - 4],
  ]);
  return (
    filled(box(x, y, w, h), { h: 30, s: 40, l: 28 }) +
    filled(box(x + 4, y + 4, w - 8, h - 8), softColour(dice)) +
    filled(hills, vividColour(dice))
  );
}

/** A plant in its pot, standing on `foot`. */
export function plant(dice: Dice, [x, y]: Point): string {
  const leaf: Colour = { h: dice.between(80, 150), s: 40, l: dice.between(25, 45) };
  const leaves = many(9, () => {
    const [reach, high] = [dice.between(-26, 26), dice.between(28, 75)];
    return line(
      [
        [x, y - 20],
        [x + reach * 0.5, y - 20 - high * 0.7],
        [x + reach, y - 20 - high],
      ],
      lighter(leaf, dice.between(-6, 10)),
      dice.between(3, 7),
    );
  });
  return (
    leaves +
    filled(
      polygon([
        [x - 13, y - 24],
        [x + 13, y - 24],
        [x + 9, y],
        [x - 9, y],
      ]),
      { h: dice.between(5, 30), s: 50, l: 45 },
    )
  );
}

/** A cloud in the upper part. */
export function cloud(dice: Dice, { width, height }: Size): string {
  const [x, y] = [dice.between(0, width), dice.between(0, height * 0.3)];
  return many(4, () =>
    filled(
      oval([x + dice.between(-24, 24), y + dice.between(-4, 4)], dice.between(12, 22), dice.between(6, 11)),
      { h: 210, s: 20, l: 97 },
      { 'fill-opacity': 0.8 },
    ),
  );
}

/** A tree with a round crown. */
export function tree(dice: Dice, [x, y]: Point): string {
  const high = dice.between(25, 70);
  const crown: Colour = { h: dice.between(70, 140), s: 35, l: dice.between(22, 42) };
  const balls = many(5, () =>
    filled(
      oval(
        [x + dice.between(-0.3, 0.3) * high, y - high * dice.between(0.75, 1.15)],
        high * dice.between(0.2, 0.36),
      ),
      lighter(crown, dice.between(-5, 6)),
    ),
  );
  return (
    filled(box(x - high * 0.05, y - high * 0.7, high * 0.1, high * 0.7), { h: 25, s: 35, l: 28 }) + balls
  );
}

/** A fir under snow. */
export function fir(dice: Dice, [x, y]: Point): string {
  const high = dice.between(30, 90);
  const colour: Colour = { h: 150, s: 25, l: dice.between(20, 38) };
  return many(3, (i) => {
    const [top, half] = [y - high + i * high * 0.26, high * (0.14 + i * 0.08)];
    return filled(
      polygon([
        [x, top],
        [x + half, top + high * 0.45],
        [x - half, top + high * 0.45],
      ]),
      lighter(colour, i * 3),
    );
  });
}

/** A blade of grass. */
export function blade(dice: Dice, [x, y]: Point, colour: Colour): string {
  const high = dice.between(5, 16);
  return line(
    [
      [x, y],
      [x + dice.between(-2, 2), y - high * 0.6],
      [x + dice.between(-5, 5), y - high],
    ],
    colour,
    1.3,
    0.9,
  );
}
