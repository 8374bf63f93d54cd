/** Whether probabilities are what they say: of predictions with 0.8, eight of ten should be right. */

/** The predictions whose probability lies in one part of 0..1. */
export interface CalibrationBin {
  /** Probabilities above this ... */
  from: number;
  /** ... up to this. */
  to: number;
  /** How many predictions. */
  count: number;
  /** Their mean probability; 0 for none. */
  confidence: number;
  /** Fraction that is right, 0..1; 0 for none. */
  acc: number;
}

/** Predictions in bins of equal width by the probability of the predicted class, 0..1. */
export function calibrationBins(
  confidences: ArrayLike<number>,
  { right, bins }: { right: ArrayLike<boolean>; bins: number },
): CalibrationBin[] {
  const found = Array.from({ length: bins }, (_, i) => ({
    ...{ from: i / bins, to: (i + 1) / bins, count: 0, confidence: 0, acc: 0 },
  }));
  for (let row = 0; row < confidences.length; row++) {
    const bin = found[Math.min(bins - 1, Math.max(0, Math.ceil(confidences[row]! * bins) - 1))]!;
    bin.count++;
    bin.confidence += confidences[row]!;
    if (right[row]) bin.acc++;
  }
  for (const bin of found.filter(({ count }) => count > 0)) {
    bin.confidence /= bin.count;
    bin.acc /= bin.count;
  }
  return found;
}

/** The expected calibration error, 0..1: the mean distance of accuracy and probability (Guo et al. 2017, arXiv 1706.04599). */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce(
    (sum, { count, acc, confidence }) => sum + (count / all) * Math.abs(acc - confidence),
    0,
  );
}
