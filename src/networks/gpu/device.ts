/** Which processor runs a network: what was asked for with the base, else by the environment. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { checkOneOf } from '../../check';
import { wantedBackend } from '../../tensorflow';

/**
 * `'gpu'`: the graphics card, by WebGPU, or an error. `'cpu'`: TensorFlow. `'auto'`: the graphics card for runs over many photos, where
 * there is a real one whose features agree with the CPU's.
 */
export type Device = 'gpu' | 'cpu' | 'auto';

const devices: readonly Device[] = ['gpu', 'cpu', 'auto'];

/** Throws unless `device` is one; returns it. */
export function checkDevice(device: unknown): Device {
  return checkOneOf<Device>('device', device ?? defaultDevice(), devices);
}

/** What a model was loaded for. */
export function deviceOf(model: LayersModel): Device {
  return (model as { device?: Device }).device ?? defaultDevice();
}

/** What a cluster's workers compute a model on: one kind for all of them, so a card only where it was asked for. */
export function workersDeviceOf(model: LayersModel): 'gpu' | 'cpu' {
  return deviceOf(model) === 'gpu' ? 'gpu' : 'cpu';
}

function defaultDevice(): Device {
  if (wantedBackend === 'webgpu') return 'gpu';
  return wantedBackend === 'auto' ? 'auto' : 'cpu';
}
