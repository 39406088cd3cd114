"""PyTorch's side of bench/examples/: a training step of `conv4`, or embeddings, for each line of input.

    python pytorch.py cpu|cuda contiguous|channels_last|graph FILE

FILE is a safetensors file of bench/src/problem.rs, or of a subject with images (bench/src/subject.rs) whose
network is `conv4` or `koch`. Prints its own name, then the loss before each step, or the sum of the
embeddings. `graph` replays a CUDA graph of the step instead of launching its kernels one by one.
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
    settings = json.loads(header.pop("__metadata__").get("problem", "null"))
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[begin:end], np.float32).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors, settings


def conv4(tensors, maps, training):
    for block in BLOCKS:
        of = lambda name: tensors[f"{block}.norm.{name}"]
        maps = F.conv2d(maps, tensors[f"{block}.conv.weight"], padding=1)
        maps = F.batch_norm(
            maps, of("running_mean"), of("running_var"), of("weight"), of("bias"), training=training
        )
        maps = F.max_pool2d(F.relu(maps), 2)
    return maps.flatten(1)


def koch(tensors, maps):
    of = lambda name: (tensors[f"{name}.weight"], tensors[f"{name}.bias"])
    for name in ["conv1", "conv2", "conv3"]:
        maps = F.max_pool2d(F.relu(F.conv2d(maps, *of(name))), 2)
    maps = F.relu(F.conv2d(maps, *of("conv4")))
    return torch.sigmoid(F.linear(maps.flatten(1), *of("dense")))


def learner(tensors, settings, layout):
    """A step of training; gives the loss before it."""
    images, signs = tensors.pop("images"), tensors.pop("signs")
    running = lambda name: name.endswith(("running_mean", "running_var"))
    trained = {name: tensor.requires_grad_() for name, tensor in tensors.items() if not running(name)}
    # By one kernel for all tensors: PyTorch's fastest.
    optimizer = torch.optim.AdamW(
        trained.values(),
        lr=settings["rate"],
        betas=(settings["beta_1"], settings["beta_2"]),
        eps=settings["epsilon"],
        weight_decay=settings["weight_decay"],
        fused=True,
        capturable=layout == "graph",
    )

    def step():
        first, second = conv4(tensors, images, True).chunk(2)
        scores = (first - second).abs() @ tensors["score.weight"] + tensors["score.bias"]
        loss = -F.logsigmoid(scores * signs).mean()
        # A graph's gradients keep their places.
        optimizer.zero_grad(set_to_none=layout != "graph")
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def embedder(tensors):
    """Embeddings of the images, from the host's memory."""
    images = tensors.pop("images")
    # Pinned memory is copied without the host, in a graph too.
    fresh = images.cpu().pin_memory() if images.is_cuda else images.clone()

    @torch.no_grad()
    def step():
        images.copy_(fresh, non_blocking=True)
        return koch(tensors, images) if "dense.weight" in tensors else conv4(tensors, images, False)

    return step


def replayed(step):
    """The same step as a CUDA graph, captured after it has run twice, as PyTorch wants it."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(2):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        given = step()

    def replay():
        graph.replay()
        return given

    return replay


def main(device, layout, path):
    tensors, settings = read(path)
    for name, tensor in tensors.items():
        if layout == "channels_last" and tensor.dim() == 4:
            tensor = tensor.contiguous(memory_format=torch.channels_last)
        tensors[name] = tensor.to(device)
    step = learner(tensors, settings, layout) if settings else embedder(tensors)
    if layout == "graph":
        step = replayed(step)
    on = f" on {torch.cuda.get_device_name()}" if device == "cuda" else ""
    print(f"PyTorch {torch.__version__}{on}", flush=True)
    for _ in sys.stdin:
        # Reading waits for the device.
        print(step().cpu().sum().item(), flush=True)


main(*sys.argv[1:])
