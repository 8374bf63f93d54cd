"""HDF5 files as the versions of Keras 2 laid them out, written with h5py, as none of them is installed for the tests.

Sources of the layouts:
  save_weights, save_model  keras/engine/saving.py with utils/io_utils.py (Keras 2.2), keras/saving/hdf5_format.py (2.3 to 2.15)
  save_numbered             keras/saving/saving_lib.py (2.12 to 2.15, files named .weights.h5)

Layers are `(name, [(weight name, array), ...])` in the model's order.
"""

import json

import h5py
import numpy as np

ATTRIBUTE_LIMIT = 64512


def _set_names(group, attribute, names, limit):
    """A list of bytes; one that HDF5's header has no room for is cut into `attribute0`, `attribute1`, ..."""
    names = [name.encode("utf8") for name in names]
    parts, count = [np.asarray(names)], 1
    while any(part.nbytes > limit for part in parts):
        count += 1
        parts = np.array_split(np.asarray(names), count)
    if count == 1:
        group.attrs[attribute] = names
    else:
        for number, part in enumerate(parts):
            group.attrs[f"{attribute}{number}"] = part


def _set_values(group, weights):
    for name, value in weights:
        dataset = group.create_dataset(name.encode("utf8"), value.shape, dtype=value.dtype)
        dataset[... if value.shape else ()] = value


def _fill(group, layers, version, limit):
    _set_names(group, "layer_names", [name for name, _ in layers], limit)
    if version:
        group.attrs["backend"] = b"tensorflow"
        group.attrs["keras_version"] = version.encode("utf8")
    for name, weights in sorted(layers, key=lambda layer: layer[0]):
        own = group.create_group(name)
        _set_names(own, "weight_names", [weight for weight, _ in weights], limit)
        _set_values(own, weights)


def save_weights(path, layers, version, limit=ATTRIBUTE_LIMIT):
    """`model.save_weights('x.h5')`; without a version as the files that Keras 1 left, such as VGG16's own."""
    with h5py.File(path, "w") as file:
        _fill(file, layers, version, limit)


def save_model(path, layers, version, config):
    """`model.save('x.h5')` of a compiled model: its configuration and its optimizer's weights stand beside its own."""
    training = {
        "optimizer_config": {"class_name": "Adam", "config": {"lr": 0.001, "beta_1": 0.9, "beta_2": 0.999}},
        "loss": "binary_crossentropy",
        "metrics": ["accuracy"],
        "sample_weight_mode": None,
        "loss_weights": None,
    }
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = version.encode("utf8")
        file.attrs["backend"] = b"tensorflow"
        file.attrs["model_config"] = json.dumps(config).encode("utf8")
        file.attrs["training_config"] = json.dumps(training).encode("utf8")
        _fill(file.create_group("model_weights"), layers, version, ATTRIBUTE_LIMIT)
        moments = [(f"training/Adam/m/{name}", np.zeros_like(value)) for _, own in layers for name, value in own]
        state = [("Adam/iterations:0", np.array(1, "int64")), *moments]
        group = file.create_group("optimizer_weights")
        _set_names(group, "weight_names", [name for name, _ in state], ATTRIBUTE_LIMIT)
        _set_values(group, state)


def save_numbered(path, layers):
    """`model.save_weights('x.weights.h5')`; layers are named after their kind."""
    with h5py.File(path, "w") as file:
        file.create_group("vars")
        file.create_group("optimizer/vars")
        for name, weights in layers:
            group = file.create_group(f"_layer_checkpoint_dependencies/{name}").create_group("vars")
            for number, (_, value) in enumerate(weights):
                group[str(number)] = value
