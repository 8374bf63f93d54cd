"""Trains heads in Python Keras by the options of `trainHead`: `python keras-options.py <folder>`.

The folder holds x.npy, labels.npy, val_x.npy, val_labels.npy, orders.json (the rows of each epoch, in their order) and
cases.json: a list of `{"head": file, "options": ...}`. Writes results.json: for each case the history and the predictions
for val_x after the run.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import keras
import numpy as np
import tensorflow as tf

os.chdir(sys.argv[1])
x, labels = np.load("x.npy"), np.load("labels.npy")
validation = np.load("val_x.npy"), np.load("val_labels.npy")
orders = json.load(open("orders.json"))
results = []
for case in json.load(open("cases.json")):
    options = case["options"]
    model = keras.models.load_model(case["head"], compile=False)
    rate, batch = float(options.get("learningRate", 0.001)), options["batchSize"]
    steps = -(-len(x) // batch)
    schedule = options.get("learningRateSchedule", "constant")
    if schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(rate, len(orders) * steps)
    kind = {"adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD, "rmsprop": keras.optimizers.RMSprop}
    name = options.get("optimizer", "adam")
    more = {"momentum": float(options.get("momentum", 0.9))} if name == "sgd" else {}
    optimizer = kind[name](rate, weight_decay=options.get("weightDecay") or None, **more)
    binary = model.output_shape[-1] == 1
    loss = "binary_crossentropy" if binary else "sparse_categorical_crossentropy"
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    callbacks = []
    if isinstance(schedule, dict):
        callbacks.append(
            keras.callbacks.ReduceLROnPlateau(factor=schedule["factor"], patience=schedule["patience"])
        )
    stopping = options.get("earlyStopping")
    if stopping:
        callbacks.append(
            keras.callbacks.EarlyStopping(
                patience=stopping["patience"], restore_best_weights=stopping["restoreBest"]
            )
        )
    weights = options.get("classWeights")
    if weights == "balanced":
        counts = np.bincount(labels)
        weights = {label: len(labels) / (len(counts) * n) for label, n in enumerate(counts)}

    def batches():
        for order in orders:
            for at in range(0, len(x), batch):
                rows = order[at : at + batch]
                yield x[rows], labels[rows]

    signature = [tf.TensorSpec((None, *values.shape[1:]), values.dtype) for values in (x, labels)]
    fitted = model.fit(
        tf.data.Dataset.from_generator(batches, output_signature=tuple(signature)),
        steps_per_epoch=steps,
        epochs=len(orders),
        validation_data=validation,
        callbacks=callbacks,
        class_weight={int(label): weight for label, weight in weights.items()} if weights else None,
        verbose=0,
    )
    history = {name: [float(value) for value in values] for name, values in fitted.history.items()}
    results.append({"history": history, "predictions": model.predict(validation[0], verbose=0).tolist()})
json.dump(results, open("results.json", "w"))
