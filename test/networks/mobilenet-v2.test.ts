import { MobileNetV2, preprocessInput } from '../../src/networks/mobilenet-v2';
import { testKerasBase } from './keras-base-cases';

testKerasBase({
  name: 'MobileNetV2',
  build: MobileNetV2,
  preprocessInput,
  file: 'mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5',
  parameters: 2_257_984,
  channels: 1280,
});
