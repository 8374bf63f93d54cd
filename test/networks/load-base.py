"""Models of Python Keras for tests: `python load-base.py <folder>`.

Writes small.keras, small.h5, mobilenet.keras and mobilenet.h5, all with random weights and statistics of batch norms, pixels x.npy of 2 x 33 x 48 x 3
in 0..255, and what the models make of them (small.npy, mobilenet.npy); and normalized.keras with a layer that TensorFlow.js lacks.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import keras
import numpy as np
from keras import layers

os.chdir(sys.argv[1])
rng = np.random.default_rng(1)
x = rng.integers(0, 256, (2, 33, 48, 3)).astype("float32")
np.save("x.npy", x)


def small():
    pixels = layers.Input((33, 48, 3))
    y = layers.Rescaling(1 / 127.5, offset=-1)(pixels)
    y = layers.ZeroPadding2D(((1, 0), (2, 1)))(y)
    y = layers.ReLU(6)(layers.BatchNormalization()(layers.Conv2D(6, 3, strides=2, use_bias=False)(y)))
    z = layers.Activation("silu")(layers.DepthwiseConv2D(3, padding="same", depth_multiplier=1)(y))
    pooled = layers.GlobalAveragePooling2D()(z)
    gate = layers.Reshape((1, 1, 6))(layers.Dense(6, activation="sigmoid")(pooled))
    y = layers.Add(name="joined")([layers.Multiply()([z, gate]), y])
    y = layers.Concatenate()([layers.Average()([y, z]), layers.Maximum()([y, z])])
    return keras.Model(pixels, layers.Dense(4, activation="softmax")(layers.GlobalMaxPooling2D()(y)))


def mobilenet():
    return keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(33, 48, 3), pooling="avg")


for name, build in (("small", small), ("mobilenet", mobilenet)):
    model = build()
    for weight in model.weights:
        kind = weight.path.split("/")[-1]
        near_one = kind in ("gamma", "moving_variance")
        weight.assign(rng.uniform(0.5, 1.5, weight.shape) if near_one else rng.uniform(-0.3, 0.3, weight.shape))
    model.save(f"{name}.keras")
    model.save(f"{name}.h5")
    np.save(f"{name}.npy", model.predict(x, verbose=0))
    if name == "small":
        np.save("joined.npy", keras.Model(model.input, model.get_layer("joined").output).predict(x, verbose=0))
normalized = keras.Sequential([layers.Input((33, 48, 3)), layers.UnitNormalization()])
normalized.save("normalized.keras")
two = layers.Input((4,)), layers.Input((4,))
keras.Model(two, layers.Add()(list(two))).save("two.keras")
keras.Sequential([layers.Input((None, None, 1)), layers.Conv2D(2, 3)]).save("grey.keras")
