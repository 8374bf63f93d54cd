import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chartSvg } from '../../src/plots/chart';
import { type MappedPhoto, plotPhotoMap, wrongFirst } from '../../src/plots/plot-photo-map';

const classNames = ['cats', 'dogs'];

function mapOf(count: number, { wrong = [] as number[], image = '' } = {}) {
  const points = Array.from({ length: count }, (_, row): MappedPhoto => {
    const trueClass = classNames[row % 2]!;
    const isWrong = wrong.includes(row);
    return {
      ...{ row, x: row + 0.12345, y: -row, file: `photos/${trueClass}/${row}.jpg`, trueClass },
      ...{ predictedClass: isWrong ? classNames[(row + 1) % 2]! : trueClass, wrong: isWrong },
      ...(image && row === 1 && { image }),
    };
  });
  return { points, classNames };
}

interface Spec {
  title: string;
  description: string;
  data: { values: Record<string, unknown>[] };
  layer: { transform: { filter: string }[]; encoding: { shape?: object; tooltip: { field: string }[] } }[];
}

describe('plotPhotoMap()', () => {
  test('has name, place and classes of each photo, and says how many are wrong', () => {
    const spec = plotPhotoMap(mapOf(4, { wrong: [2] })) as unknown as Spec;
    assert.deepEqual(spec.data.values[2], {
      ...{ x: 2.123, y: -2, trueClass: 'cats', name: '2.jpg', predictedClass: 'dogs', state: 'wrong' },
    });
    assert.match(spec.description, /4 photos of 2 classes, 1 of them/);
  });

  test('has a picture in the tooltip of those alone that have one', () => {
    const spec = plotPhotoMap(mapOf(4, { image: 'data:image/jpeg;base64,AA==' })) as unknown as Spec;
    const fields = spec.layer.map(({ encoding }) => encoding.tooltip.map(({ field }) => field));
    assert.deepEqual(fields, [
      ['name', 'trueClass', 'predictedClass'],
      ['image', 'name', 'trueClass', 'predictedClass'],
    ]);
    assert.equal(spec.data.values.filter(({ image }) => image).length, 1);
  });

  test('draws each photo once, wrong ones as another mark, and Vega has nothing to warn of', async (context) => {
    const warn = context.mock.method(console, 'warn');
    const svg = async (wrong: number[]) => {
      const text = await chartSvg(plotPhotoMap(mapOf(30, { wrong, image: 'data:,' })));
      const groups = [...text.matchAll(/<g class="mark-symbol role-mark [^>]*>(.*?)<\/g>/gs)];
      return groups.flatMap(([, own]) => [...own!.matchAll(/ d="([^"]*)/g)].map(([, d]) => d));
    };
    const marks = await svg([4, 9]);
    assert.equal(marks.length, 30);
    assert.equal(new Set(marks).size, 2);
    assert.equal(new Set(await svg([])).size, 1);
    assert.equal(warn.mock.callCount(), 0);
  });

  test('knows no right and wrong without predictions', () => {
    const points = [{ row: 0, x: 1, y: 2, trueClass: 'cats' }];
    const spec = plotPhotoMap({ points, classNames }) as unknown as Spec;
    assert.equal(spec.layer[0]!.encoding.shape, undefined);
    assert.deepEqual(spec.data.values, [{ x: 1, y: 2, trueClass: 'cats', name: 'row 0' }]);
  });

  test('says so where it leaves photos out, but none that is wrong', () => {
    const spec = plotPhotoMap(mapOf(100, { wrong: [1, 50] }), { mostPoints: 10 }) as unknown as Spec;
    assert.equal(spec.data.values.length, 10);
    assert.equal(spec.data.values.filter(({ state }) => state === 'wrong').length, 2);
    assert.match(spec.title, /10 of 100/);
  });

  test('refuses what is no map', () => {
    for (const map of [undefined, [], { points: [{ x: 1 }], classNames }])
      assert.throws(() => plotPhotoMap(map as never), /`map`/);
  });
});

test('wrongFirst() keeps the order of the rows, and takes the others evenly', () => {
  const rows = (count: number) => wrongFirst(mapOf(10, { wrong: [9] }).points, count).map(({ row }) => row);
  assert.deepEqual(rows(1), [9]);
  assert.deepEqual(rows(4), [0, 3, 6, 9]);
  assert.equal(rows(99).length, 10);
});
