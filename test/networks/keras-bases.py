"""Bases with random weights from Python Keras, for tests: `python keras-bases.py <folder> <application>`.

Writes <application>.weights.h5 and <application>.h5 (the layout of Keras' published files), pixels x.npy of 2 x 75 x 96 x 3 in
0..255, what the application's preprocess_input makes of them (prepared.npy), and the features (features.npy).
Weights are uniform, also the statistics of batch norms.
"""

import importlib
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import h5py
import keras
import numpy as np
from keras.src.applications import efficientnet
from keras.src.legacy.saving import legacy_h5_format

folder, name = sys.argv[1:3]
os.chdir(folder)
module = {"MobileNetV2": "mobilenet_v2", "ResNet50": "resnet50", "EfficientNetB0": "efficientnet"}[name]
rng = np.random.default_rng(1)


def drawn(weight):
    kind = weight.path.split("/")[-1]
    if kind == "count":
        return np.zeros((), "int64")
    if kind in ("gamma", "moving_variance", "variance"):
        return rng.uniform(0.5, 1.5, weight.shape)
    if kind == "kernel":
        inputs = np.prod(weight.shape[:-1] if "dw" not in weight.path and "depthwise" not in weight.path else weight.shape[:2])
        return rng.uniform(-1, 1, weight.shape) * np.sqrt(3 / inputs)
    return rng.uniform(-0.5, 0.5, weight.shape)


model = getattr(keras.applications, name)(include_top=False, weights=None, input_shape=(75, 96, 3))
for weight in model.weights:
    weight.assign(drawn(weight))
model.save_weights(f"{name}.weights.h5")
# `Normalization` takes over its variables where they are loaded.
model.load_weights(f"{name}.weights.h5")
with h5py.File(f"{name}.h5", "w") as file:
    legacy_h5_format.save_weights_to_hdf5_group(file, model)
x = rng.integers(0, 256, (2, 75, 96, 3)).astype("float32")
np.save("x.npy", x)
prepared = importlib.import_module(f"keras.applications.{module}").preprocess_input(x.copy())
np.save("prepared.npy", prepared)
np.save("features.npy", model.predict(prepared, verbose=0))
if name == "EfficientNetB0":
    # As Keras builds it with ImageNet's weights: rescaled twice, from the file that it would download.
    model.get_layer("normalization").adapt_variance.assign(np.square([0.229, 0.224, 0.225]))
    with h5py.File("efficientnetb0_notop.h5", "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
    efficientnet.file_utils.get_file = lambda file_name, *_, **__: file_name
    imagenet = keras.applications.EfficientNetB0(include_top=False, input_shape=(75, 96, 3))
    assert [layer.name for layer in imagenet.layers if isinstance(layer, keras.layers.Rescaling)][1:], "rescaled twice"
    imagenet.save_weights("imagenet.weights.h5")
    np.save("imagenet.npy", imagenet.predict(prepared, verbose=0))
