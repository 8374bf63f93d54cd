"""The head in Python Keras, for tests: `python keras-head.py save|predict|fit <folder> <classes>`.

save: writes a head with random weights as keras.h5, keras.weights.h5, keras.keras, and rows x.npy with its answers y.npy.
predict: loads head.h5, answers for x.npy in y.npy.
fit: loads head.h5, trains it on x.npy and labels.npy without shuffling, writes losses.npy and y.npy.
vgg16: writes VGG16 without its top, random weights, as vgg16.weights.h5, and a picture x.npy with its features y.npy.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import keras
import numpy as np

task, folder, classes = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.chdir(folder)
keras.utils.set_random_seed(1)


def head(dropout):
    last = (1, "sigmoid") if classes == 2 else (classes, "softmax")
    return keras.Sequential(
        [
            keras.layers.Input((2, 2, 4)),
            keras.layers.Flatten(),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(last[0], activation=last[1]),
        ]
    )


if task == "save":
    model = head(0.5)
    x = np.random.default_rng(1).normal(size=(5, 2, 2, 4)).astype("float32")
    for name in ["keras.h5", "keras.keras"]:
        model.save(name)
    model.save_weights("keras.weights.h5")
    np.save("x.npy", x)
    np.save("y.npy", model.predict(x, verbose=0))
elif task == "predict":
    model = head(0.5)
    model.load_weights("head.h5")
    np.save("y.npy", model.predict(np.load("x.npy"), verbose=0))
elif task == "fit":
    model = head(0.0)
    model.load_weights("head.h5")
    kind = "binary" if classes == 2 else "sparse_categorical"
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss=kind + "_crossentropy", metrics=["accuracy"])
    x, labels = np.load("x.npy"), np.load("labels.npy")
    fitted = model.fit(x, labels, batch_size=4, epochs=3, shuffle=False, verbose=0)
    np.save("losses.npy", np.array([fitted.history["loss"], fitted.history["accuracy"]], "float32"))
    np.save("y.npy", model.predict(x, verbose=0))
elif task == "vgg16":
    model = keras.applications.VGG16(include_top=False, weights=None)
    x = np.random.default_rng(1).normal(size=(1, 32, 32, 3)).astype("float32")
    model.save_weights("vgg16.weights.h5")
    np.save("x.npy", x)
    np.save("y.npy", model.predict(x, verbose=0))
