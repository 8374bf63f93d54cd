/** The project's bases by their digests, so that a head finds its own. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { processState } from '../state';
import { EfficientNetLite0 } from './efficientnet-lite';
import { VGG16 } from './vgg16';

/** SHA-256 of layers and weights, as features record it, of the bases for photos of any size. */
export const knownBases: Readonly<Record<string, () => Promise<LayersModel>>> = {
  ee91baeca2def4061e51ff4a4d37b236eb7ee20ad18dc251b59ef7f03609f8fa: () => VGG16(),
  ab3298187fe88a44c853991ad432f594967f18d0224808c676a657e1fa227c03: () => EfficientNetLite0(),
  '50214cf5637a26dc4fff82d83f45208b2def914ac183172d090e975eaea27357': () =>
    EfficientNetLite0({ pooling: 'avg' }),
  '482b5460b18f044b9a050db586c1f3cfa321a1e3329fd256908898b1b7cac387': () =>
    EfficientNetLite0({ pooling: 'max' }),
};

/** The base of a digest, loaded once per process; VGG16 for one that is not the project's, which a check then names. */
export function sharedBase(digest: string): Promise<LayersModel> {
  const shared = processState('bases', () => new Map<() => Promise<LayersModel>, Promise<LayersModel>>());
  const build = knownBases[digest] ?? Object.values(knownBases)[0]!;
  const base = shared.get(build) ?? build();
  shared.set(build, base);
  return base;
}
