"""PyTorch's side of `cargo xtask bench --only native`: `conv4` in training, a step for each line of input.

    python pytorch.py contiguous|channels_last PROBLEM

PROBLEM is a safetensors file of bench/src/problem.rs. Prints its own name, then the loss before each step.
"""

import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

BLOCKS = ["block1", "block2", "block3", "block4"]


def read(path):
    """Tensors and settings of a safetensors file of f32."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    settings = json.loads(header.pop("__metadata__")["problem"])
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[begin:end], np.float32).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors, settings


def main(layout, path):
    tensors, settings = read(path)
    images, signs = tensors.pop("images"), tensors.pop("signs")
    if layout == "channels_last":
        images = images.contiguous(memory_format=torch.channels_last)
        for name, tensor in tensors.items():
            if tensor.dim() == 4:
                tensors[name] = tensor.contiguous(memory_format=torch.channels_last)
    running = lambda name: name.endswith(("running_mean", "running_var"))
    trained = {name: tensor.requires_grad_() for name, tensor in tensors.items() if not running(name)}
    # By one kernel for all tensors: PyTorch's fastest on a processor.
    optimizer = torch.optim.AdamW(
        trained.values(),
        lr=settings["rate"],
        betas=(settings["beta_1"], settings["beta_2"]),
        eps=settings["epsilon"],
        weight_decay=settings["weight_decay"],
        fused=True,
    )
    print(f"PyTorch {torch.__version__}", flush=True)
    for _ in sys.stdin:
        maps = images
        for block in BLOCKS:
            of = lambda name: tensors[f"{block}.norm.{name}"]
            maps = F.conv2d(maps, tensors[f"{block}.conv.weight"], padding=1)
            maps = F.batch_norm(
                maps, of("running_mean"), of("running_var"), of("weight"), of("bias"), training=True
            )
            maps = F.max_pool2d(F.relu(maps), 2)
        first, second = maps.flatten(1).chunk(2)
        scores = (first - second).abs() @ tensors["score.weight"] + tensors["score.bias"]
        loss = -F.logsigmoid(scores * signs).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(loss.item(), flush=True)


main(*sys.argv[1:])
