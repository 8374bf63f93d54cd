"""What Pillow, h5py, NumPy and Python's zipfile read in files. Each line of the input is a path, each line of the output its answer.

Usage: reference.py picture|h5|npy|zip. An answer is JSON; null where the file can't be read.
"""
import base64
import hashlib
import json
import sys
import warnings
import zipfile

warnings.simplefilter("ignore")


def sha(data):
    return hashlib.sha256(data).hexdigest()


def picture(path):
    from PIL import Image

    with Image.open(path) as image:
        # Greys of more than 8 bits are read in another way on purpose.
        wide = image.mode[0] in "IF"
        rgb = image.convert("RGB")
    size = {"height": rgb.height, "width": rgb.width}
    return {"wide": True} if wide else {**size, "pixels": base64.b64encode(rgb.tobytes()).decode()}


def text(name):
    return name.decode() if isinstance(name, bytes) else str(name)


def names_in(group, attribute):
    if attribute in group.attrs:
        return [text(name) for name in group.attrs[attribute]]
    if attribute + "0" not in group.attrs:
        return None
    names, n = [], 0
    while f"{attribute}{n}" in group.attrs:
        names += [text(name) for name in group.attrs[f"{attribute}{n}"]]
        n += 1
    return names


def number_key(name):
    start, _, end = name.rpartition("_")
    return (start, int(end)) if end.isdigit() else (name, -1)


def h5(path):
    import h5py
    import numpy

    class OddType(Exception):
        """Numbers that are stored in no usual way: h5wasm tells their size alone, and reads their bits as they are."""

    usual = [getattr(h5py.h5t, f"IEEE_F{bits}{order}") for bits in (32, 64) for order in ("LE", "BE")]
    usual += [getattr(h5py.h5t, f"STD_{sign}{bits}{order}") for sign in "IU" for bits in (8, 16, 32, 64) for order in ("LE", "BE")]

    def weight(name, dataset):
        if not any(dataset.id.get_type() == usual_type for usual_type in usual):
            raise OddType
        values = numpy.asarray(dataset[()])
        with numpy.errstate(all="ignore"):
            values = numpy.ascontiguousarray(values.astype("<f4"))
        return [name, list(dataset.shape), sha(numpy.where(numpy.isnan(values), numpy.float32("nan"), values).tobytes())]

    def layers_in(file):
        root = file["model_weights"] if "model_weights" in file else file
        layers = names_in(root, "layer_names")
        found = []
        if layers is not None:
            for layer in layers:
                group = root[layer]
                found.append([layer, [weight(name, group[name]) for name in names_in(group, "weight_names") or []]])
        else:
            groups = file["layers"] if "layers" in file else file["_layer_checkpoint_dependencies"]
            for layer in sorted(groups, key=number_key):
                values = groups[layer]["vars"]
                name = text(values.attrs.get("name", layer))
                found.append([name, [weight(n, values[n]) for n in sorted(values, key=int)]])
        return [layer for layer in found if layer[1]]

    with h5py.File(path, "r") as file:
        try:
            return layers_in(file)
        except OddType:
            return {"odd": True}


def npy(path):
    import numpy

    array = numpy.load(path, allow_pickle=False)
    kind = array.dtype.kind
    if kind == "b":
        values = (numpy.ascontiguousarray(array).view("u1") != 0).astype("u1")
    elif kind == "f":
        with numpy.errstate(all="ignore"):
            values = array.astype("<f4")
        values = numpy.where(numpy.isnan(values), numpy.float32("nan"), values)
    elif kind in "iu":
        values = array.astype("<i4")
    else:
        return {"kind": kind}
    return {"kind": {"b": "bool", "f": "float32"}.get(kind, "int32"), "shape": list(array.shape), "values": sha(numpy.ascontiguousarray(values).tobytes())}


def zipped(path):
    entries = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            try:
                with archive.open(info) as entry:
                    content = sha(entry.read(2**26))
            except Exception:
                content = None
            entries.setdefault(info.filename, []).append(content)
    return entries


read = {"picture": picture, "h5": h5, "npy": npy, "zip": zipped}[sys.argv[1]]
for line in sys.stdin:
    try:
        answer = read(line.rstrip("\n"))
    except (Exception, SystemExit):
        answer = None
    print(json.dumps(answer), flush=True)
