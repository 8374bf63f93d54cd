import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildHead } from '../../src/head/build-head';
import {
  checkIndices,
  checkOutput,
  checkSameClasses,
  classesOf,
  classNamesOf,
  classWord,
} from '../../src/head/classes';
import { tf } from '../../src/tensorflow';

const headOf = (units: number, activation: 'sigmoid' | 'softmax' | 'linear') =>
  tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units, activation })] });
const three = { cats: 0, dogs: 1, owls: 2 };

test('classesOf() counts two for one sigmoid unit, else the units', () => {
  assert.deepEqual(
    [2, 3, 7].map((classes) => classesOf(buildHead({ inputShape: [4], seed: 1, units: 2, classes }))),
    [2, 3, 7],
  );
});

test('classWord() gives the name, or the number', () => {
  assert.deepEqual(
    [classWord(1, three), classWord(1), classWord(3, three)],
    ["'dogs'", 'class 1', 'class 3'],
  );
});

describe('checkOutput()', () => {
  test('takes one sigmoid unit or a softmax of two for two classes, a softmax for more', () => {
    checkOutput(headOf(1, 'sigmoid'), { classes: 2 });
    checkOutput(headOf(2, 'softmax'), { classes: 2 });
    checkOutput(headOf(3, 'softmax'), { classes: 3, classIndices: three });
    const apart = tf.sequential({
      layers: [tf.layers.dense({ inputShape: [4], units: 3 }), tf.layers.softmax()],
    });
    checkOutput(apart, { classes: 3 });
  });

  test('refuses one sigmoid unit for three classes, and names them', () => {
    assert.throws(() => checkOutput(headOf(1, 'sigmoid'), { classes: 3, classIndices: three }), {
      name: 'LittleDataError',
      message:
        'the head: expected a softmax of 3 units for 3 classes (cats, dogs, owls), found 1 unit with sigmoid. ' +
        'Build it with `buildHead({ classes: 3, ... })`, or correct the class folders.',
    });
  });

  test('refuses a softmax of three for two classes', () => {
    assert.throws(
      () => checkOutput(headOf(3, 'softmax'), { classes: 2, classIndices: { cats: 0, dogs: 1 } }),
      /expected one sigmoid unit for two classes \(cats, dogs\), found 3 units with softmax\. Build it with `buildHead\(\{ classes: 2/,
    );
  });

  test('refuses outputs that are no probabilities', () => {
    assert.throws(() => checkOutput(headOf(1, 'softmax'), { classes: 2 }), /found 1 unit with softmax/);
    assert.throws(() => checkOutput(headOf(1, 'linear'), { classes: 2 }), /found 1 unit with linear/);
    assert.throws(() => checkOutput(headOf(3, 'sigmoid'), { classes: 3 }), /found 3 units with sigmoid/);
  });
});

test('checkSameClasses() compares names and order, where both are known', () => {
  const words = { where: 'the validation data', of: 'the train data' };
  checkSameClasses(three, { owls: 2, cats: 0, dogs: 1 }, words);
  checkSameClasses(undefined, three, words);
  assert.throws(
    () => checkSameClasses({ cats: 0, dogs: 1 }, { dogs: 0, cats: 1 }, words),
    /the validation data: expected the classes of the train data, 0 'cats', 1 'dogs', found 0 'dogs', 1 'cats'\./,
  );
});

test('checkIndices() wants the labels 0, 1, ... one a class', () => {
  checkIndices(three, 3, 'the head');
  checkIndices(undefined, 3, 'the head');
  assert.throws(
    () => checkIndices(three, 2, 'x.h5'),
    /x\.h5: expected names for the labels 0 to 1 .* found 0 'cats'/,
  );
  assert.throws(() => checkIndices({ a: 1, b: 2 }, 2, 'x.h5'), /found 1 'a', 2 'b'/);
});

test('checkSameClasses() takes the two forms of an accent for one name', () => {
  const where = { where: 'x', of: 'y' };
  checkSameClasses({ 'B\u00e4r': 0, Fuchs: 1 }, { 'Ba\u0308r': 0, Fuchs: 1 }, where);
  assert.throws(() => checkSameClasses({ 'B\u00e4r': 0 }, { Bar: 0 }, where), /0 'Bar'/);
});

test('classNamesOf() gives names by label, and the label where there is no name', () => {
  assert.deepEqual(classNamesOf(3, { dogs: 2, cats: 0 }), ['cats', '1', 'dogs']);
  assert.deepEqual(classNamesOf(2), ['0', '1']);
});
