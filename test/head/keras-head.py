"""The head in Python Keras, for tests: `python keras-head.py save|save2|predict|load|kinds|fit|fit-own|vgg16 <folder> <classes>`.

save: writes a head with random weights as keras.h5, keras.weights.h5, keras.keras, and rows x.npy with its answers y.npy.
save2: the same head in the layouts of Keras 2 (see keras2.py): 2.h5, cut.h5, session.h5, whole.h5, numbered.weights.h5.
predict: loads head.h5, answers for x.npy in y.npy.
load: loads each <name>.h5 of the folder by load_model, answers for <name>.x.npy in <name>.y.npy.
kinds: writes heads of other layers and activations as <name>.h5, with rows <name>.x.npy and answers <name>.y.npy.
fit, fit-own: loads head.h5, trains it on x.npy and labels.npy without shuffling, writes losses.npy and y.npy.
vgg16: writes VGG16 without its top, random weights, as vgg16.weights.h5 and vgg16.h5 of Keras 3, vgg16-2.h5,
  vgg16-2-whole.h5 and vgg16-2.weights.h5 in the layouts of Keras 2, and a picture x.npy with its features y.npy.
"""

import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import keras
import keras2
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


def values(layer):
    return [np.asarray(weight) for weight in layer.weights]


def check_in_keras(model, path, x, y):
    """Keras 3 reads what is said to be a file of Keras 2, and answers the same."""
    for weight in model.weights:
        weight.assign(np.zeros(weight.shape))
    model.load_weights(path)
    np.testing.assert_array_equal(model.predict(x, verbose=0), y)


def head_layers(names, pattern="{layer}/{weight}:0"):
    """Flatten, hidden layer, dropout and output under these names, for keras2.py."""
    kinds = ["kernel", "bias"]
    return [
        (name, [(pattern.format(layer=name, weight=kind), value) for kind, value in zip(kinds, values(layer))])
        for name, layer in zip(names, model.layers)
    ]


def sequential_config(names):
    """As Keras 2.2 wrote it."""
    kinds = ["Flatten", "Dense", "Dropout", "Dense"]
    own = [{}, {"units": 8, "activation": "relu"}, {"rate": 0.5}, {"units": max(1, classes - 1)}]
    layers = [
        {"class_name": kind, "config": {"name": name, "trainable": True, **config}}
        for kind, name, config in zip(kinds, names, own)
    ]
    layers[0]["config"]["batch_input_shape"] = [None, 2, 2, 4]
    return {"class_name": "Sequential", "config": {"name": "sequential_1", "layers": layers}}


if task in ("save", "save2"):
    model = head(0.5)
    x = np.random.default_rng(1).normal(size=(5, 2, 2, 4)).astype("float32")
    for layer in model.layers:
        layer.set_weights([value + 0.1 for value in values(layer)])
    np.save("x.npy", x)
    np.save("y.npy", model.predict(x, verbose=0))

if task == "save":
    for name in ["keras.h5", "keras.keras"]:
        model.save(name)
    model.save_weights("keras.weights.h5")
elif task == "save2":
    y = np.load("y.npy")
    # TensorFlow 2 begins to count without a number, Keras on TensorFlow 1 with 1.
    newer = ["flatten", "dense", "dropout", "dense_1"]
    older = ["flatten_1", "dense_1", "dropout_1", "dense_2"]
    keras2.save_weights("2.h5", head_layers(newer), "2.15.0")
    keras2.save_weights("cut.h5", head_layers(newer), "2.15.0", limit=30)
    # A graph that already has weights of this name gives the next ones another.
    keras2.save_weights("session.h5", head_layers(older, "{layer}_1/{weight}:0"), "2.2.4")
    keras2.save_model("whole.h5", head_layers(older), "2.2.4", sequential_config(older))
    keras2.save_numbered("numbered.weights.h5", head_layers(newer))
    for path in ["2.h5", "cut.h5", "session.h5", "whole.h5", "numbered.weights.h5"]:
        check_in_keras(model, path, x, y)
elif task == "predict":
    model = head(0.5)
    model.load_weights("head.h5")
    np.save("y.npy", model.predict(np.load("x.npy"), verbose=0))
elif task == "load":
    for path in sorted(pathlib.Path(".").glob("*.h5")):
        model = keras.models.load_model(path)
        np.save(path.stem + ".y.npy", model.predict(np.load(path.stem + ".x.npy"), verbose=0))
elif task == "kinds":
    layers = keras.layers
    names = ["elu", "gelu", "linear", "relu", "relu6", "selu", "softplus", "softsign", "silu", "tanh", "sigmoid"]
    kinds = {
        name: [layers.Flatten(), layers.Dense(8, activation=name), layers.Dense(1, activation="sigmoid")]
        for name in names
    }
    kinds["softmax-of-two"] = [layers.Flatten(), layers.Dense(2, activation="softmax")]
    kinds["normalized"] = [
        layers.GlobalAveragePooling2D(),
        layers.BatchNormalization(),
        layers.Dense(5, use_bias=False, kernel_regularizer="l2", kernel_constraint=keras.constraints.MaxNorm(3)),
        layers.LayerNormalization(),
        layers.LeakyReLU(negative_slope=0.1),
        layers.Dropout(0.3),
        layers.Dense(3),
        layers.Softmax(),
    ]
    kinds["convolution"] = [
        layers.Conv2D(3, 2, activation="relu", padding="same"),
        layers.MaxPooling2D(),
        layers.Reshape((3,)),
        layers.ReLU(max_value=6.0),
        layers.Dense(1, activation="sigmoid"),
    ]
    rows = np.random.default_rng(2).normal(size=(5, 2, 2, 4)).astype("float32")
    for name, own in kinds.items():
        model = keras.Sequential([layers.Input((2, 2, 4)), *own])
        for layer in model.layers:
            layer.set_weights([value + 0.1 for value in values(layer)])
        model.save(name + ".h5")
        np.save(name + ".x.npy", rows)
        np.save(name + ".y.npy", model.predict(rows, verbose=0))
    start = keras.Input((2, 2, 4))
    flat = layers.Flatten()(start)
    both = keras.Model(start, layers.Dense(1, activation="sigmoid")(layers.Dense(8, activation="tanh")(flat)))
    both.save("functional.h5")
    np.save("functional.x.npy", rows)
    np.save("functional.y.npy", both.predict(rows, verbose=0))
    for name, layer in {
        "hard-sigmoid": layers.Dense(1, activation="hard_sigmoid"),
        "keepdims": layers.GlobalAveragePooling2D(keepdims=True),
        "lambda": layers.UnitNormalization(),
    }.items():
        os.makedirs("refused", exist_ok=True)
        keras.Sequential([layers.Input((2, 2, 4)), layer]).save("refused/" + name + ".h5")
elif task in ("fit", "fit-own"):
    # fit-own trains the layers of the file, with their regularizers and constraints.
    model = keras.models.load_model("head.h5", compile=False) if task == "fit-own" else head(0.0)
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
    for layer in model.layers:
        layer.set_weights([value + 0.001 for value in values(layer)])
    y = model.predict(x, verbose=0)
    np.save("x.npy", x)
    np.save("y.npy", y)
    model.save_weights("vgg16.weights.h5")
    model.save("vgg16.h5")

    def vgg16_layers(kernel, bias):
        return [
            ("input_1" if "input" in layer.name else layer.name, list(zip([layer.name + kernel, layer.name + bias], values(layer))))
            for layer in model.layers
        ]

    # The names in the file that Keras offers for download.
    keras2.save_weights("vgg16-2.h5", vgg16_layers("_W_1:0", "_b_1:0"), None)
    keras2.save_model("vgg16-2-whole.h5", vgg16_layers("/kernel:0", "/bias:0"), "2.15.0", {"class_name": "Functional"})
    numbers = {"InputLayer": 0, "Conv2D": 0, "MaxPooling2D": 0}
    kinds = []
    for layer in model.layers:
        number = numbers[type(layer).__name__]
        kind = keras.src.utils.naming.to_snake_case(type(layer).__name__)
        kinds.append((f"{kind}_{number}" if number else kind, list(enumerate(values(layer)))))
        numbers[type(layer).__name__] += 1
    keras2.save_numbered("vgg16-2.weights.h5", kinds)
    for path in ["vgg16-2.h5", "vgg16-2-whole.h5", "vgg16-2.weights.h5"]:
        check_in_keras(model, path, x, y)
