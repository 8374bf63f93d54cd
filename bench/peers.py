"""The peers of `npm run bench`: `peers.py <what> '<json>'` makes ready, then measures once for each line on stdin."""

import json
import os
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import h5py
import numpy as np
from PIL import Image

BATCH = 16
BLOCKS = [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]


def weights(job):
    """Kernel (HWIO) and bias of each convolution, in order; None stands for the maximum that ends a block."""
    found = {}
    with h5py.File(job["weights"]) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    layers = []
    for block, (convolutions, _) in enumerate(BLOCKS, 1):
        for number in range(1, convolutions + 1):
            mine = [value for name, value in found.items() if f"block{block}_conv{number}" in name]
            layers.append((next(v for v in mine if v.ndim == 4), next(v for v in mine if v.ndim == 1)))
        layers.append(None)
    return layers


def files(folder):
    return [
        os.path.join(folder, name, photo)
        for name in sorted(os.listdir(folder))
        for photo in sorted(os.listdir(os.path.join(folder, name)))
    ]


def pixels(file):
    with Image.open(file) as photo:
        return np.asarray(photo.convert("RGB").resize((150, 150), Image.Resampling.NEAREST))


def batches(folder):
    """Float32 batches [n, 150, 150, 3]; as many threads as cores decode up to two batches ahead."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        names = iter(files(folder))
        waiting = [pool.submit(pixels, name) for name in islice(names, 3 * BATCH)]
        while waiting:
            batch, waiting = waiting[:BATCH], waiting[BATCH:]
            done = [photo.result() for photo in batch]
            waiting += [pool.submit(pixels, name) for name in islice(names, BATCH)]
            yield np.stack(done).astype(np.float32) / np.float32(255)


def keras_vgg16(job):
    import keras

    model = keras.applications.VGG16(weights=None, include_top=False, input_shape=(150, 150, 3))
    model.set_weights([value for layer in weights(job) if layer for value in layer])
    return model


def keras_photos(folder):
    import keras
    import tensorflow as tf

    photos = keras.utils.image_dataset_from_directory(
        folder, labels=None, image_size=(150, 150), batch_size=BATCH, shuffle=False, interpolation="nearest", verbose=0
    )
    return photos.map(lambda x: tf.cast(x, tf.float32) / 255.0)


def keras_predict(job):
    model = keras_vgg16(job)
    return extraction(job, "Keras predict", lambda folder: model.predict(keras_photos(folder), verbose=0))


def keras_compiled(job):
    import tensorflow as tf

    model = keras_vgg16(job)
    shape = tf.TensorSpec([None, 150, 150, 3], tf.float32)
    compiled = tf.function(lambda x: model(x, training=False), input_signature=[shape])
    return extraction(
        job,
        "Keras tf.function",
        lambda folder: np.concatenate([compiled(x).numpy() for x in keras_photos(folder).prefetch(2)]),
    )


def onnx_session(model):
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = os.cpu_count()
    # Threads that wait by spinning would take the cores from the decoding, and from the other programs measured.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def onnxruntime(job):
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants, last = [], [], "x"
    for i, layer in enumerate(weights(job)):
        if layer is None:
            nodes.append(helper.make_node("MaxPool", [last], [f"y{i}"], kernel_shape=[2, 2], strides=[2, 2]))
        else:
            kernel = np.ascontiguousarray(layer[0].transpose(3, 2, 0, 1))
            constants += [numpy_helper.from_array(kernel, f"k{i}"), numpy_helper.from_array(layer[1], f"b{i}")]
            nodes.append(helper.make_node("Conv", [last, f"k{i}", f"b{i}"], [f"c{i}"], pads=[1, 1, 1, 1]))
            nodes.append(helper.make_node("Relu", [f"c{i}"], [f"y{i}"]))
        last = f"y{i}"
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "vgg16",
        [value("x", TensorProto.FLOAT, ["n", 3, 150, 150])],
        [value(last, TensorProto.FLOAT, ["n", 512, 4, 4])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    session = onnx_session(model)

    def run(folder):
        planes = (np.ascontiguousarray(x.transpose(0, 3, 1, 2)) for x in batches(folder))
        return np.concatenate([session.run(None, {"x": x})[0] for x in planes])

    return extraction(job, "ONNX Runtime", run)


def lite0_constants(path):
    """The arrays of a .safetensors file by name, as float32."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        content = file.read()
    header.pop("__metadata__")
    return {
        name: np.frombuffer(content[slice(*entry["data_offsets"])], "<f2").astype(np.float32).reshape(entry["shape"])
        for name, entry in header.items()
    }


def lite0_session(job):
    """EfficientNet-Lite0 in ONNX: Keras' "same" padding, relu6 as Clip."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    arrays = lite0_constants(job["lite0"])
    nodes, constants = [], [numpy_helper.from_array(np.float32(v), n) for v, n in ((0, "zero"), (6, "six"))]

    def conv(x, name, strides=1, relu6=True, depthwise=False):
        kernel = arrays[f"{name}/kernel"]
        size = kernel.shape[0]
        # Sides are even: all but one of the rows that are added lie below and on the right where strides are 2.
        before = (size - strides) // 2
        after = size - strides - before
        planes = kernel.transpose((2, 3, 0, 1) if depthwise else (3, 2, 0, 1))
        constants.append(numpy_helper.from_array(np.ascontiguousarray(planes), f"{name}_k"))
        constants.append(numpy_helper.from_array(arrays[f"{name}/bias"], f"{name}_b"))
        nodes.append(
            helper.make_node(
                "Conv",
                [x, f"{name}_k", f"{name}_b"],
                [f"{name}_y"],
                pads=[before, before, after, after],
                strides=[strides, strides],
                group=kernel.shape[2] if depthwise else 1,
            )
        )
        if relu6:
            nodes.append(helper.make_node("Clip", [f"{name}_y", "zero", "six"], [f"{name}_r"]))
        return f"{name}_r" if relu6 else f"{name}_y"

    x = conv("x", "stem_conv", strides=2)
    for stage, strides in enumerate((1, 2, 2, 2, 1, 2, 1), 1):
        for letter in "abcd":
            name = f"block{stage}{letter}"
            if f"{name}_dwconv/kernel" not in arrays:
                break
            before = x
            if f"{name}_expand_conv/kernel" in arrays:
                x = conv(x, f"{name}_expand_conv")
            x = conv(x, f"{name}_dwconv", strides=strides if letter == "a" else 1, depthwise=True)
            x = conv(x, f"{name}_project_conv", relu6=False)
            if letter != "a":
                nodes.append(helper.make_node("Add", [x, before], [f"{name}_sum"]))
                x = f"{name}_sum"
    x = conv(x, "top_conv")
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "lite0",
        [value("x", TensorProto.FLOAT, ["n", 3, 224, 224])],
        [value(x, TensorProto.FLOAT, ["n", 1280, 7, 7])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return onnx_session(model)


def network_lite0(job):
    """The network alone, on batches of 16 photos of noise."""
    session = lite0_session(job)
    x = np.random.default_rng(1).uniform(-1, 1, (BATCH, 3, 224, 224)).astype(np.float32)
    session.run(None, {"x": x})

    def measure():
        start = time.perf_counter()
        for _ in range(job["batches"]):
            session.run(None, {"x": x})
        seconds = time.perf_counter() - start
        return {"ONNX Runtime Lite0": {"seconds": seconds / (BATCH * job["batches"])}}

    return measure


def torch_vgg16(job):
    import torch

    modules = []
    for layer in weights(job):
        if layer is None:
            modules.append(torch.nn.MaxPool2d(2))
            continue
        kernel = torch.from_numpy(np.ascontiguousarray(layer[0].transpose(3, 2, 0, 1)))
        convolution = torch.nn.Conv2d(kernel.shape[1], kernel.shape[0], 3, padding=1)
        convolution.weight.data, convolution.bias.data = kernel, torch.from_numpy(layer[1])
        modules += [convolution, torch.nn.ReLU(inplace=True)]
    model = torch.nn.Sequential(*modules).eval().to(memory_format=torch.channels_last)

    def run(folder):
        with torch.no_grad():
            # The transposed view of a channels-last array is what PyTorch calls channels-last.
            return np.concatenate([model(torch.from_numpy(x).permute(0, 3, 1, 2)).numpy() for x in batches(folder)])

    return extraction(job, "PyTorch channels-last", run)


def extraction(job, name, run):
    run(job["warm"])

    def measure():
        start = time.perf_counter()
        features = run(job["photos"])
        return {f"extraction {name}": {"seconds": time.perf_counter() - start, "mean": float(features.mean())}}

    return measure


def rows(job):
    """Noise as bottleneck features have it, half zeros, that tells the classes apart."""
    labels = np.arange(job["rows"], dtype=np.float32) % 2
    noise = np.random.default_rng(1).standard_normal((job["rows"], 4, 4, 512), dtype=np.float32)
    return np.maximum(noise + 0.1 * labels[:, None, None, None], 0).astype(np.float32), labels[:, None]


def keras_fit(job):
    import keras

    x, y = rows(job)

    def fit(epochs):
        layers = keras.layers
        model = keras.Sequential(
            [
                layers.Input((4, 4, 512)),
                layers.Flatten(),
                layers.Dense(256, "relu"),
                layers.Dropout(0.5),
                layers.Dense(1, "sigmoid"),
            ]
        )
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        model.fit(x, y, epochs=epochs, batch_size=BATCH, verbose=0)

    return head(job, "Keras fit", fit)


def torch_fit(job):
    import torch

    x, y = (torch.from_numpy(values) for values in rows(job))

    def fit(epochs):
        nn = torch.nn
        model = nn.Sequential(nn.Flatten(), nn.Linear(8192, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, 1))
        adam = torch.optim.Adam(model.parameters(), lr=0.001, eps=1e-7, fused=True)
        loss_of = nn.BCEWithLogitsLoss()
        for _ in range(epochs):
            for taken in torch.randperm(len(x)).split(BATCH):
                adam.zero_grad()
                loss_of(model(x[taken]), y[taken]).backward()
                adam.step()

    return head(job, "PyTorch fused Adam", fit)


def head(job, name, fit):
    fit(1)

    def measure():
        start = time.perf_counter()
        fit(job["epochs"])
        return {f"head {name}": {"seconds": time.perf_counter() - start}}

    return measure


def unzip(job):
    """Python's zipfile, which leaves it to the system when the files reach the disk; then with every file flushed."""
    import shutil
    from zipfile import ZipFile

    def extract():
        shutil.rmtree(job["unzipped"], ignore_errors=True)
        with ZipFile(job["zip"]) as archive:
            archive.extractall(job["unzipped"])

    def flush():
        for folder, _, names in os.walk(job["unzipped"], topdown=False):
            for place in [os.path.join(folder, name) for name in names] + [folder]:
                descriptor = os.open(place, os.O_RDONLY)
                os.fsync(descriptor)
                os.close(descriptor)

    def measure():
        start = time.perf_counter()
        extract()
        extracted = time.perf_counter()
        flush()
        flushed = time.perf_counter()
        return {
            "unzip Python zipfile": {"seconds": extracted - start},
            "unzip Python zipfile, flushed": {"seconds": flushed - start},
        }

    return measure


def peak(_job):
    """The most float32 operations a second that a product of matrices gets out of this machine."""
    import tensorflow as tf

    size = 4096
    a = np.random.default_rng(1).standard_normal((size, size), dtype=np.float32)
    constant = tf.constant(a)

    def best(multiply):
        multiply()
        times = []
        for _ in range(3):
            start = time.perf_counter()
            multiply()
            times.append(time.perf_counter() - start)
        return 2 * size**3 / min(times) / 1e9

    def measure():
        start = time.perf_counter()
        found = {"numpy": best(lambda: a @ a), "tensorflow": best(lambda: tf.linalg.matmul(constant, constant).numpy())}
        return {"float32 peak": {"seconds": time.perf_counter() - start, "gflops": max(found.values()), "by": found}}

    return measure


def versions():
    from importlib.metadata import version

    names = ["tensorflow-cpu", "keras", "torch", "onnxruntime", "numpy", "pillow"]
    print(json.dumps({"python": sys.version.split()[0], **{name: version(name) for name in names}}))


def say(line):
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    what = sys.argv[1].replace("-", "_").replace(" ", "_")
    if what == "versions":
        versions()
        sys.exit()
    made = {f.__name__: f for f in (keras_predict, keras_compiled, onnxruntime, network_lite0, keras_fit, torch_fit, unzip, peak)}
    made["torch"] = torch_vgg16
    measure_once = made[what](json.loads(sys.argv[2]))
    say({"ready": True})
    for _line in sys.stdin:
        measured = measure_once()
        # Kilobytes on Linux, bytes on macOS.
        largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        say({"measured": measured, "peak_rss_mb": largest})
