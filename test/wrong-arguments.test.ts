/** A text in place of a model, a generator or a list is refused by name, and not by an error of JavaScript. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  evaluateHead,
  exportModel,
  LittleDataError,
  loadHead,
  predictGenerator,
  predictPhoto,
  predictToFile,
  saveHead,
  showNetwork,
  showPredictions,
  trainHead,
} from '../src';
import { tensorflowReady, tf } from '../src/tensorflow';

before(tensorflowReady);

const text = 'a text' as never;
const calls: Record<string, [name: string, call: () => unknown]> = {
  saveHead: ['head', () => saveHead(text, 'x.h5')],
  'evaluateHead()': ['head', () => evaluateHead(text, tf.zeros([2, 2]), [0, 1])],
  loadHead: ['model', () => loadHead('x.h5', { model: text })],
  trainHead: ['model', () => trainHead(tf.zeros([2, 2]), [0, 1], { model: text })],
  showNetwork: ['base', () => showNetwork(text, { inputSize: [4, 4] })],
  predictGenerator: ['model', () => predictGenerator(text, text)],
  predictToFile: ['model', () => predictToFile(text, text, { file: 'x.npy' })],
  showPredictions: ['predictions', () => showPredictions(text)],
  'exportModel, a promise': ['head', () => exportModel(Promise.resolve() as never, 'x')],
  'predictPhoto, a number': ['head', () => predictPhoto('x.jpg', { head: 5 as never })],
};

describe('a wrong argument is refused by name by', () => {
  for (const [label, [name, call]] of Object.entries(calls))
    test(label, async () => {
      await assert.rejects(
        async () => call(),
        (error: Error) => {
          assert(error instanceof LittleDataError, error.stack);
          assert(error.message.startsWith(`\`${name}\`: `), error.message);
          return true;
        },
      );
    });
});
