import { preprocessInput, ResNet50 } from '../../src/networks/resnet50';
import { testKerasBase } from './keras-base-cases';

testKerasBase({
  name: 'ResNet50',
  build: ResNet50,
  preprocessInput,
  file: 'resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5',
  parameters: 23_587_712,
  channels: 2048,
});
