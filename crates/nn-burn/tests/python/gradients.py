"""Makes ../fixtures/gradients.safetensors: what PyTorch says of the networks' gradients.

Needs torch, safetensors and numpy (made with 2.15.0, 0.8.0 and 2.4.6):

    python -m venv /tmp/torch && /tmp/torch/bin/pip install torch safetensors numpy
    /tmp/torch/bin/python crates/nn-burn/tests/python/gradients.py

The networks are written here a second time, from their papers and in PyTorch's own operations: a
log-sum-exp over neighbours, for one, where Rust has a shifted exponential. All is computed in f64,
so that a difference is Rust's; the script also says how far PyTorch's own f32 is from it, which is
where the tolerances of ../gradients.rs come from. Knows nothing of Rust but the names and shapes of
the weights file.

For each network, loss and parameter the file has a vector `network.loss.parameter`: the gradient's
L2 norm, its sum, and its values at `samples(...)`. `network.losses` are the losses before each of
four steps of AdamW. The header names each network's tensors and their shapes.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import load_file, save_file

HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "../fixtures/compact-golden-synthetic.safetensors"
TRAINED = HERE / "../../../../docs/training/compact-f16.safetensors"
OUT = HERE / "../fixtures/gradients.safetensors"

# Samples of a gradient: with every parameter of three networks and two losses, 60 kB.
SAMPLES = 64

# The optimiser of configs/compact.json, but for the decay: 0.02 would not show in three steps.
BETAS, EPSILON, DECAY = (0.9, 0.99), 1e-8, 1.0

# Its highest rate; Koch's network, whose layers are so wide, jumps about with that of the others.
RATES = {"compact": 2e-3, "deep": 2e-3, "koch": 1e-4}

# What rounding in f64 leaves of a gradient that is zero: of a score's own bias where only the
# differences of scores count, and of the bias of maps of which only differences count.
NONE = 1e-9

# A run of six steps whose rate rises in the first two and falls after them.
STEPS, WARM_UP, TAKEN = 6, 1 / 3, 4


def mix(values):
    """32 bits to 32 bits that look random: MurmurHash3's last lines."""
    values = np.asarray(values, np.uint32)
    values = (values ^ (values >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    values = (values ^ (values >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))


def stream(name, count):
    """`count` numbers that belong to a name: its FNV-1a hash plus multiples of the golden ratio."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = (seed ^ byte) * 0x01000193 & 0xFFFFFFFF
    return mix(np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(seed))


def samples(name, count):
    """Where a gradient of `count` numbers is looked at."""
    if count <= SAMPLES:
        return np.arange(count)
    return stream(f"{name}.samples", SAMPLES).astype(np.int64) % count


def weight(name, shape):
    """Numbers of a layer that lets signals and gradients through, by formula."""
    unit = (stream(name, math.prod(shape)) >> np.uint32(8)).astype(np.float64) / 2**23 - 1
    if len(shape) > 1:
        base, spread = 0.0, math.sqrt(6 / math.prod(shape[1:]))
    elif name.startswith("score.") and name.endswith("weight"):
        # Scores of about 1, so that no loss is at either of its flat ends.
        base = spread = 0.0625 if shape == [1] else 8 / shape[0]
    elif name.endswith("weight") or name.endswith("running_var"):
        base, spread = 1.0, 0.25
    else:
        base, spread = 0.0, 0.25
    return (base + spread * unit).astype(np.float32).reshape(shape)


def by_formula(shapes):
    return {name: weight(name, shape) for name, shape in shapes.items()}


def norm_shapes(name, channels):
    parts = ("weight", "bias", "running_mean", "running_var")
    return {f"{name}.{part}": [channels] for part in parts}


def conv_norm_shapes(name, channels, side):
    return {f"{name}.conv.weight": [channels[1], channels[0], side, side]} | norm_shapes(
        f"{name}.norm", channels[1]
    )


def residual_shapes(name, channels):
    shapes = {}
    for part in "ab":
        shapes[f"{name}.conv_{part}.weight"] = [channels, channels, 3, 3]
        shapes |= norm_shapes(f"{name}.norm_{part}", channels)
    return shapes


def compact_shapes(deep):
    shapes = conv_norm_shapes("stem", (1, 32), 5) | conv_norm_shapes("down1", (32, 64), 3)
    for name in ["res1"] + ["res1_2"] * deep:
        shapes |= residual_shapes(name, 64)
    shapes |= conv_norm_shapes("down2", (64, 128), 3)
    for name in ["res2"] + ["res2_2"] * deep:
        shapes |= residual_shapes(name, 128)
    return shapes | conv_norm_shapes("down3", (128, 256), 3) | {
        "global.weight": [256, 256 * 9],
        "global.bias": [256],
        "local.weight": [64, 128, 1, 1],
        "local.bias": [64],
        "score.global_weight": [256],
        "score.bias": [1],
        "score.local_weight": [1],
        "score.local_offset": [9],
    }


KOCH_CONVS = {
    "conv1": (1, 64, 10),
    "conv2": (64, 128, 7),
    "conv3": (128, 128, 4),
    "conv4": (128, 256, 4),
}


def koch_shapes():
    shapes = {}
    for name, (channels, out, side) in KOCH_CONVS.items():
        shapes |= {f"{name}.weight": [out, channels, side, side], f"{name}.bias": [out]}
    return shapes | {
        "dense.weight": [4096, 256 * 36],
        "dense.bias": [4096],
        "score.weight": [4096],
        "score.bias": [1],
    }


def norm(p, name, maps):
    return F.batch_norm(
        maps, None, None, p[f"{name}.weight"], p[f"{name}.bias"], training=True, eps=1e-5
    )


def conv_norm(p, name, maps):
    kernel = p[f"{name}.conv.weight"]
    maps = F.conv2d(maps, kernel, stride=2, padding=kernel.shape[-1] // 2)
    return F.relu(norm(p, f"{name}.norm", maps))


def residual(p, name, maps):
    inner = F.relu(norm(p, f"{name}.norm_a", F.conv2d(maps, p[f"{name}.conv_a.weight"], padding=1)))
    inner = norm(p, f"{name}.norm_b", F.conv2d(inner, p[f"{name}.conv_b.weight"], padding=1))
    return F.relu(inner + maps)


def neighbours(offsets):
    """What is added to the exponent for each two of the 36 places; -inf for strangers."""
    rows, columns, which = [], [], []
    for place in range(36):
        for offset in range(9):
            row, column = place // 6 + offset // 3 - 1, place % 6 + offset % 3 - 1
            if 0 <= row < 6 and 0 <= column < 6:
                rows.append(place)
                columns.append(6 * row + column)
                which.append(offset)
    strangers = torch.full((36, 36), -torch.inf, dtype=offsets.dtype)
    return strangers.index_put((torch.tensor(rows), torch.tensor(columns)), offsets[which])


def matching(query, support, offsets):
    allowed = neighbours(offsets)

    def m(one, other):
        """[a, 36, c], [b, 36, c] -> [a, b]"""
        squares = (one[:, None, :, None] - other[None, :, None]).square().sum(-1)
        return -torch.logsumexp(allowed - squares, -1).sum(-1)

    return (m(query, support) + m(support, query).T) / 2


def compact_scores(p, images):
    half = len(images) // 2
    maps = conv_norm(p, "down1", conv_norm(p, "stem", images))
    for name in ("res1", "res1_2"):
        maps = residual(p, name, maps) if f"{name}.conv_a.weight" in p else maps
    maps = conv_norm(p, "down2", maps)
    for name in ("res2", "res2_2"):
        maps = residual(p, name, maps) if f"{name}.conv_a.weight" in p else maps
    local = 0.125 * F.conv2d(maps, p["local.weight"], p["local.bias"]).flatten(2).transpose(1, 2)
    flat = conv_norm(p, "down3", maps).flatten(1)
    embedding = torch.sigmoid(F.linear(flat, p["global.weight"], p["global.bias"]))
    far = (embedding[:half, None] - embedding[None, half:]).abs() @ p["score.global_weight"]
    local = matching(local[:half], local[half:], p["score.local_offset"])
    return p["score.bias"] - far - p["score.local_weight"] * local


def koch_scores(p, images):
    half = len(images) // 2
    maps = images
    for name in KOCH_CONVS:
        maps = F.relu(F.conv2d(maps, p[f"{name}.weight"], p[f"{name}.bias"]))
        maps = maps if name == "conv4" else F.max_pool2d(maps, 2)
    embedding = torch.sigmoid(F.linear(maps.flatten(1), p["dense.weight"], p["dense.bias"]))
    far = (embedding[:half, None] - embedding[None, half:]).abs() @ p["score.weight"]
    return far + p["score.bias"]


def episode(scores):
    own = torch.arange(len(scores))
    return (F.cross_entropy(scores, own) + F.cross_entropy(scores.T, own)) / 2


def pairs(scores):
    """Every image with its twin, and with the twin before that in the batch."""
    other = scores.roll(1, 1).diagonal()
    return (F.softplus(-scores.diagonal()).mean() + F.softplus(other).mean()) / 2


LOSSES = {"episode": episode, "pairs": pairs}


def rate(step):
    """Part of the highest rate."""
    done, warm_up = step + 1, WARM_UP * STEPS
    if done <= warm_up:
        return done / warm_up
    return 0.5 * (1 + math.cos(math.pi * (done - warm_up) / (STEPS - warm_up)))


def parameters(weights, dtype):
    trained = {name: w for name, w in weights.items() if "running_" not in name}
    return {name: torch.tensor(w, dtype=dtype, requires_grad=True) for name, w in trained.items()}


def gradients(scores, weights, images, loss, dtype):
    p = parameters(weights, dtype)
    value = LOSSES[loss](scores(p, images.to(dtype)))
    value.backward()
    return value.item(), {name: w.grad.double().numpy().ravel() for name, w in p.items()}


def train(scores, weights, images, loss, highest, dtype):
    p = parameters(weights, dtype)
    matrices = [w for w in p.values() if w.ndim > 1]
    vectors = [w for w in p.values() if w.ndim == 1]
    groups = [{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=highest, betas=BETAS, eps=EPSILON)
    losses = []
    for step in range(TAKEN):
        for group in optimizer.param_groups:
            group["lr"] = highest * rate(step)
        value = LOSSES[loss](scores(p, images.to(dtype)))
        losses.append(value.item())
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    return losses


def main():
    golden = load_file(GOLDEN)
    windows = torch.tensor(golden["synthetic.input"])
    sheets = torch.tensor(golden["synthetic.bitmap"]).float()[:, None]
    shipped = {name: w.astype(np.float32) for name, w in load_file(TRAINED).items()}
    networks = {
        "compact": (compact_scores, shipped, windows, "episode"),
        "deep": (compact_scores, by_formula(compact_shapes(True)), windows, "episode"),
        "koch": (koch_scores, by_formula(koch_shapes()), sheets, "pairs"),
    }
    assert {k: list(v.shape) for k, v in shipped.items()} == compact_shapes(False)
    tensors, header = {}, {}
    for network, (scores, weights, images, trained_on) in networks.items():
        header[network] = json.dumps({name: list(w.shape) for name, w in weights.items()})
        for loss in LOSSES:
            value, exact = gradients(scores, weights, images, loss, torch.float64)
            single_value, single = gradients(scores, weights, images, loss, torch.float32)
            worst, residue = (0.0, ""), 0.0
            for name, gradient in exact.items():
                root_mean_square = np.sqrt(np.mean(gradient**2))
                at = samples(name, gradient.size)
                if root_mean_square < NONE:
                    residue = max(residue, np.abs(single[name]).max())
                else:
                    scale = np.maximum(np.abs(gradient[at]), root_mean_square)
                    worst = max(worst, ((np.abs(single[name] - gradient)[at] / scale).max(), name))
                summary = [np.linalg.norm(gradient), gradient.sum()]
                found = np.concatenate([summary, gradient[at]]).astype(np.float32)
                tensors[f"{network}.{loss}.{name}"] = found
            print(f"{network} {loss}: loss {value:.6f}, f32 off by {abs(single_value - value):.1e},")
            print(f"    its gradients by up to {worst[0]:.1e} ({worst[1]}), zeros by {residue:.1e}")
            tensors[f"{network}.{loss}"] = np.array([value], np.float32)
        losses = train(scores, weights, images, trained_on, RATES[network], torch.float64)
        single = train(scores, weights, images, trained_on, RATES[network], torch.float32)
        print(f"{network} losses: {losses}, f32's: {single}")
        tensors[f"{network}.losses"] = np.array(losses, np.float32)
    save_file(tensors, OUT, header)
    print(f"{OUT.resolve()}: {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
