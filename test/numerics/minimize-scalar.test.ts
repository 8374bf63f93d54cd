import { test } from 'node:test';
import { minimizeScalar } from '../../src/numerics/minimize-scalar';
import { close } from './references';

test('minimizeScalar() finds a minimum within the range, and at its end', () => {
  // cosh(x - 1) has it at 1; 1e-7 is what rounding leaves of a flat bottom.
  close(
    minimizeScalar((x) => Math.cosh(x - 1), [-3, 9]),
    1,
    1e-7,
  );
  close(
    minimizeScalar((x) => x, [2, 3]),
    2,
    1e-7,
  );
});
