import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { summaryText, withKerasSummary } from '../../src/networks/summary';
import { tf } from '../../src/tensorflow';

const model = tf.sequential({
  name: 'head',
  layers: [
    tf.layers.flatten({ inputShape: [4, 4, 512], name: 'flatten' }),
    tf.layers.dense({ units: 256, name: 'dense' }),
    tf.layers.dense({ units: 1, name: 'a_layer_with_quite_a_long_name', trainable: false }),
  ],
});
after(() => model.dispose());

// The form of Keras 2: columns of 29 and 27 characters, longer text cut.
const expected = `Model: "head"
_________________________________________________________________
Layer (type)                 Output Shape               Param #
=================================================================
flatten (Flatten)            (None, 8192)               0

dense (Dense)                (None, 256)                2097408

a_layer_with_quite_a_long_na (None, 1)                  257
=================================================================
Total params: 2,097,665
Trainable params: 2,097,408
Non-trainable params: 257
_________________________________________________________________`;

test("summaryText() has the form of Keras' table", () => {
  assert.equal(summaryText(model), expected);
});

test('withKerasSummary() prints it, or hands it over', () => {
  assert.equal(withKerasSummary(model), model);
  const printed: string[] = [];
  model.summary(undefined, undefined, (line) => printed.push(String(line)));
  assert.deepEqual(printed, [expected]);
});
