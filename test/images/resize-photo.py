"""Resizes pictures by Pillow. Input: lines of JSON with height, width, target, filter, crop; the pixels are a known sequence.
Output: for each the SHA-256 of the result."""
import hashlib
import json
import sys

import numpy as np
from PIL import Image

filters = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "area": Image.Resampling.BOX,
    "lanczos": Image.Resampling.LANCZOS,
}

for line in sys.stdin:
    case = json.loads(line)
    height, width = case["height"], case["width"]
    numbers = np.arange(height * width * 3, dtype=np.uint64)
    pixels = ((numbers * 2654435761) % 2**32 >> 24).astype(np.uint8).reshape(height, width, 3)
    picture = Image.fromarray(pixels)
    if case.get("box"):
        picture = picture.crop(case["box"])
    resized = picture.resize((case["target"][1], case["target"][0]), filters[case["filter"]])
    print(hashlib.sha256(np.asarray(resized).tobytes()).hexdigest())
