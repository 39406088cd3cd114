"""The golden numbers of a network: what numpy makes, in f64, of the drawings of PyTorch's.

    python golden.py WEIGHTS DRAWINGS OUT

WEIGHTS is a weights file of `compact` or `deep` (docs/weights-format.md), DRAWINGS
fixtures/compact-golden-synthetic.safetensors, whose images are embedded. OUT gets `synthetic.global`,
`synthetic.local` and `synthetic.score`, f32. Needs safetensors and numpy; shares no code with the networks.
"""

import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file


def weights(path):
    """Tensors by name in f64, and the architecture."""
    with safe_open(path, framework="numpy") as file:
        header = file.metadata()
    stored = load_file(path)
    tensors = {}
    for name, tensor in stored.items():
        if name.endswith(".row_scale"):
            continue
        entry = header.get(f"{name}.packed")
        if entry:
            bits, *shape = map(int, entry.split())
            rows, count = shape[0], int(np.prod(shape[1:]))
            places = np.unpackbits(tensor, axis=1, count=count * bits, bitorder="little")
            numbers = places.reshape(rows, count, bits) @ (1 << np.arange(bits))
            scales = stored[f"{name}.row_scale"].astype(np.float64)
            values = (numbers - (1 << (bits - 1))) * scales[:, None]
            tensors[name] = values.reshape(shape)
        else:
            tensors[name] = tensor.astype(np.float64)
    return tensors, header["architecture"]


def convolved(images, kernels, stride):
    """Of `[n, channels, side, side]`, with as much padding as keeps the side at stride 1."""
    side = kernels.shape[2]
    pad = side // 2
    padded = np.pad(images, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(2, 3))
    return np.einsum("nchwij,ocij->nohw", windows[:, :, ::stride, ::stride], kernels, optimize=True)


def main(path, drawings, out):
    of, architecture = weights(path)

    def normed(images, name):
        norm = {part: of[f"{name}.{part}"][:, None, None] for part in ("weight", "bias", "running_mean", "running_var")}
        scale = norm["weight"] / np.sqrt(norm["running_var"] + 1e-5)
        return (images - norm["running_mean"]) * scale + norm["bias"]

    def layer(images, name, stride=2):
        return np.maximum(normed(convolved(images, of[f"{name}.conv.weight"], stride), f"{name}.norm"), 0)

    def block(images, name):
        inner = np.maximum(normed(convolved(images, of[f"{name}.conv_a.weight"], 1), f"{name}.norm_a"), 0)
        return np.maximum(images + normed(convolved(inner, of[f"{name}.conv_b.weight"], 1), f"{name}.norm_b"), 0)

    images = load_file(drawings)["synthetic.input"].astype(np.float64).reshape(-1, 1, 48, 48)
    blocks = ["", "_2"] if architecture == "deep" else [""]
    maps = layer(layer(images, "stem"), "down1")
    for which in blocks:
        maps = block(maps, f"res1{which}")
    maps = layer(maps, "down2")
    for which in blocks:
        maps = block(maps, f"res2{which}")
    flat = layer(maps, "down3").reshape(len(images), -1)
    total = 1 / (1 + np.exp(-(flat @ of["global.weight"].T + of["global.bias"])))
    local = (convolved(maps, of["local.weight"], 1) + of["local.bias"][:, None, None]) * 0.125

    distance = np.abs(total[:, None] - total[None]) @ of["score.global_weight"]
    beta = of["score.local_offset"].reshape(3, 3)
    matches = np.zeros((len(images), len(images)))
    for row in range(6):
        for column in range(6):
            terms = 0
            for y in range(max(0, row - 1), min(6, row + 2)):
                for x in range(max(0, column - 1), min(6, column + 2)):
                    apart = local[:, None, :, row, column] - local[None, :, :, y, x]
                    terms = terms + np.exp(beta[y - row + 1, x - column + 1] - (apart**2).sum(-1))
            matches -= np.log(terms)
    score = of["score.bias"] - distance - of["score.local_weight"] * (matches + matches.T) / 2
    local = local.reshape(len(images), -1, 36).transpose(0, 2, 1)
    golden = {"global": total, "local": np.ascontiguousarray(local), "score": score}
    save_file({f"synthetic.{name}": values.astype(np.float32) for name, values in golden.items()}, out)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
