/** One picture of a cat or a dog, as SVG. */
import type { Random } from '../../../src/random';
import { drawBody, type Pose } from './body';
import { type Coat, type Kind, makeCoat, silhouetteOf } from './coat';
import { type Cover, drawCover, drawLight, drawWeather } from './foreground';
import { element, filled, makePen, oval, type Pen, placed } from './pen';
import { drawScene, type Place } from './scene';
import type { Size } from './things';

/** Where cats and dogs are met: as in photos, cats more often indoors, dogs more often outdoors. */
const places: Record<Kind, Record<Place, number>> = {
  cat: {
    room: 7,
    window: 6,
    sofa: 7,
    meadow: 1.5,
    snow: 0.3,
    beach: 0.3,
    dusk: 0.3,
    plain: 2,
    pattern: 3,
    lights: 2,
    paper: 1,
  },
  dog: {
    room: 1.5,
    window: 0.7,
    sofa: 1.5,
    meadow: 9,
    snow: 4,
    beach: 5,
    dusk: 0.5,
    plain: 2,
    pattern: 1,
    lights: 1,
    paper: 1,
  },
};
const poses: Record<Pose, number> = {
  portrait: 14,
  profile: 3,
  sitting: 5,
  seated: 4,
  standing: 3,
  lying: 2,
  curled: 1,
  behind: 0.5,
};
const covers: Record<Cover, number> = {
  none: 32,
  grass: 2,
  slats: 1,
  wires: 1,
  cushion: 1,
  plant: 1,
  blanket: 1,
};
const shares = { far: 0.04, close: 0.2 };

/**
 * Draws one cat or dog somewhere.
 *
 * @param kind `'cat'` or `'dog'`.
 * @param random numbers in [0, 1); every choice is taken from it, so that the same numbers give the same picture.
 * @returns an SVG document without text and without outside resources, 200 to 320 pixels wide and high.
 */
export function drawAnimal(kind: Kind, random: Random): string {
  const pen = makePen(random);
  const { dice } = pen;
  const size = { width: Math.round(dice.between(200, 320)), height: Math.round(dice.between(200, 320)) };
  const place = dice.weighted(places[kind]);
  const scene = drawScene(pen, place, size);
  const coat = coatFor(pen, kind, place);
  const pose = dice.weighted(poses);
  const figure = drawBody(pen, kind, { coat, pose });
  const scale = scaleOf(pen, figure, size);
  const flip = dice.chance(0.5);
  const [wide, high] = [(figure.right - figure.left) * scale, (figure.bottom - figure.top) * scale];
  const head = pose === 'portrait' || pose === 'profile';
  const ground = head ? size.height * dice.between(0.88, 1.02) : size.height * dice.between(...scene.ground);
  // Of a big animal the head stays inside the picture and the feet fall out of it.
  const foot = Math.max(ground, Math.min(high * 0.95, size.height * 1.45));
  const room = Math.max(size.width - wide, wide * 0.12);
  const left = size.width / 2 - wide / 2 + dice.between(-0.5, 0.5) * room;
  const x = left - (flip ? -figure.right : figure.left) * scale;
  const turn = dice.chance(0.35) ? dice.between(-22, 22) : dice.between(-5, 5);
  const shade =
    head || coat.silhouette
      ? ''
      : filled(
          oval([left + wide / 2, foot], wide * 0.46, wide * 0.07),
          { h: 240, s: 20, l: 8 },
          { 'fill-opacity': 0.3 },
        );
  const animal = placed(figure.svg, { x, y: foot - figure.bottom * scale, turn, scale, flip });
  const around = { x: left, y: foot - high, width: wide, height: high };
  const weather = dice.chance(place === 'snow' ? 0.7 : 0.1)
    ? drawWeather(pen, place === 'snow' ? 'snow' : dice.pick(['snow', 'rain']), {
        size,
        amount: dice.between(0.2, 1),
      })
    : '';
  const parts = [
    scene.svg,
    shade,
    rough(pen, animal, { sketch: place === 'paper' }),
    drawCover(pen, dice.weighted(covers), { size, around }),
    weather,
    drawLight(pen, size),
  ];
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', ...size },
    element('defs', {}, pen.definitions.join('')) + parts.join(''),
  );
}

function coatFor(pen: Pen, kind: Kind, place: Place): Coat {
  const { dice } = pen;
  const coat = makeCoat(kind, pen);
  if (place === 'dusk' || dice.chance(0.01))
    return silhouetteOf(coat, { h: dice.between(220, 380), s: 25, l: dice.between(6, 14) });
  if (place !== 'paper' || dice.chance(0.3)) return coat;
  const ink = { h: dice.between(200, 400), s: dice.between(0, 60), l: dice.between(12, 38) };
  const blank = { h: 45, s: 20, l: 95 };
  const tinted = dice.chance(0.4);
  return {
    ...coat,
    base: tinted ? { ...coat.base, l: 80 } : blank,
    pale: blank,
    marking: { ...ink, l: ink.l + 25 },
    line: ink,
    iris: tinted ? coat.iris : ink,
    nose: ink,
    outline: dice.between(0.9, 1.8),
    shading: 0.1,
  };
}

function scaleOf(
  { dice }: Pen,
  figure: { left: number; right: number; top: number; bottom: number },
  size: Size,
): number {
  const fitting = Math.min(
    size.width / (figure.right - figure.left),
    size.height / (figure.bottom - figure.top),
  );
  const chosen = dice.between(0, 1);
  if (chosen < shares.far) return fitting * dice.between(0.24, 0.45);
  if (chosen > 1 - shares.close) return fitting * dice.between(1.05, 1.6);
  return fitting * dice.between(0.5, 0.95);
}

/** Edges as a shaking hand or fur has them. */
function rough(pen: Pen, inside: string, { sketch }: { sketch: boolean }): string {
  const { dice } = pen;
  if (!sketch && dice.chance(0.6)) return inside;
  const [frequency, reach] = sketch
    ? [0.03, dice.between(4, 9)]
    : [dice.between(0.12, 0.3), dice.between(3, 8)];
  const filter = pen.define((id) =>
    element(
      'filter',
      { id, x: '-5%', y: '-5%', width: '110%', height: '110%' },
      element('feTurbulence', {
        type: 'fractalNoise',
        baseFrequency: frequency,
        numOctaves: 1,
        seed: Math.floor(dice.between(0, 999)),
        result: 'n',
      }) +
        element('feDisplacementMap', {
          in: 'SourceGraphic',
          in2: 'n',
          scale: reach,
          xChannelSelector: 'R',
          yChannelSelector: 'G',
        }),
    ),
  );
  return element('g', { filter }, inside);
}
