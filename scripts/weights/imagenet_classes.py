"""Writes the names of ImageNet's 1,000 classes in the order of a network's output.

    pip download --no-deps timm==1.0.31
    unzip timm-1.0.31-py3-none-any.whl 'timm/data/_info/*' -d unpacked
    python scripts/weights/imagenet_classes.py unpacked data/weights/imagenet_class_index.json

The file has the layout of Keras' `imagenet_class_index.json`: `{"0": ["n01440764", "tench"], ...}`. The name is the
first word of the WordNet entry, with `_` for spaces, as in Keras.
"""

import json
import os
import sys
from pathlib import Path

source, target = Path(sys.argv[1]) / "timm" / "data" / "_info", Path(sys.argv[2])
synsets = (source / "imagenet_synsets.txt").read_text(encoding="utf-8").split()
lines = (source / "imagenet_synset_to_lemma.txt").read_text(encoding="utf-8").splitlines()
words = dict(line.split("\t") for line in lines)
assert len(synsets) == 1000
index = {str(i): [synset, words[synset].split(", ")[0].replace(" ", "_")] for i, synset in enumerate(synsets)}
part = target.with_suffix(".part")
part.write_text(json.dumps(index, separators=(",", ":")) + "\n", encoding="utf-8")
os.replace(part, target)
