/** Numbers of SciPy, NumPy and cleanlab, and the data that `insight.py` made them of. */
import fs from 'node:fs';
import path from 'node:path';

interface References {
  powerLaws: { a: number; b: number; c: number; law: [number, number, number]; rest: number }[];
  temperatures: {
    n: number;
    classes: number;
    temperature: number;
    losses: [number, number];
    before: number;
    after: number;
  }[];
  confident: { n: number; classes: number; joint: number[][]; thresholds: number[]; suspects: number[] }[];
}

export const references: References = JSON.parse(
  fs.readFileSync(path.join(__dirname, 'insight.json'), 'utf8'),
);

/** Logits that are too sure, and labels of which some are others than the largest. */
export function sureLogits(n: number, classes: number): { logits: Float64Array; labels: Int32Array } {
  const labels = Int32Array.from({ length: n }, (_, i) => i % classes);
  const logits = Float64Array.from({ length: n * classes }, (_, at) => {
    const [i, k] = [Math.floor(at / classes), at % classes];
    return 6 * Math.sin(i * 12.9898 + k * 4.1414) + (k === labels[i] ? 5 : 0);
  });
  return { logits, labels };
}

/** Throws where two numbers differ by more than `tolerance`. */
export function close(found: number, expected: number, tolerance: number): void {
  if (Math.abs(found - expected) <= tolerance) return;
  throw new Error(`${found} instead of ${expected}`);
}
