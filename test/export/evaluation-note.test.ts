import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { evaluationNote, evaluationSentence } from '../../src/export/evaluation-note';
import type { Evaluation } from '../../src/insight/evaluation';
import { evaluationOf } from './heads';

const classNames = ['cats', 'dogs'];

describe('evaluationNote()', () => {
  test('keeps accuracy, interval and number of photos', () => {
    const evaluation = evaluationOf({ right: 18, photos: 20, classNames });
    assert.deepEqual(evaluationNote(evaluation, classNames), {
      ...{ acc: 0.9, interval: evaluation.intervals.acc, photos: 20 },
    });
  });

  test('refuses what is no evaluation, and that of other classes', () => {
    for (const wrong of [0.9, { acc: 0.9 }, []])
      assert.throws(
        () => evaluationNote(wrong as unknown as Evaluation, classNames),
        /`evaluation`: expected what evaluateHead gave/,
      );
    for (const names of [
      ['dogs', 'cats'],
      ['0', '1'],
      [...classNames, 'birds'],
    ])
      assert.throws(
        () => evaluationNote(evaluationOf({ right: 1, photos: 2, classNames: names }), classNames),
        /`evaluation`: expected that of a head with the classes cats, dogs, found/,
      );
  });
});

test('evaluationSentence() has the figures as percentages', () => {
  const sentence = evaluationSentence({ acc: 0.9512, interval: [0.934, 0.9645], photos: 802 });
  for (const figure of ['802 photos', '95.1%', '93.4% to 96.5%'])
    assert(sentence.includes(figure), `${figure}: ${sentence}`);
});
