"""What ../exported.rs asks of Python: weights files by the `safetensors` package and numpy alone.

    python weights.py describe FILE      prints what is in a file, as JSON
    python weights.py rewrite FILE OUT   loads a file and saves it by safetensors' own writer

Knows nothing of networks.
"""

import json
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file


def metadata(path):
    with safe_open(path, framework="numpy") as file:
        return file.metadata()


def describe(tensor):
    numbers = tensor.astype(np.float32).ravel()
    # Each number's bits times its place, so that it is seen when two change places; wraps at 2^64.
    places = np.arange(1, numbers.size + 1, dtype=np.uint64)
    bits = (numbers.view(np.uint32).astype(np.uint64) * places).sum()
    return {
        "dtype": str(tensor.dtype),
        "shape": list(tensor.shape),
        "sum": numbers.sum(dtype=np.float64),
        "bits": int(bits),
    }


def main():
    match sys.argv[1:]:
        case ["describe", path]:
            tensors = {name: describe(tensor) for name, tensor in load_file(path).items()}
            print(json.dumps({"metadata": metadata(path), "tensors": tensors}))
        case ["rewrite", path, out]:
            save_file(load_file(path), out, metadata(path))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
