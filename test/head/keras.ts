/** Runs Python Keras for tests that compare with it. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const python = process.env.LITTLE_DATA_KERAS_PYTHON;

/** `false`, or why tests that need Python Keras are skipped. */
export const withoutKeras = python ? false : 'LITTLE_DATA_KERAS_PYTHON names no Python with Keras 3';

/** Runs `keras-head.py` in a folder. */
export function keras(
  task: 'save' | 'save2' | 'predict' | 'load' | 'kinds' | 'fit' | 'fit-own' | 'vgg16',
  folder: string,
  classes = 2,
): void {
  execFileSync(python!, [path.join(__dirname, 'keras-head.py'), task, folder, String(classes)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}
