"""PyTorch's side of `npm run bench -- --gpu`: the same layers with random weights, eager, on the same card.

Reads `{"layers": [...], "side": 224, "batches": [16, 64], "rounds": 5, "cpu": false}` from stdin, prints milliseconds a photo by batch
size and precision, or `{"none": why}`.
"""

import json
import sys
import time


def main():
    job = json.load(sys.stdin)
    try:
        import torch
    except ImportError:
        return {"none": "this Python has no torch"}
    if torch.cuda.is_available():
        device, name = "cuda", torch.cuda.get_device_name(0)
    elif torch.backends.mps.is_available():
        device, name = "mps", "Apple GPU"
    elif job["cpu"]:
        device, name = "cpu", "the processor"
    else:
        return {"none": f"PyTorch {torch.__version__} finds no card"}
    found = {"version": torch.__version__, "device": name, "ms_a_photo": {}}
    for precision in ["float32", "TF32", "bfloat16"] if device == "cuda" else ["float32"]:
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "TF32"
        kind = torch.bfloat16 if precision == "bfloat16" else torch.float32
        forward = network(job["layers"], torch, device, kind)
        found["ms_a_photo"][precision] = {
            str(size): measured(forward, torch, device, kind, size, job) for size in job["batches"]
        }
    return found


def network(layers, torch, device, kind):
    """The layers as this package describes them (`src/networks/graph/conv-graph.ts`), with random weights."""
    functional = torch.nn.functional
    weights = []
    for layer in layers:
        if "kernel" not in layer:
            weights.append(None)
            continue
        height, width, inputs, outputs = layer["kernel"]
        depthwise = layer["kind"] == "depthwise convolution"
        shape = (inputs * outputs, 1, height, width) if depthwise else (outputs, inputs, height, width)
        kernel = torch.randn(shape, device=device, dtype=kind).div(height * width * shape[1])
        kernel = kernel.contiguous(memory_format=torch.channels_last)
        bias = torch.zeros(shape[0], device=device, dtype=kind) if layer["bias"] else None
        weights.append((kernel, bias, inputs if depthwise else 1))
    activations = {"linear": lambda x: x, "relu": functional.relu, "relu6": functional.relu6}

    def compute(layer, weight, x, others):
        kind = layer["kind"]
        if kind == "sum":
            return x + others[0]
        if kind == "mean":
            return x.mean((2, 3))
        if kind == "activation":
            return activations[layer["activation"]](x)
        sides = layer["size"] if kind == "max pooling" else layer["kernel"][:2]
        dilations = layer.get("dilations", [1, 1])
        padding = [0, 0]
        if layer["padding"] == "SAME":
            # TensorFlow pads more below and right where the total is odd.
            needed = [
                max(0, (-(-size // step) - 1) * step + (side - 1) * dilation + 1 - size)
                for size, step, side, dilation in zip(x.shape[2:], layer["strides"], sides, dilations)
            ]
            if any(total % 2 for total in needed):
                (top, left) = (total // 2 for total in needed)
                x = functional.pad(x, (left, needed[1] - left, top, needed[0] - top))
            else:
                padding = [total // 2 for total in needed]
        if kind == "max pooling":
            return functional.max_pool2d(x, sides, layer["strides"], padding)
        kernel, bias, groups = weight
        y = functional.conv2d(x, kernel, bias, layer["strides"], padding, dilations, groups)
        return activations[layer["activation"]](y)

    def forward(x):
        made = []
        for layer, weight in zip(layers, weights):
            first, *others = (x if at < 0 else made[at] for at in layer["from"])
            made.append(compute(layer, weight, first, others))
        return made[-1]

    return forward


def measured(forward, torch, device, kind, size, job):
    """The fewest milliseconds a photo, with the photos on the card already."""
    x = torch.rand((size, 3, job["side"], job["side"]), device=device, dtype=kind)
    x = x.contiguous(memory_format=torch.channels_last)
    wait = {"cuda": torch.cuda.synchronize, "mps": lambda: torch.mps.synchronize()}.get(device, lambda: None)
    times = []
    with torch.inference_mode():
        for _ in range(job["rounds"] + 1):
            wait()
            start = time.perf_counter()
            for _ in range(job["repeats"]):
                forward(x)
            wait()
            times.append(1000 * (time.perf_counter() - start) / (job["repeats"] * size))
    return min(times[1:])


if __name__ == "__main__":
    print(json.dumps(main()))
