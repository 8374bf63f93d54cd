'use strict';
/** The files of weights that `data/weights/` may hold. The set-up checks those of the repository, `npm run weights` makes the others. */

/**
 * @typedef {object} WeightFile
 * @property {string} [sha256] the file's digest
 * @property {string} [md5] that of Keras' own file, which holds the same arrays in another container
 * @property {boolean} inRepository
 */

/** @type {Record<string, WeightFile>} */
const weightFiles = {
  'vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5': {
    sha256: '34bd09a071012c7ff808cb0bbc63e6a8087299bcf0ef2ff20d620cffb35570f3',
    md5: '6d6bbae143d832006294945121d1f1fc',
    inRepository: true,
  },
  // What `scripts/weights/efficientnet_lite.py` makes of the published weights (Apache-2.0).
  'efficientnet_lite0_notop.safetensors': {
    sha256: '8873b0ffd348485fd43c9c026e6aa9ec14dc6006d0bfb5f9ae4a9b6aa70abab9',
    inRepository: true,
  },
  'efficientnet_lite0_top.safetensors': {
    sha256: 'db02d43f2694e1685099d303380f66c9016e359556437f51b063854b6354820e',
    inRepository: true,
  },
  'efficientnet_lite1_notop.safetensors': {
    sha256: 'b6a6a274d41865d61a59d192b890dca6863f0ac70644cd415300d198a9069927',
    inRepository: false,
  },
  'efficientnet_lite1_top.safetensors': {
    sha256: '48cbe667b494a40bf9df726b3918d18c23566488d775c8550b8fcd07a6af4a0b',
    inRepository: false,
  },
  'efficientnet_lite2_notop.safetensors': {
    sha256: 'd3eba94451a41d983dc0f74b96c0686f7888f974ea77e38d653dad73e52c8905',
    inRepository: false,
  },
  'efficientnet_lite2_top.safetensors': {
    sha256: '69bc338c2930bc5ca01338ca363ea00fd1008f17f91a41b1dbe3272ac3b878a4',
    inRepository: false,
  },
};

module.exports = { weightFiles };
