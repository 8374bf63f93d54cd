/** The project's bases by their digests, so that a head finds its own. */
import type { LayersModel } from '@tensorflow/tfjs-node';
import { processState } from '../state';
import { EfficientNetLite0, EfficientNetLite1, EfficientNetLite2 } from './efficientnet-lite';
import { VGG16 } from './vgg16';

/** SHA-256 of layers and weights, as features record it, of the bases for photos of any size. */
export const knownBases: Readonly<Record<string, () => Promise<LayersModel>>> = {
  ee91baeca2def4061e51ff4a4d37b236eb7ee20ad18dc251b59ef7f03609f8fa: () => VGG16(),
  '6c278d9a6dcb30db92788319d64ec458e3731136b22158de022421f7226e5627': () => VGG16({ pooling: 'avg' }),
  dc5ccb5db7b89e6c49b28db3350f1deaf3ee866c851683bc5160e71a39590674: () => VGG16({ pooling: 'max' }),
  fc6320e041fa1f0044dcc3bed8f7ce88b8fe5decf4f70d46fa754c9f0151c1f2: () => EfficientNetLite0(),
  '095c9a331c35279dfe2d707c759dc6f2c9323cb958ce9417e7b1e896a7d136ce': () =>
    EfficientNetLite0({ pooling: 'avg' }),
  a95c27f530f69d75eca94b7138d7181eb3e8d00a544840a3db110a703efdf10d: () =>
    EfficientNetLite0({ pooling: 'max' }),
  f196dc99a1ee20afecd7c756508ce9a039f648cfe0d6f3da819762cc4dfdfa25: () => EfficientNetLite1(),
  '1127cdcba7ab6dc88e4777ff7c11248cdf7fb279364547bf9b9e313fb3d5459d': () =>
    EfficientNetLite1({ pooling: 'avg' }),
  '3573bd5438696474331bbd76fbe2ed2a7780202796060b5d8cf628eec42c78e0': () =>
    EfficientNetLite1({ pooling: 'max' }),
  '13f5c193347a2008e6a96d696af64447b0d214675e5eb928a161b006bf4c2e0b': () => EfficientNetLite2(),
  '56462bf32dfdaccbb714868c72d7bba2f66abd494f736a483dd2489cf90a86c3': () =>
    EfficientNetLite2({ pooling: 'avg' }),
  '245e5eff49303bf9087189181849ff6129c9262577254998babc35be87ff0d73': () =>
    EfficientNetLite2({ pooling: 'max' }),
};

/** The base of a digest, loaded once per process; VGG16 for one that is not the project's, which a check then names. */
export function sharedBase(digest: string): Promise<LayersModel> {
  const shared = processState('bases', () => new Map<() => Promise<LayersModel>, Promise<LayersModel>>());
  const build = knownBases[digest] ?? Object.values(knownBases)[0]!;
  const base = shared.get(build) ?? build();
  shared.set(build, base);
  return base;
}
