"""Trains Koch's network on a CUDA GPU, by the settings of koch.py beside it, and measures each run.

    python koch_cuda.py --omniglot DIR --out FOLDER RUN...

RUN names one of RUNS below. A run writes FOLDER/RUN.csv (a log as `lab train` writes it) and FOLDER/RUN.json
(what it was and what it is right in); a run with `keep` writes its weights in 8 bits, too, of which
`cargo lab export --int8` makes what the app ships. `--seconds` ends a run that is not through by then, and
`--scale` multiplies the steps of all. Results of all of them and what they cost: ../experiments/2026-11-evaluation.md.

Needs torch, triton, numpy, pillow and safetensors. All is on the card: the drawings in their eight
symmetries, drawing lots, distortions. A step is one CUDA graph, as its kernels are many and short. Layers
multiply in bf16 or (`multiply="tf32"`) in TF32, with f32 weights behind them.
"""

import argparse
import dataclasses
import io
import json
import math
import os
import time
import zipfile

import numpy as np
import torch
import torch.nn.functional as F
import triton
import triton.language as tl
from PIL import Image
from safetensors.torch import save_file

from koch import HEAD_UNIT, HELD_OUT, SIDE, Koch as OnProcessor, drawings

DRAWERS = 20
# Images embedded at once where nothing is learned.
AT_ONCE = 512


@dataclasses.dataclass
class Run:
    """Settings, by koch.py's names; what is left out is as `koch` ships."""

    start: str = "scaled"
    sampling: str = "episodes"
    pairs: int = 64
    distortions: str = "ours"
    drawers: int = 20
    optimizer: str = "adamw"
    rate: float = 6e-4
    l2: bool = False
    steps: int = 2000
    multiply: str = "bf16"
    held_out: bool = True
    seed: int = 1
    # The mean of the weights, the last 1,000 steps' most, is what counts in the end.
    average: bool = False
    # Steps between looks at trials, and how many looks without a better one end the run.
    look_every: int = 0
    patience: int = 0
    keep: bool = False


TUTORIAL = dict(
    start="tutorial", sampling="tutorial", pairs=32, distortions="none", optimizer="adam", rate=6e-5, l2=True,
    steps=20_000, multiply="tf32", held_out=False, look_every=1000,
)  # fmt: skip
# Epochs of 30,000 pairs, 200 of them, and an end when 20 have brought nothing: the paper, sections 3.2 and 4.1.
# Its rates, momenta and penalties, one of each a layer, are not published: one rate for all is searched for.
EPOCH = 30_000 // 128
PAPER = dict(
    start="paper", sampling="paper", pairs=128, distortions="paper", drawers=12, optimizer="sgd",
    steps=200 * EPOCH, look_every=2 * EPOCH, patience=10,
)  # fmt: skip
SEARCH = {**PAPER, "steps": 500, "look_every": 0, "patience": 0}

RUNS = {
    "tutorial": Run(**TUTORIAL),
    "tutorial-all-pairs": Run(**{**TUTORIAL, "sampling": "all-pairs"}),
    **{f"paper-search-{rate:g}": Run(**SEARCH, rate=rate) for rate in (3e-3, 1e-2, 3e-2, 1e-1)},
    "paper": Run(**PAPER),
    "ablation": Run(),
    "ablation-half": Run(steps=1000),
    "ablation-start-tutorial": Run(start="tutorial"),
    "ablation-start-paper": Run(start="paper"),
    "ablation-pairs": Run(sampling="pairs"),
    "ablation-all-pairs": Run(sampling="all-pairs"),
    "ablation-distortions-none": Run(distortions="none"),
    "ablation-distortions-paper": Run(distortions="paper"),
    "ablation-drawers-12": Run(drawers=12),
    "koch": Run(steps=18_000, held_out=False, average=True, keep=True),
}


@triton.jit
def corner(at, width, channels):
    """Where the 2x2 of a pooled value begins, on maps of this width."""
    place, half = at // channels, width // 2
    return ((place // half) * 2 * width + (place % half) * 2) * channels + at % channels


@triton.jit
def pool_kernel(maps, pooled, which, width, channels, total, BLOCK: tl.constexpr):
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    there = at < total
    begin = corner(at, width, channels)
    best = tl.load(maps + begin, there)
    most = tl.zeros([BLOCK], tl.int32)
    for other in tl.static_range(1, 4):
        value = tl.load(maps + begin + ((other // 2) * width + other % 2) * channels, there)
        most = tl.where(value > best, other, most)
        best = tl.where(value > best, value, best)
    tl.store(which + at, tl.where(best > 0, most, 4).to(tl.uint8), there)
    tl.store(pooled + at, tl.where(best > 0, best, 0.0), there)


@triton.jit
def pool_back_kernel(gradient, which, d_maps, width, channels, total, BLOCK: tl.constexpr):
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    there = at < total
    begin = corner(at, width, channels)
    value = tl.load(gradient + at, there)
    most = tl.load(which + at, there).to(tl.int32)
    for other in tl.static_range(0, 4):
        offset = ((other // 2) * width + other % 2) * channels
        tl.store(d_maps + begin + offset, tl.where(most == other, value, 0.0), there)


class Pool(torch.autograd.Function):
    """The largest of each 2x2, or 0: a pool and a ReLU at once, on maps of an even side, channels last."""

    BLOCK = 1024

    @staticmethod
    def launched(kernel, maps, *tensors):
        channels, width = maps.shape[1], maps.shape[3]
        total = maps.numel() // 4
        kernel[(triton.cdiv(total, Pool.BLOCK),)](*tensors, width, channels, total, BLOCK=Pool.BLOCK)

    @staticmethod
    def forward(ctx, maps):
        maps = maps.contiguous(memory_format=torch.channels_last)
        batch, channels, height, width = maps.shape
        shape = (batch, channels, height // 2, width // 2)
        last = dict(device=maps.device, memory_format=torch.channels_last)
        pooled, which = torch.empty(shape, dtype=maps.dtype, **last), torch.empty(shape, dtype=torch.uint8, **last)
        Pool.launched(pool_kernel, maps, maps, pooled, which)
        ctx.save_for_backward(which)
        ctx.maps = maps.shape
        return pooled

    @staticmethod
    def backward(ctx, gradient):
        (which,) = ctx.saved_tensors
        gradient = gradient.contiguous(memory_format=torch.channels_last)
        d_maps = torch.empty(ctx.maps, dtype=gradient.dtype, device=gradient.device, memory_format=torch.channels_last)
        Pool.launched(pool_back_kernel, d_maps, gradient, which, d_maps)
        return d_maps


def bicubic(points):
    """What `points` numbers are between, at SIDE places, as a matrix [SIDE, points]."""
    ends = torch.eye(points)[:, None, :, None].expand(-1, -1, -1, 2)
    whole = F.interpolate(ends, (SIDE, 2), mode="bicubic", align_corners=True)
    return whole[:, 0, :, 0].t().contiguous()


class Koch(OnProcessor):
    """The network with the card's convolutions; maps are [batch, channels, height, width]."""

    def embed(self, images, scale=False):
        """[batch, 105, 105], ink = 1, to [batch, 4096]; `scale` as in koch.py."""
        cast = lambda tensor: tensor.to(self.dtype)

        def layer(at, dims, apply):
            maps = apply()
            if scale:
                target = 1.0 if at < 4 else 1.5
                mean, deviation = maps.float().mean(dims), (maps.float().var(dims) + 1e-6).sqrt()
                ones = [1] * (self.weights[at].dim() - 1)
                self.weights[at].div_((deviation / target).view(-1, *ones))
                self.biases[at].copy_(-mean / deviation * target)
                maps = apply()
            return maps

        def first():
            # One channel is too few for the card: ten columns side by side, as 16 channels, are enough.
            columns = F.pad(cast(images).unfold(2, 10, 1), (0, 6)).permute(0, 3, 1, 2)
            kernels = F.pad(cast(self.weights[0]).permute(0, 3, 2, 1), (0, 0, 0, 0, 0, 6))
            return F.conv2d(columns, kernels.contiguous(memory_format=torch.channels_last), cast(self.biases[0]))

        def conv(at, maps):
            kernels = cast(self.weights[at]).contiguous(memory_format=torch.channels_last)
            return F.conv2d(maps, kernels, cast(self.biases[at]))

        maps = Pool.apply(layer(0, (0, 2, 3), first))
        for at in (1, 2):
            last = maps
            maps = Pool.apply(layer(at, (0, 2, 3), lambda: conv(at, last)))
        last = maps
        flat = F.relu(layer(3, (0, 2, 3), lambda: conv(3, last))).flatten(1)
        dense = lambda: F.linear(flat, cast(self.weights[4]), cast(self.biases[4]))
        return torch.sigmoid(layer(4, (0,), dense).float())

    def scores(self, queries, support):
        return (queries[:, None] - support[None]).abs() @ (self.head[0] * HEAD_UNIT) + self.offset

    def matched(self, first, second):
        return (first - second).abs() @ (self.head[0] * HEAD_UNIT) + self.offset


class Drawings:
    """An archive's drawings on the card, [characters * 20, 105, 105], and its alphabets."""

    def __init__(self, archive, device):
        ink, alphabets = drawings(archive)
        self.ink = ink.flatten(0, 1).to(torch.uint8).to(device)
        self.names = sorted(set(alphabets))
        self.of = {name: [i for i, a in enumerate(alphabets) if a == name] for name in self.names}
        self.count = len(alphabets)


class Lots:
    """Batches by lot, all on the card, always of one shape."""

    def __init__(self, run, background, device):
        self.run, self.device = run, device
        names = [name for name in background.names if not (run.held_out and name in HELD_OUT)]
        sizes = [len(background.of[name]) for name in names]
        table = torch.zeros(len(names), max(sizes), dtype=torch.long)
        for row, name in zip(table, names):
            row[: len(background.of[name])] = torch.tensor(background.of[name])
        self.table, self.sizes = table.to(device), torch.tensor(sizes, device=device)
        self.valid = torch.arange(max(sizes), device=device) < self.sizes[:, None]
        self.everything = self.table[self.valid]
        self.drawings = background.count * DRAWERS
        if run.sampling == "episodes":
            turned = []
            for symmetry in range(8):
                ink = background.ink.flip(-1) if symmetry & 1 else background.ink
                turned.append(torch.rot90(ink, symmetry >> 1, (-2, -1)))
            self.ink = torch.cat(turned)
        else:
            self.ink = background.ink
        self.between = {points: bicubic(points).to(device) for points in (4, 5)}
        self.grid = F.affine_grid(torch.eye(2, 3)[None], [1, 1, SIDE, SIDE], align_corners=False)[0].to(device)

    def below(self, most, *shape):
        return torch.randint(most, shape, device=self.device)

    def uniform(self, low, high, count):
        return low + (high - low) * torch.rand(count, device=self.device)

    def two_drawers(self, count):
        first = self.below(self.run.drawers, count)
        return first, (first + 1 + self.below(self.run.drawers - 1, count)) % self.run.drawers

    def affine(self, count, rotation, shear, scale, aspect, shift):
        turn = self.uniform(-rotation, rotation, count) * (math.pi / 180)
        slant, zoom = self.uniform(-shear, shear, count), 1 / self.uniform(*scale, count)
        ratio = torch.exp(self.uniform(-aspect, aspect, count) / 2)
        c, s = turn.cos(), turn.sin()
        x, y = self.uniform(-shift, shift, count), self.uniform(-shift, shift, count)
        rows = [c * zoom * ratio, (-s + slant * c) * zoom * ratio, x, s * zoom / ratio, (c + slant * s) * zoom / ratio, y]
        zero, one = torch.zeros_like(x), torch.ones_like(x)
        return torch.stack([*rows, zero, zero, one], 1).view(count, 3, 3)

    def field(self, count, points, deviation):
        values = torch.randn(count, 2, points, points, device=self.device) * deviation
        between = self.between[points]
        return torch.einsum("ip,ncpq,jq->nijc", between, values, between)

    def distorted(self, ink, classes, kinds):
        """koch.py's, with the card's lots; `kinds` is how many `classes` there are."""
        images = ink.float()
        if self.run.distortions == "none":
            return images
        count = len(images)
        if self.run.distortions == "ours":
            image = self.affine(count, 10, 0.15, (0.85, 1.15), 0.12, 0.08)
            kind = self.affine(kinds, 12, 0.2, (0.9, 1.1), 0.2, 0.04)
            matrix = (kind[classes] @ image)[:, :2]
            bend = self.field(kinds, 4, 0.05)[classes] + self.field(count, 5, 0.025)
        else:
            part = lambda most: self.uniform(-most, most, count) * self.below(2, count)
            turn, slant_x, slant_y = part(10) * (math.pi / 180), part(0.3), part(0.3)
            zoom_x, zoom_y = 1 + part(0.2), 1 + part(0.2)
            c, s = turn.cos(), turn.sin()
            x, y = part(2) * 2 / SIDE, part(2) * 2 / SIDE
            rows = [c / zoom_x, (-s + slant_x) / zoom_x, x, (s + slant_y) / zoom_y, c / zoom_y, y]
            matrix, bend = torch.stack(rows, 1).view(count, 2, 3), 0
        grid = torch.einsum("nij,hwj->nhwi", matrix[:, :, :2], self.grid) + matrix[:, None, None, :, 2] + bend
        return F.grid_sample(images[:, None], grid, mode="bilinear", align_corners=False)[:, 0].clamp(0, 1)

    def episode(self):
        """Images of twins and which characters there are: an alphabet may have fewer than 16."""
        lots = -torch.log(-torch.log(torch.rand(len(self.sizes), device=self.device)))
        alphabets = (self.sizes.log() + lots).topk(4).indices
        lots = torch.rand(4, self.table.shape[1], device=self.device) + 2 * ~self.valid[alphabets]
        places = lots.argsort(1)[:, :16]
        characters = self.table[alphabets].gather(1, places).flatten()
        there = self.valid[alphabets].gather(1, places).flatten()
        symmetry = self.below(8, 4, 1).expand(4, 16).flatten()
        first, second = self.two_drawers(64)
        at = symmetry * self.drawings + characters * DRAWERS
        images = self.ink[torch.cat([at + first, at + second])]
        classes = torch.arange(64, device=self.device).repeat(2)
        return self.distorted(images, classes, 64), there

    def pairs(self):
        """Images of pairs and which are the same; half of them are."""
        count, run = self.run.pairs, self.run
        same = torch.arange(count, device=self.device) < count // 2
        many = len(self.everything)
        if run.sampling == "paper":
            # Alphabets alike often, as the paper has it, and pairs within an alphabet: our reading of it.
            alphabet = self.below(len(self.sizes), count)
            size = self.sizes[alphabet]
            lot = lambda most: (torch.rand(count, device=self.device) * most).long()
            place = lot(size)
            other = torch.where(same, place, (place + 1 + lot(size - 1)) % size)
            one, two = self.table[alphabet, place], self.table[alphabet, other]
            first, second = self.two_drawers(count)
        else:
            if run.sampling == "tutorial":
                # Categories of a batch differ, and both drawings may be one.
                place = torch.rand(many, device=self.device).argsort()[:count]
                first, second = self.below(run.drawers, count), self.below(run.drawers, count)
            else:
                place = self.below(many, count)
                first, second = self.two_drawers(count)
            other = torch.where(same, place, (place + 1 + self.below(many - 1, count)) % many)
            one, two = self.everything[place], self.everything[other]
        images = self.ink[torch.cat([one * DRAWERS + first, two * DRAWERS + second])]
        classes = torch.arange(2 * count, device=self.device)
        return self.distorted(images, classes, 2 * count), same.float()

    def all_pairs(self):
        characters = self.everything[torch.rand(len(self.everything), device=self.device).argsort()[: self.run.pairs]]
        first, second = self.two_drawers(self.run.pairs)
        images = self.ink[torch.cat([characters * DRAWERS + first, characters * DRAWERS + second])]
        classes = torch.arange(2 * self.run.pairs, device=self.device)
        return self.distorted(images, classes, 2 * self.run.pairs)


def loss_of(net, lots):
    run = lots.run
    if run.sampling == "episodes":
        images, there = lots.episode()
        embedded = net.embed(images)
        scores = net.scores(embedded[:64], embedded[64:])
        scores = scores.masked_fill(~(there[:, None] & there[None]), -1e4)
        answers = torch.arange(64, device=scores.device).masked_fill(~there, -100)
        return (F.cross_entropy(scores, answers) + F.cross_entropy(scores.t(), answers)) / 2
    if run.sampling == "all-pairs":
        embedded = net.embed(lots.all_pairs())
        scores = net.scores(embedded[: run.pairs], embedded[run.pairs :])
        same = torch.eye(run.pairs, device=scores.device)
        losses = F.binary_cross_entropy_with_logits(scores, same, reduction="none")
        return ((losses * same).sum() / run.pairs + (losses * (1 - same)).sum() / (run.pairs * (run.pairs - 1))) / 2
    images, same = lots.pairs()
    first, second = net.embed(images).chunk(2)
    return F.binary_cross_entropy_with_logits(net.matched(first, second), same)


class Learner:
    """A run's network, optimiser and step."""

    def __init__(self, run, background, device, by_graph=False):
        torch.manual_seed(run.seed)
        self.run, self.device, self.by_graph = run, device, by_graph
        self.lots = Lots(run, background, device)
        dtype = torch.bfloat16 if run.multiply == "bf16" else torch.float32
        self.net = Koch(run.start, dtype).to(device)
        if run.start == "scaled":
            self.net.multiply_in(torch.float32)
            with torch.no_grad():
                self.net.embed(self.lots.episode()[0] if run.sampling == "episodes" else self.images(), scale=True)
            self.net.multiply_in(dtype)
        self.rate = torch.tensor(run.rate, device=device)
        self.momentum = torch.tensor(0.5, device=device)
        self.total = torch.zeros((), device=device)
        on_card = device == "cuda"
        common = dict(lr=self.rate, fused=on_card, capturable=on_card)
        if run.optimizer == "adamw":
            vectors = [*self.net.biases, self.net.head, self.net.offset]
            groups = [dict(params=list(self.net.weights), weight_decay=0.02), dict(params=vectors, weight_decay=0)]
            self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.99), **common)
        elif run.optimizer == "adam":
            # Keras' epsilon.
            self.optimizer = torch.optim.Adam(self.net.parameters(), eps=1e-7, **common)
        else:
            self.velocity = [torch.zeros_like(parameter) for parameter in self.net.parameters()]
        self.mean = [parameter.detach().clone() for parameter in self.net.parameters()] if run.average else None
        self.graph = None

    def images(self):
        return self.lots.all_pairs() if self.run.sampling == "all-pairs" else self.lots.pairs()[0]

    def take(self):
        for parameter in self.net.parameters():
            parameter.grad = None
        loss = loss_of(self.net, self.lots)
        loss.backward()
        self.total += loss.detach()
        parameters = list(self.net.parameters())
        if self.run.l2:
            for weight, penalty in zip(self.net.weights, [2e-4] * 4 + [1e-3]):
                weight.grad.add_(weight.detach(), alpha=2 * penalty)
        if self.run.optimizer == "sgd":
            with torch.no_grad():
                torch._foreach_mul_(self.velocity, self.momentum)
                torch._foreach_add_(self.velocity, [parameter.grad for parameter in parameters])
                torch._foreach_sub_(parameters, torch._foreach_mul(self.velocity, self.rate))
        else:
            self.optimizer.step()
        if self.mean:
            with torch.no_grad():
                torch._foreach_lerp_(self.mean, parameters, 0.001)

    def step(self, at):
        """The step `at`, counted from 0."""
        run, rate = self.run, self.run.rate
        if run.optimizer == "adamw":
            rate *= min(1, (at + 1) / (0.05 * run.steps)) * (1 + math.cos(math.pi * at / run.steps)) / 2
        if run.optimizer == "sgd":
            # The paper, section 3.2: a hundredth less an epoch, a momentum that rises evenly from one half.
            rate *= 0.99 ** (at // EPOCH)
            self.momentum.fill_(0.5 + 0.4 * at / (200 * EPOCH))
        self.rate.fill_(rate)
        if not self.by_graph or at < 3:
            # What is made once, and which algorithms are fastest, before the graph.
            self.take()
        elif self.graph is None:
            torch.cuda.synchronize()
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph):
                self.take()
            self.graph.replay()
        else:
            self.graph.replay()

    def settle(self):
        """The mean of the weights takes their place."""
        if self.mean:
            with torch.no_grad():
                torch._foreach_copy_(list(self.net.parameters()), self.mean)


@torch.no_grad()
def embedded(net, ink):
    # Looking for the fastest algorithm of each number of images takes longer than it saves here.
    torch.backends.cudnn.benchmark = False
    drawings = torch.cat([net.embed(part.float()) for part in ink.split(AT_ONCE)])
    torch.backends.cudnn.benchmark = True
    return drawings


def interval(right, of, z=1.96):
    p = right / of
    d, c, h = 1 + z * z / of, p + z * z / 2 / of, z * (p * (1 - p) / of + z * z / 4 / of / of) ** 0.5
    return dict(right=right, of=of, rate=100 * p, low=100 * (c - h) / d, high=100 * (c + h) / d)


class Trials:
    """How often a network is right, in 20-way trials of some characters' drawings."""

    def __init__(self, net, ink):
        self.net, self.drawings = net, embedded(net, ink)

    def right(self, support, queries, answers):
        """`[n, 20]` and `[n]` drawings, and which of the 20 is right."""
        right = 0
        device = self.drawings.device
        for at in range(0, len(queries), 250):
            part = slice(at, at + 250)
            of = lambda drawings: self.drawings[torch.as_tensor(drawings[part], device=device)]
            scores = (of(support) - of(queries)[:, None]).abs() @ self.net.head[0].detach()
            right += int((scores.argmax(1) == torch.as_tensor(answers[part], device=device)).sum())
        return interval(right, len(queries))

    def one_pair_of_drawers(self, pools, count, seed):
        """Trials of 20 characters of a pool, all examples by one hand and the query by another; as
        `validate` of koch.py."""
        rng = np.random.default_rng(seed)
        support, queries, answers = [], [], []
        for _ in range(count):
            pool = pools[rng.integers(len(pools))]
            characters = rng.choice(pool, 20, replace=False)
            answer, drawers = rng.integers(20), rng.choice(20, 2, replace=False)
            support.append(characters * DRAWERS + drawers[0])
            queries.append(characters[answer] * DRAWERS + drawers[1])
            answers.append(answer)
        return self.right(np.array(support), np.array(queries), np.array(answers))

    def as_tutorials(self, characters, count, seed):
        """As the tutorials' `make_oneshot_task`: over all characters, every example by any hand."""
        rng = np.random.default_rng(seed)
        support, queries = [], []
        for _ in range(count):
            drawers = rng.integers(0, DRAWERS, 20)
            chosen = rng.choice(characters, 20, replace=False)
            one, other = rng.choice(DRAWERS, 2, replace=False)
            drawers[0] = other
            support.append(chosen * DRAWERS + drawers)
            queries.append(chosen[0] * DRAWERS + one)
        return self.right(np.array(support), np.array(queries), np.zeros(count, int))

    @torch.no_grad()
    def verification(self, pools, count, seed):
        """Balanced pairs of two hands: within an alphabet, at the best threshold and at a score of 0."""
        rng = np.random.default_rng(seed)
        first, second = [], []
        for at in range(count):
            pool = pools[rng.integers(len(pools))]
            one = two = rng.choice(pool)
            if at % 2:
                two = rng.choice([character for character in pool if character != one])
            drawers = rng.choice(DRAWERS, 2, replace=False)
            first.append(one * DRAWERS + drawers[0])
            second.append(two * DRAWERS + drawers[1])
        of = lambda drawings: self.drawings[torch.as_tensor(np.array(drawings), device=self.drawings.device)]
        parts = range(0, count, 1000)
        scores = torch.cat([self.net.matched(of(first[at : at + 1000]), of(second[at : at + 1000])) for at in parts])
        scores, same = scores.cpu().numpy(), np.arange(count) % 2 == 0
        sums = np.cumsum(np.where(same[np.argsort(-scores)], 1, -1))
        best = count // 2 + max(0, int(sums.max()))
        at_zero = int(((scores > 0) == same).sum())
        return dict(best=interval(best, count), at_zero=interval(at_zero, count))


def official(net, omniglot, device):
    """The 400 trials of all_runs.zip."""
    with zipfile.ZipFile(os.path.join(omniglot, "all_runs.zip")) as files:
        read = lambda name: np.array(Image.open(io.BytesIO(files.read(name))).convert("L")) < 128
        ink, support, queries, answers = [], [], [], []
        for run in range(1, 21):
            lines = files.read(f"run{run:02}/class_labels.txt").decode().split("\n")
            lines = [line.split() for line in lines if line.strip()]
            classes = sorted(training for _, training in lines)
            begin = len(ink)
            ink += [read(name) for name in classes]
            for test, training in lines:
                support.append(range(begin, begin + 20))
                queries.append(len(ink))
                answers.append(classes.index(training))
                ink.append(read(test))
    trials = Trials(net, torch.from_numpy(np.stack(ink)).to(torch.uint8).to(device))
    return trials.right(np.array(support), np.array(queries), np.array(answers))


def held_out(net, background):
    """Trials of the held-out alphabets, within and across."""
    pools = [background.of[name] for name in HELD_OUT]
    characters = [character for pool in pools for character in pool]
    place = {character: at for at, character in enumerate(characters)}
    at = torch.tensor(characters, device=background.ink.device)[:, None] * DRAWERS
    ink = background.ink[(at + torch.arange(DRAWERS, device=at.device)).flatten()]
    trials = Trials(net, ink)
    pools = [np.array([place[character] for character in pool]) for pool in pools]
    return dict(
        within=trials.one_pair_of_drawers(pools, 2000, 1),
        across=trials.one_pair_of_drawers([np.arange(len(characters))], 2000, 1),
    )


def measured(net, evaluation, omniglot, device):
    """All that is told of a finished network."""
    trials = Trials(net, evaluation.ink)
    pools = [np.array(evaluation.of[name]) for name in evaluation.names]
    everything = np.arange(evaluation.count)
    return dict(
        tutorial_250=trials.as_tutorials(everything, 250, 1),
        tutorial_10000=trials.as_tutorials(everything, 10_000, 2),
        across_10000=trials.one_pair_of_drawers([everything], 10_000, 2),
        within_10000=trials.one_pair_of_drawers(pools, 10_000, 3),
        verification_within_10000=trials.verification(pools, 10_000, 4),
        verification_across_10000=trials.verification([everything], 10_000, 5),
        official=official(net, omniglot, device),
    )


def keep(net, file, steps, seed):
    """Writes the network as it ships, rows of i8 and a scale each, which `cargo lab export --int8` reads to
    fit its similarity, and leaves it so."""
    tensors = {}
    for name, tensor in net.file().items():
        if tensor.dim() > 1:
            rows = tensor.flatten(1)
            scales = rows.abs().amax(1).clamp_min(1e-30) / 127
            numbers = torch.round(rows / scales[:, None]).clamp(-127, 127)
            tensors[name] = numbers.to(torch.int8).view(tensor.shape).cpu()
            tensors[f"{name}.row_scale"] = scales.cpu()
            rows.copy_(numbers * scales[:, None])
        else:
            tensors[name] = tensor.cpu()
    facts = {
        "architecture": "koch",
        "data": "Omniglot (MIT licence)",
        "trained_on": "the 30 background alphabets",
        "training": f"docs/training/koch_cuda.py, PyTorch {torch.__version__}, {steps} steps, seed {seed}",
        # What `lab export` replaces.
        "temperature": "1",
        "offset": "0",
    }
    save_file(tensors, file, metadata=facts)


def train(name, run, background, evaluation, args, device):
    """A run from its first step to its numbers."""
    begin = time.time()
    learner = Learner(run, background, device, by_graph=device == "cuda" and not args.no_graph)
    looks, best, since_best, kept, step = [], -1.0, 0, None, 0
    with open(os.path.join(args.out, f"{name}.csv"), "w") as log:
        log.write("step,loss,images_per_second,validation_errors,validation_trials\n")
        images, last = 2 * run.pairs, (0, begin)
        for step in range(1, run.steps + 1):
            learner.step(step - 1)
            if step % 100 == 0 or step == run.steps:
                loss = learner.total.item() / ((step - 1) % 100 + 1)
                learner.total.zero_()
                now = time.time()
                log.write(f"{step},{loss:.4f},{images * (step - last[0]) / (now - last[1]):.0f},,\n")
                log.flush()
                last = step, now
                if not math.isfinite(loss) or time.time() > args.end:
                    break
            if run.look_every and step % run.look_every == 0:
                if run.held_out:
                    looks.append((step, held_out(learner.net, background)))
                    look = looks[-1][1]["within"]
                else:
                    trials = Trials(learner.net, evaluation.ink)
                    looks.append((step, trials.as_tutorials(np.arange(evaluation.count), 250, step)))
                    look = looks[-1][1]
                log.write(f"{step},,,{look['of'] - look['right']},{look['of']}\n")
                since_best += 1
                if look["rate"] > best:
                    best, since_best = look["rate"], 0
                    if run.patience:
                        kept = [parameter.detach().clone() for parameter in learner.net.parameters()]
                if run.patience and since_best >= run.patience:
                    break
    taught = time.time() - begin
    learner.settle()
    if kept is not None:
        with torch.no_grad():
            torch._foreach_copy_(list(learner.net.parameters()), kept)
    # Numbers are told by f32, whatever the run multiplied in.
    learner.net.dtype = torch.float32
    found = dict(name=name, run=dataclasses.asdict(run), steps=step, loss=loss, seconds=taught, looks=looks)
    if run.held_out:
        found["held_out"] = held_out(learner.net, background)
    if not run.held_out or run.patience:
        found["measured"] = measured(learner.net, evaluation, args.omniglot, device)
    if run.keep:
        keep(learner.net, os.path.join(args.out, f"{name}.safetensors"), step, run.seed)
        found["in_8_bits"] = measured(learner.net, evaluation, args.omniglot, device)
    with open(os.path.join(args.out, f"{name}.json"), "w") as file:
        json.dump(found, file)
    told = found.get("held_out", {}).get("within") or found["measured"]["official"]
    print(
        f"{name}: {step} steps in {taught:.1f} s, {1e3 * taught / step:.2f} ms each, loss {loss:.4f}, "
        f"{told['rate']:.2f} % right, all in {time.time() - begin:.1f} s",
        flush=True,
    )
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--omniglot", required=True, help="folder of the archives")
    parser.add_argument("--out", required=True, help="folder that results go to")
    parser.add_argument("--seconds", type=float, default=math.inf, help="for all runs together")
    parser.add_argument("--scale", type=float, default=1, help="of the runs' steps")
    parser.add_argument("--no-graph", action="store_true", help="launch each kernel by itself")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--set", action="append", default=[], metavar="RUN.FIELD=JSON", help="change a run")
    parser.add_argument("runs", nargs="+", help="`paper` takes the rate of the lowest loss of the searches before it")
    args = parser.parse_args()
    args.end = time.time() + args.seconds
    os.makedirs(args.out, exist_ok=True)
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    background = Drawings(os.path.join(args.omniglot, "images_background.zip"), args.device)
    evaluation = Drawings(os.path.join(args.omniglot, "images_evaluation.zip"), args.device)
    changed = {}
    for change in args.set:
        field, value = change.split("=", 1)
        name, field = field.rsplit(".", 1)
        changed.setdefault(name, {})[field] = json.loads(value)
    best = (math.inf, None)
    for name in args.runs:
        if time.time() > args.end:
            print(f"no time for {name}")
            continue
        run = dataclasses.replace(RUNS[name], **changed.get(name, {}))
        run.steps = max(1, round(run.steps * args.scale))
        if name == "paper" and best[1]:
            run.rate = best[1]
        found = train(name, run, background, evaluation, args, args.device)
        if name.startswith("paper-search"):
            # A rate that is too high can look best for 500 steps; its loss says so.
            best = min(best, (found["loss"], run.rate))
        if args.device == "cuda":
            torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
