/** What lies before the animal: grass, slats, cushions, weather, and the light over all. */
import { box, type Colour, css, element, filled, lighter, line, oval, type Pen, placed } from './pen';
import { blade, many, plant, rounded, type Size, vividColour } from './things';

/** What hides a part of the animal. */
export type Cover = 'none' | 'grass' | 'slats' | 'wires' | 'cushion' | 'plant' | 'blanket';

/** Something before the animal whose box, in pixels, is `around`. */
export function drawCover(
  pen: Pen,
  cover: Cover,
  { size, around }: { size: Size; around: { x: number; y: number; width: number; height: number } },
): string {
  const { dice } = pen;
  const { width, height } = size;
  const colour = vividColour(dice);
  const foot = around.y + around.height;
  const low = foot - around.height * dice.between(0.15, 0.38);
  if (cover === 'grass') {
    const green: Colour = { h: dice.between(65, 130), s: 40, l: dice.between(28, 48) };
    return many(70, () => {
      const x = dice.between(around.x - 20, around.x + around.width + 20);
      return placed(blade(dice, [0, 0], lighter(green, dice.between(-10, 14))), {
        x,
        y: foot + dice.between(-4, 10),
        scale: dice.between(1, 3),
      });
    });
  }
  if (cover === 'slats' || cover === 'wires') {
    const step = cover === 'slats' ? dice.between(38, 60) : dice.between(20, 32);
    const thick = cover === 'slats' ? dice.between(7, 13) : 1.6;
    const wood = { h: 30, s: dice.between(5, 45), l: dice.between(30, 85) };
    const upright = many(Math.ceil(width / step), (i) =>
      filled(
        box(i * step + step * 0.3, cover === 'slats' ? low - around.height * 0.25 : 0, thick, height),
        lighter(wood, i % 2 ? 4 : 0),
      ),
    );
    const across =
      cover === 'wires'
        ? many(Math.ceil(height / step), (i) => filled(box(0, i * step + 9, width, thick), wood))
        : filled(box(0, low, width, thick), lighter(wood, -6));
    return upright + across;
  }
  if (cover === 'cushion') {
    const wide = around.width * dice.between(0.35, 0.6);
    const x = around.x + dice.between(-0.2, 0.8) * around.width;
    return placed(filled(rounded(-wide / 2, -around.height * 0.18, wide, around.height * 0.4), colour), {
      x,
      y: low + around.height * 0.15,
      turn: dice.between(-15, 15),
    });
  }
  if (cover === 'plant')
    return placed(plant(dice, [0, 0]), {
      x: around.x + around.width * dice.pick([0.05, 0.95]),
      y: Math.min(foot + 10, height),
      scale: around.height / 110,
    });
  if (cover === 'blanket') {
    const fold = many(4, (i) =>
      line(
        [
          [i * 0.3 * width, low + 6],
          [i * 0.3 * width + 20, height],
        ],
        lighter(colour, -8),
        2,
        0.6,
      ),
    );
    return filled(rounded(-width * 0.2, low, width * 1.4, height * 1.3), colour) + fold;
  }
  return '';
}

/** Falling snow or rain, as strong as `amount` (0 to 1). */
export function drawWeather(
  { dice }: Pen,
  kind: 'snow' | 'rain',
  { size, amount }: { size: Size; amount: number },
): string {
  return many(Math.round(150 * amount), () => {
    const [x, y] = [dice.between(0, size.width), dice.between(0, size.height)];
    if (kind === 'snow')
      return filled(
        oval([x, y], dice.between(0.8, 3.6)),
        { h: 210, s: 20, l: 98 },
        { 'fill-opacity': dice.between(0.5, 1) },
      );
    return line(
      [
        [x, y],
        [x - 3, y + dice.between(8, 20)],
      ],
      { h: 210, s: 25, l: 85 },
      0.9,
      0.6,
    );
  });
}

/** The light: a colour cast, brighter on one side, and corners that fall into shade. */
export function drawLight(pen: Pen, { width, height }: Size): string {
  const { dice } = pen;
  const cast: Colour = dice.pick([
    { h: 35, s: 90, l: 62 },
    { h: 215, s: 60, l: 40 },
    { h: 240, s: 40, l: 10 },
    { h: 0, s: 0, l: 100 },
    { h: 300, s: 40, l: 40 },
  ]);
  const strength = dice.between(0, 0.42);
  const side = pen.define((id) =>
    element(
      'linearGradient',
      { id, x1: dice.pick([0, 1]), y1: 0, x2: 0.5, y2: 1 },
      element('stop', { offset: 0, 'stop-color': css(cast), 'stop-opacity': strength }) +
        element('stop', { offset: 1, 'stop-color': css(cast), 'stop-opacity': strength * 0.3 }),
    ),
  );
  const corners = pen.define((id) =>
    element(
      'radialGradient',
      { id, cx: dice.between(0.35, 0.65), cy: dice.between(0.3, 0.6), r: 0.8 },
      element('stop', { offset: 0.45, 'stop-color': '#000', 'stop-opacity': 0 }) +
        element('stop', { offset: 1, 'stop-color': '#000', 'stop-opacity': dice.between(0, 0.6) }),
    ),
  );
  return [side, corners].map((fill) => element('rect', { width, height, fill })).join('');
}
