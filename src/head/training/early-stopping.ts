/** Ends a run whose validation loss does not become smaller any more, as Keras' `EarlyStopping`. */
import { checkInteger, checkKeys, checkOneOf, problem } from '../../check';

/** When a run ends early. */
export interface EarlyStopping {
  /** After so many epochs without a smaller validation loss. */
  patience: number;
  /** Whether the head gets the weights of the epoch with the smallest validation loss. @default false */
  restoreBest?: boolean;
}

/** The checked options; undefined for none. */
export function checkEarlyStopping(
  options: EarlyStopping | undefined,
  { validation }: { validation: boolean },
): Required<EarlyStopping> | undefined {
  if (options === undefined) return undefined;
  checkKeys('`earlyStopping`', options, ['patience', 'restoreBest']);
  const { patience, restoreBest = false } = options;
  checkInteger('patience', patience, { min: 0 });
  checkOneOf('restoreBest', restoreBest, [true, false]);
  if (validation) return { patience, restoreBest };
  throw problem({
    where: '`earlyStopping`',
    expected: '`validationData` or `validationSplit`, whose loss it looks at',
    found: 'neither',
    next: 'Pass one of them, or leave `earlyStopping` out.',
  });
}

/** The epoch with the smallest validation loss, from 0; the first of several. */
export function bestEpoch(losses: readonly number[]): number {
  return losses.indexOf(losses.reduce((least, loss) => Math.min(least, loss), Number.POSITIVE_INFINITY));
}

/** Whether a run ends after epochs with these validation losses. */
export function isOver(losses: readonly number[], patience: number): boolean {
  const last = losses.length - 1;
  return last > 0 && last - bestEpoch(losses) >= Math.max(1, patience);
}
