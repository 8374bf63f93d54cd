"""Grad-CAM by TensorFlow in Python, for a test: `python grad-cam.py <folder> <layer>`.

Reads base.h5 and head.h5 (Keras' `model.save`), pixels x.npy [1, h, w, 3]; writes for each class the heat as <label>.npy.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import keras
import numpy as np
import tensorflow as tf

folder, layer = sys.argv[1:]
os.chdir(folder)
base, head = keras.models.load_model("base.h5", compile=False), keras.models.load_model("head.h5", compile=False)
x = tf.constant(np.load("x.npy"))
inner = base.get_layer(layer)
maps = keras.Model(base.inputs, inner.output)(x)
behind = base.layers[base.layers.index(inner) + 1 :]
classes = max(2, head.output_shape[1])
for label in range(classes):
    with tf.GradientTape() as tape:
        tape.watch(maps)
        y = maps
        for one in behind + head.layers[:-1]:
            y = one(y)
        last = head.layers[-1]
        logits = y @ last.kernel + last.bias
        score = logits[0, label] if classes > 2 else (logits[0, 0] if label == 1 else -logits[0, 0])
    gradient = tape.gradient(score, maps)
    heat = tf.nn.relu(tf.reduce_sum(maps * tf.reduce_mean(gradient, (1, 2), keepdims=True), -1))[0].numpy()
    np.save(f"{label}.npy", heat / (heat.max() or 1))
