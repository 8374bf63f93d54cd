import { test } from 'node:test';
import { fitTemperature, temperatureRange } from '../../src/numerics/temperature';
import { close, references, sureLogits } from './references';

test("fitTemperature() has the minimum of SciPy's minimize_scalar", () => {
  for (const { n, classes, temperature } of references.temperatures) {
    const { logits, labels } = sureLogits(n, classes);
    // SciPy sees the loss alone, which is flat there: half of its digits are right.
    close(fitTemperature(logits, { labels, classes }), temperature, 1e-5 * temperature);
  }
});

test('fitTemperature() ends at the bounds where no temperature is best', () => {
  const labels = [0, 1];
  close(fitTemperature([1, 0, 0, 1], { labels, classes: 2 }), temperatureRange[0], 1e-6);
  close(fitTemperature([0, 1, 1, 0], { labels, classes: 2 }), temperatureRange[1], 1e-3);
});
