/** What a training run recorded, as Keras' `History`. */

/** Numbers of one epoch. `acc` is the fraction of right predictions, 0..1; `loss` the mean cross-entropy in nats. */
export interface EpochLogs {
  /** Of the train data, while training: with dropout, mean over the epoch. */
  loss: number;
  /** Of the train data, likewise. */
  acc: number;
  /** Of the validation data, at the epoch's end. */
  val_loss?: number;
  /** Of the validation data, at the epoch's end. */
  val_acc?: number;
  /** The learning rate of the epoch's last batch, where it may change during the run. */
  lr?: number;
}

/** Keras' `History`: `history.history.acc[i]` is the accuracy of epoch i. */
export interface History {
  /** The epochs' numbers: 0, 1, 2, ... */
  epoch: number[];
  /** `loss`, `acc`, with validation data `val_loss`, `val_acc`, with a changing learning rate `lr`; the names `accuracy`, `val_accuracy` work too. */
  history: Record<string, number[]>;
  /** The settings of the run that are numbers. */
  params: Record<string, number>;
}

/** A history without an epoch. */
export function emptyHistory({
  params,
  validation,
  rate = false,
}: {
  params: Record<string, number>;
  validation: boolean;
  rate?: boolean;
}): History {
  const history: Record<string, number[]> = { loss: [], acc: [] };
  if (validation) Object.assign(history, { val_loss: [], val_acc: [] });
  if (rate) history.lr = [];
  // Keras renamed `acc` in 2.3: whoever knows the newer names finds them, and a table still has four columns.
  for (const name of ['acc', 'val_acc']) {
    if (history[name])
      Object.defineProperty(history, name.replace('acc', 'accuracy'), {
        get: () => history[name],
        enumerable: false,
      });
  }
  return { epoch: [], history, params };
}

/** Adds an epoch's numbers. */
export function record(history: History, logs: EpochLogs): void {
  history.epoch.push(history.epoch.length);
  for (const [name, value] of Object.entries(logs)) history.history[name]!.push(value as number);
}

/** `Epoch 3/50 - 2s - loss: 0.4312 - acc: 0.8215 - val_loss: ...`, as Keras prints it with `verbose=2`. */
export function epochLine(
  logs: EpochLogs,
  { epoch, epochs, seconds }: { epoch: number; epochs: number; seconds: number },
): string {
  const time = seconds < 1 ? `${Math.round(seconds * 1000)}ms` : `${Math.round(seconds)}s`;
  const numbers = Object.entries(logs).map(
    ([name, value]) => `${name}: ${name === 'lr' ? Number(value.toPrecision(3)) : value.toFixed(4)}`,
  );
  return [`Epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`, time, ...numbers].join(' - ');
}
