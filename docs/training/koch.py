"""Trains Koch's network (crates/nn-burn/src/koch.rs) in PyTorch on a processor, and writes its weights.

    python koch.py --omniglot DIR --out koch.pt [--steps 2600] [--held-out] ...
    python koch.py --omniglot DIR --out koch-2.pt --begin-from koch.pt --steps 1100 --rate 4e-4
    python koch.py --omniglot DIR --out koch-2.pt --export koch.safetensors

`cargo lab export --int8` makes of the second file what the app ships.

Needs torch, numpy, pillow and safetensors. A run whose file is there goes on from it. The second
and third layers, most of the work, are products of spectra (as in crates/nn/src/spectral/fourier.rs, forward
and back), the others products of patches, and all multiply in bf16 with f32 weights behind them
(`--multiply f32` where the processor has no instructions for bf16). glibc must be told to keep its memory,
or much of the time goes into getting it anew:

    MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=20000000000 MALLOC_TOP_PAD_=500000000 python koch.py ...
"""

import argparse
import io
import math
import os
import shutil
import time
import zipfile

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

HELD_OUT = ["Armenian", "Bengali", "Early_Aramaic", "Futurama", "Japanese_(katakana)"]
SIDE = 105
COMPONENTS = 4096
# The head's weights are learned in this unit: 4,096 of them move together.
HEAD_UNIT = 1 / 16


def drawings(archive):
    """Characters as [n, 20, 105, 105] of ink, and each one's alphabet."""
    characters = {}
    with zipfile.ZipFile(archive) as files:
        for name in files.namelist():
            if name.endswith(".png"):
                *_, alphabet, character, file = name.split("/")
                drawer = int(file.split("_")[1][:2]) - 1
                ink = np.array(Image.open(io.BytesIO(files.read(name))).convert("L")) < 128
                blank = np.zeros((20, SIDE, SIDE), np.bool_)
                characters.setdefault((alphabet, character), blank)[drawer] = ink
    keys = sorted(characters)
    return torch.from_numpy(np.stack([characters[key] for key in keys])), [key[0] for key in keys]


class Spectra:
    """Transforms of maps [n, n] and kernels [k, k] as matrices; maps lie [height, width, batch, channels]."""

    def __init__(self, n, k, dtype):
        self.n, self.k, self.m, self.f = n, k, n - k + 1, n // 2 + 1
        unit = 2 * math.pi / n
        rows = torch.arange(n, dtype=torch.float64)
        half = torch.arange(self.f, dtype=torch.float64)
        out = torch.arange(self.m, dtype=torch.float64)
        place = torch.arange(k, dtype=torch.float64)
        angle = torch.outer(half, rows) * unit
        self.width = torch.cat([angle.cos(), -angle.sin()]).to(dtype)
        angle = torch.outer(rows, rows) * unit
        matrix = torch.zeros(2, n, n, 2, dtype=torch.float64)
        matrix[0, :, :, 0], matrix[0, :, :, 1] = angle.cos(), angle.sin()
        matrix[1, :, :, 0], matrix[1, :, :, 1] = -angle.sin(), angle.cos()
        self.height = matrix.reshape(2 * n, 2 * n).to(dtype)
        angle = torch.outer(rows, place)[:, None, :, None] * unit
        angle = angle + torch.outer(half, place)[None, :, None, :] * unit
        self.kernel = torch.stack([angle.cos(), -angle.sin()]).reshape(-1, k * k).to(dtype)
        angle = torch.outer(out, rows) * unit
        matrix = torch.zeros(self.m, 2, 2, n, dtype=torch.float64)
        matrix[:, 0, 0], matrix[:, 0, 1] = angle.cos(), -angle.sin()
        matrix[:, 1, 0], matrix[:, 1, 1] = angle.sin(), angle.cos()
        self.height_back = (matrix / n).reshape(2 * self.m, 2 * n).to(dtype)
        twice = torch.full((self.f,), 2.0, dtype=torch.float64)
        twice[0] = 1
        if n % 2 == 0:
            twice[-1] = 1
        angle = torch.outer(out, half) * unit
        self.width_back = (torch.cat([angle.cos() * twice, -angle.sin() * twice], 1) / n).to(dtype)

    def of(self, maps):
        height, width, batch, channels = maps.shape
        lines = torch.matmul(self.width, maps.reshape(height, width, batch * channels))
        both = self.height @ lines.reshape(height * 2, self.f * batch * channels)
        return both.reshape(2, self.n * self.f, batch, channels)


class BySpectra(torch.autograd.Function):
    """A convolution without padding: [n, n, batch, in], [out, in, k, k] to [m, m, batch, out]."""

    @staticmethod
    def forward(ctx, maps, kernels, spectra):
        out, channels, k, _ = kernels.shape
        batch, s = maps.shape[2], spectra
        one = s.of(maps)
        flat = kernels.permute(2, 3, 1, 0).reshape(k * k, channels * out)
        other = (s.kernel @ flat).reshape(2, s.n * s.f, channels, out)
        product = torch.empty(2, s.n * s.f, batch, out, dtype=maps.dtype)
        torch.bmm(one[0], other[0], out=product[0])
        product[0].baddbmm_(one[1], other[1])
        torch.bmm(one[1], other[0], out=product[1])
        product[1].baddbmm_(one[0], other[1], alpha=-1)
        lines = s.height_back @ product.reshape(2 * s.n, s.f * batch * out)
        ctx.save_for_backward(one, other)
        ctx.spectra, ctx.shape = s, (maps.shape, out, k)
        back = torch.matmul(s.width_back, lines.reshape(s.m, 2 * s.f, batch * out))
        return back.reshape(s.m, s.m, batch, out)

    @staticmethod
    def backward(ctx, gradient):
        one, other = ctx.saved_tensors
        s, ((height, width, batch, channels), out, k) = ctx.spectra, ctx.shape
        d = torch.matmul(s.width_back.t(), gradient.reshape(s.m, s.m, batch * out))
        d = s.height_back.t() @ d.reshape(2 * s.m, s.f * batch * out)
        d = d.reshape(2, s.n * s.f, batch, out)
        d_other = torch.empty_like(other)
        real, imaginary = one[0].transpose(1, 2), one[1].transpose(1, 2)
        torch.bmm(real, d[0], out=d_other[0])
        d_other[0].baddbmm_(imaginary, d[1])
        torch.bmm(imaginary, d[0], out=d_other[1])
        d_other[1].baddbmm_(real, d[1], alpha=-1)
        d_kernels = s.kernel.t() @ d_other.reshape(-1, channels * out)
        d_kernels = d_kernels.reshape(k, k, channels, out).permute(3, 2, 0, 1)
        real, imaginary = other[0].transpose(1, 2), other[1].transpose(1, 2)
        d_one = torch.empty(2, s.n * s.f, batch, channels, dtype=gradient.dtype)
        torch.bmm(d[0], real, out=d_one[0])
        d_one[0].baddbmm_(d[1], imaginary, alpha=-1)
        torch.bmm(d[0], imaginary, out=d_one[1])
        d_one[1].baddbmm_(d[1], real)
        lines = s.height.t() @ d_one.reshape(2 * s.n, s.f * batch * channels)
        d_maps = torch.matmul(s.width.t(), lines.reshape(height, 2 * s.f, batch * channels))
        return d_maps.reshape(height, width, batch, channels), d_kernels, None


class OfSheets(torch.autograd.Function):
    """The first layer: sheets [batch, height, width], which want no gradient, [out, 1, k, k] to [m, m, batch, out]."""

    @staticmethod
    def forward(ctx, sheets, kernels):
        out, _, k, _ = kernels.shape
        patches = sheets.permute(1, 2, 0).unfold(0, k, 1).unfold(1, k, 1)
        m, _, batch = patches.shape[:3]
        patches = patches.reshape(m * m * batch, k * k)
        ctx.save_for_backward(patches)
        ctx.shape = kernels.shape
        return (patches @ kernels.reshape(out, k * k).t()).view(m, m, batch, out)

    @staticmethod
    def backward(ctx, gradient):
        (patches,) = ctx.saved_tensors
        gradient = gradient.reshape(-1, ctx.shape[0])
        return None, (gradient.t() @ patches).view(ctx.shape)


class WeightedL1(torch.autograd.Function):
    """Every query with every example, a query at a time: `[q, n]`, `[s, n]`, `[n]` to `[q, s]`."""

    @staticmethod
    def forward(ctx, queries, support, weights):
        ctx.save_for_backward(queries, support, weights)
        return torch.stack([(query - support).abs() @ weights for query in queries])

    @staticmethod
    def backward(ctx, gradient):
        queries, support, weights = ctx.saved_tensors
        d_queries, d_support = torch.empty_like(queries), torch.zeros_like(support)
        d_weights = torch.zeros_like(weights)
        for at, query in enumerate(queries):
            difference = query - support
            d_weights += gradient[at] @ difference.abs()
            signed = difference.sign() * gradient[at][:, None]
            d_queries[at] = signed.sum(0)
            d_support -= signed
        return d_queries * weights, d_support * weights, d_weights


def pooled(maps):
    """The largest of each two by two: [height, width, batch, channels] to [height / 2, width / 2, batch, channels]."""
    height, width, batch, channels = maps.shape
    maps = F.max_pool2d(maps.view(1, height, width, -1).permute(0, 3, 1, 2), 2)
    return maps.permute(0, 2, 3, 1).reshape(height // 2, width // 2, batch, channels)


class Koch(torch.nn.Module):
    """The network; `start` is "scaled" (as wide as each layer needs), or the "paper" or "tutorial"."""

    NAMES = ["conv1", "conv2", "conv3", "conv4", "dense"]
    SHAPES = [(64, 1, 10, 10), (128, 64, 7, 7), (128, 128, 4, 4), (256, 128, 4, 4), (COMPONENTS, 9216)]

    def __init__(self, start, dtype=torch.bfloat16):
        super().__init__()
        parameter = lambda *shape: torch.nn.Parameter(torch.empty(*shape))
        self.weights = torch.nn.ParameterList([parameter(*shape) for shape in self.SHAPES])
        self.biases = torch.nn.ParameterList([parameter(shape[0]) for shape in self.SHAPES])
        self.head, self.offset = parameter(1, COMPONENTS), parameter(1)
        self.multiply_in(dtype)
        with torch.no_grad():
            if start == "scaled":
                for weight, bias in zip(self.weights, self.biases):
                    weight.normal_(0, math.sqrt(2 / weight[0].numel()))
                    bias.zero_()
                self.head.fill_(-0.125)
                self.offset.fill_(4.0)
            else:
                # The paper, section 3.2; the Keras tutorials take 0.01 for the dense layer too.
                for weight, bias in zip(self.weights, self.biases):
                    weight.normal_(0, 0.01)
                    bias.normal_(0.5, 0.01)
                if start == "paper":
                    self.weights[4].normal_(0, 0.2)
                    self.head.normal_(0, 0.2)
                else:
                    # Keras' own start of a layer that is given none.
                    most = math.sqrt(6 / (COMPONENTS + 1))
                    self.head.uniform_(-most, most)
                self.head.div_(HEAD_UNIT)
                self.offset.normal_(0.5, 0.01)

    def multiply_in(self, dtype):
        self.dtype = dtype
        self.second, self.third = Spectra(48, 7, dtype), Spectra(21, 4, dtype)

    def embed(self, images, scale=False):
        """[batch, 1, 105, 105], ink = 1, to [batch, 4096]. `scale` first makes each layer's output
        of this batch of mean 0 and deviation 1 (1.5 before the sigmoid), a layer after the other."""
        cast = lambda tensor: tensor.to(self.dtype)

        def layer(at, dims, apply):
            maps = apply()
            if scale:
                target = 1.0 if at < 4 else 1.5
                mean, deviation = maps.mean(dims), (maps.var(dims) + 1e-6).sqrt()
                ones = [1] * (self.weights[at].dim() - 1)
                self.weights[at].div_((deviation / target).view(-1, *ones))
                self.biases[at].copy_(-mean / deviation * target)
                maps = apply()
            return maps

        # Maps lie [height, width, batch, channels].
        kernel = lambda at: cast(self.weights[at])
        sheets = cast(images[:, 0])
        first = lambda: OfSheets.apply(sheets, kernel(0)) + cast(self.biases[0])
        maps = F.relu(pooled(layer(0, (0, 1, 2), first)))
        for at, spectra in (1, self.second), (2, self.third):
            last = maps
            apply = lambda: BySpectra.apply(last, kernel(at), spectra) + cast(self.biases[at])
            maps = F.relu(pooled(layer(at, (0, 1, 2), apply)))
        patches = maps.unfold(0, 4, 1).unfold(1, 4, 1).reshape(6, 6, len(sheets), -1)
        fourth = lambda: F.linear(patches, kernel(3).flatten(1), cast(self.biases[3]))
        maps = F.relu(layer(3, (0, 1, 2), fourth)).permute(2, 3, 0, 1).flatten(1)
        dense = lambda: F.linear(maps, cast(self.weights[4]), cast(self.biases[4]))
        return torch.sigmoid(layer(4, (0,), dense).float())

    def scores(self, queries, support):
        return WeightedL1.apply(queries, support, self.head[0] * HEAD_UNIT) + self.offset

    def file(self):
        """The tensors of the weights file."""
        tensors = {"score.weight": self.head[0] * HEAD_UNIT, "score.bias": self.offset}
        for name, weight, bias in zip(self.NAMES, self.weights, self.biases):
            tensors[f"{name}.weight"], tensors[f"{name}.bias"] = weight, bias
        return {name: tensor.detach().contiguous() for name, tensor in tensors.items()}


class Data:
    """Batches of the training alphabets, trials of those held out."""

    def __init__(self, args, rng):
        self.args, self.rng = args, rng
        self.ink, alphabets = drawings(os.path.join(args.omniglot, "images_background.zip"))
        self.of = {name: [i for i, a in enumerate(alphabets) if a == name] for name in sorted(set(alphabets))}
        self.names = [name for name in self.of if not (args.held_out and name in HELD_OUT)]
        self.sizes = np.array([len(self.of[name]) for name in self.names], float)
        self.grid = F.affine_grid(torch.eye(2, 3)[None], [1, 1, SIDE, SIDE], align_corners=False)

    def uniform(self, low, high, count):
        return torch.from_numpy(self.rng.uniform(low, high, count)).float()

    def affine(self, count, rotation, shear, scale, aspect, shift):
        turn = self.uniform(-rotation, rotation, count) * math.pi / 180
        slant, zoom = self.uniform(-shear, shear, count), 1 / self.uniform(*scale, count)
        ratio = torch.exp(self.uniform(-aspect, aspect, count) / 2)
        c, s = turn.cos(), turn.sin()
        matrix = torch.zeros(count, 3, 3)
        matrix[:, 0, 0], matrix[:, 0, 1] = c * zoom * ratio, (-s + slant * c) * zoom * ratio
        matrix[:, 1, 0], matrix[:, 1, 1] = s * zoom / ratio, (c + slant * s) * zoom / ratio
        matrix[:, 0, 2] = self.uniform(-shift, shift, count)
        matrix[:, 1, 2] = self.uniform(-shift, shift, count)
        matrix[:, 2, 2] = 1
        return matrix

    def field(self, count, points, deviation):
        values = torch.from_numpy(self.rng.normal(0, deviation, (count, 2, points, points))).float()
        smooth = F.interpolate(values, (SIDE, SIDE), mode="bicubic", align_corners=True)
        return smooth.permute(0, 2, 3, 1)

    def distorted(self, ink, classes):
        """Lengths are in halves of the sheet."""
        images = ink.float()[:, None]
        if self.args.distortions == "none":
            return images
        count = len(images)
        if self.args.distortions == "ours":
            image = self.affine(count, 10, 0.15, (0.85, 1.15), 0.12, 0.08)
            kinds = int(classes.max()) + 1
            kind = self.affine(kinds, 12, 0.2, (0.9, 1.1), 0.2, 0.04)
            matrix = kind[classes] @ image
            grid = torch.einsum("nij,hwj->nhwi", matrix[:, :2, :2], self.grid[0]) + matrix[:, None, None, :2, 2]
            grid = grid + self.field(kinds, 4, 0.05)[classes] + self.field(count, 5, 0.025)
        else:
            # The paper, section 3.4: each part with probability one half.
            on = lambda: torch.from_numpy((self.rng.random(count) < 0.5).astype(np.float32))
            part = lambda most: self.uniform(-most, most, count) * on()
            turn, slant_x, slant_y = part(10) * math.pi / 180, part(0.3), part(0.3)
            zoom_x, zoom_y = 1 + part(0.2), 1 + part(0.2)
            c, s = turn.cos(), turn.sin()
            matrix = torch.zeros(count, 2, 3)
            matrix[:, 0, 0], matrix[:, 0, 1] = c / zoom_x, (-s + slant_x) / zoom_x
            matrix[:, 1, 0], matrix[:, 1, 1] = (s + slant_y) / zoom_y, c / zoom_y
            matrix[:, 0, 2], matrix[:, 1, 2] = part(2) * 2 / SIDE, part(2) * 2 / SIDE
            grid = torch.einsum("nij,hwj->nhwi", matrix[:, :, :2], self.grid[0]) + matrix[:, None, None, :, 2]
        return F.grid_sample(images, grid, mode="bilinear", align_corners=False).clamp(0, 1)

    def episode(self):
        """Four alphabets, each turned or mirrored in one way, of 16 characters by two drawers each."""
        first, second = [], []
        chosen = self.rng.choice(len(self.names), 4, replace=False, p=self.sizes / self.sizes.sum())
        for alphabet in chosen:
            characters = self.of[self.names[alphabet]]
            characters = self.rng.choice(characters, min(16, len(characters)), replace=False)
            symmetry = int(self.rng.integers(8))
            for character in characters:
                drawers = self.rng.choice(self.args.drawers, 2, replace=False)
                for images, drawer in zip((first, second), drawers):
                    ink = self.ink[character, drawer]
                    ink = ink.flip(-1) if symmetry & 1 else ink
                    images.append(torch.rot90(ink, symmetry >> 1, (-2, -1)))
        classes = torch.arange(len(first)).repeat(2)
        return self.distorted(torch.stack(first + second), classes), len(first)

    def pairs(self):
        """As the tutorials draw them: half of one character, half of two random ones."""
        everything = [character for name in self.names for character in self.of[name]]
        first, second, same = [], [], []
        for at in range(self.args.pairs):
            character, drawers = self.rng.choice(everything), self.rng.choice(self.args.drawers, 2, replace=False)
            other = character
            while at >= self.args.pairs // 2 and other == character:
                other = self.rng.choice(everything)
            first.append(self.ink[character, drawers[0]])
            second.append(self.ink[other, drawers[1]])
            same.append(float(other == character))
        images = torch.stack(first + second)
        return self.distorted(images, torch.arange(len(images))), torch.tensor(same)

    def all_pairs(self):
        """Random characters by two drawers each: every first drawing makes a pair with every second one."""
        everything = [character for name in self.names for character in self.of[name]]
        first, second = [], []
        for character in self.rng.choice(everything, self.args.pairs, replace=False):
            drawers = self.rng.choice(self.args.drawers, 2, replace=False)
            first.append(self.ink[character, drawers[0]])
            second.append(self.ink[character, drawers[1]])
        images = torch.stack(first + second)
        return self.distorted(images, torch.arange(len(images))), torch.eye(self.args.pairs)

    def paper(self):
        """As the paper draws them, alphabets alike often and pairs within an alphabet, but all pairs of four
        alphabets' characters by two drawers each: which are the same, and which there are."""
        first, second = [], []
        many = self.args.pairs // 4
        for alphabet in self.rng.choice(len(self.names), 4, replace=False):
            for character in self.rng.choice(self.of[self.names[alphabet]], many, replace=False):
                drawers = self.rng.choice(self.args.drawers, 2, replace=False)
                first.append(self.ink[character, drawers[0]])
                second.append(self.ink[character, drawers[1]])
        images = torch.stack(first + second)
        there = torch.block_diag(*[torch.ones(many, many)] * 4)
        return self.distorted(images, torch.arange(len(images))), torch.eye(4 * many), there


def validate(net, data, trials=2000):
    """Errors of 20-way trials of the held-out alphabets, within and across alphabets."""
    characters = [character for name in HELD_OUT for character in data.of[name]]
    place = {character: at for at, character in enumerate(characters)}
    ink = data.ink[characters].flatten(0, 1)
    with torch.no_grad():
        parts = [net.embed(part.float()[:, None]) for part in ink.split(128)]
        embedded = torch.cat(parts).view(len(characters), 20, -1)
        errors = []
        for within in (True, False):
            rng, wrong = np.random.default_rng(1), 0
            for _ in range(trials):
                pool = data.of[HELD_OUT[rng.integers(len(HELD_OUT))]] if within else characters
                support = [place[character] for character in rng.choice(pool, 20, replace=False)]
                answer, drawers = rng.integers(20), rng.choice(20, 2, replace=False)
                distance = (embedded[support, drawers[0]] - embedded[support[answer], drawers[1]]).abs()
                wrong += int((distance @ net.head[0]).argmax()) != answer
            errors.append(wrong)
    return errors


def train(args):
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    dtype = dict(bf16=torch.bfloat16, f32=torch.float32)[args.multiply]
    data, net = Data(args, rng), Koch(args.start, dtype)
    if args.start == "scaled":
        net.multiply_in(torch.float32)
        with torch.no_grad():
            net.embed(data.episode()[0], scale=True)
        net.multiply_in(dtype)
    matrices = list(net.weights)
    vectors = [*net.biases, net.head, net.offset]
    if args.optimizer == "adamw":
        groups = [dict(params=matrices, weight_decay=0.02), dict(params=vectors, weight_decay=0)]
        optimizer = torch.optim.AdamW(groups, lr=args.rate, betas=(0.9, 0.99), fused=True)
    elif args.optimizer == "adam":
        optimizer = torch.optim.Adam(net.parameters(), lr=args.rate, fused=True)
    else:
        optimizer = torch.optim.SGD(net.parameters(), lr=args.rate, momentum=0.5, fused=True)
    begin = 0
    source = args.out if os.path.exists(args.out) else args.begin_from
    if source:
        kept = torch.load(source)
        net.load_state_dict(kept["net"])
        optimizer.load_state_dict(kept["optimizer"])
        rng.bit_generator.state = kept["rng"]
        begin = kept["step"] if source == args.out else 0
    started, total, best = time.time(), 0.0, math.inf
    for step in range(begin, args.steps):
        rate = args.rate
        if args.optimizer == "adamw":
            # A rise over a twentieth, then a half cosine to zero.
            rate *= min(1, (step + 1) / (0.05 * args.steps)) * (1 + math.cos(math.pi * step / args.steps)) / 2
        if args.optimizer == "sgd":
            # The paper, section 3.2, its 200 epochs pressed into this run: a hundredth less an
            # epoch, and a momentum that rises evenly from one half.
            rate *= 0.99 ** (200 * step / args.steps)
        for group in optimizer.param_groups:
            group["lr"] = rate
            if args.optimizer == "sgd":
                group["momentum"] = 0.5 + 0.4 * step / args.steps
        if args.sampling == "episodes":
            images, classes = data.episode()
            embedded = net.embed(images)
            scores, answers = net.scores(embedded[:classes], embedded[classes:]), torch.arange(classes)
            loss = (F.cross_entropy(scores, answers) + F.cross_entropy(scores.t(), answers)) / 2
        elif args.sampling in ("all-pairs", "paper"):
            if args.sampling == "paper":
                images, same, there = data.paper()
            else:
                images, same = data.all_pairs()
                there = torch.ones_like(same)
            embedded = net.embed(images)
            scores = net.scores(embedded[: len(same)], embedded[len(same) :])
            losses = F.binary_cross_entropy_with_logits(scores, same, reduction="none")
            loss = (losses[same == 1].mean() + losses[(same == 0) & (there == 1)].mean()) / 2
        else:
            images, same = data.pairs()
            embedded = net.embed(images)
            difference = (embedded[: len(same)] - embedded[len(same) :]).abs()
            scores = difference @ (net.head[0] * HEAD_UNIT) + net.offset
            loss = F.binary_cross_entropy_with_logits(scores, same)
        total += loss.item()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if args.l2:
            # The tutorials' penalties: what they add to the gradient.
            for weight, penalty in zip(net.weights, [2e-4] * 4 + [1e-3]):
                weight.grad.add_(weight.detach(), alpha=2 * penalty)
        optimizer.step()
        if (step + 1) % 10 == 0:
            print(f"{step + 1},{total / 10:.4f},{(time.time() - started) / (step + 1 - begin):.3f}", flush=True)
            total = 0.0
        if (step + 1) % args.keep_every == 0 or step + 1 == args.steps:
            state = dict(net=net.state_dict(), optimizer=optimizer.state_dict(), step=step + 1)
            torch.save(dict(state, rng=rng.bit_generator.state), args.out + ".tmp")
            os.replace(args.out + ".tmp", args.out)
            if args.held_out:
                errors = validate(net, data)
                print("held out", step + 1, *errors, flush=True)
                if errors[0] < best:
                    # What the paper's early stopping would have kept.
                    best = errors[0]
                    shutil.copyfile(args.out, args.out + ".best")


def export(args):
    from safetensors.torch import save_file

    kept = torch.load(args.out)
    net = Koch(args.start)
    net.load_state_dict(kept["net"])
    held_out = f" without {', '.join(HELD_OUT)}" if args.held_out else ""
    facts = {
        "architecture": "koch",
        "data": "Omniglot (MIT licence)",
        "trained_on": f"the 30 background alphabets{held_out}",
        "training": f"docs/training/koch.py, PyTorch {torch.__version__}, {kept['step']} steps, seed {args.seed}",
    }
    save_file(net.file(), args.export, metadata=facts)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--omniglot", required=True, help="folder of images_background.zip")
    parser.add_argument("--out", required=True, help="the run's file")
    parser.add_argument("--export", help="write the run's weights as safetensors instead of training")
    parser.add_argument("--begin-from", help="a run's file whose network a new run begins with")
    parser.add_argument("--steps", type=int, default=2600)
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", choices=["scaled", "paper", "tutorial"], default="scaled")
    parser.add_argument("--sampling", choices=["episodes", "pairs", "all-pairs", "paper"], default="episodes")
    parser.add_argument("--pairs", type=int, default=64, help="pairs of a batch")
    parser.add_argument("--distortions", choices=["ours", "paper", "none"], default="ours")
    parser.add_argument("--drawers", type=int, default=20, help="of each character; the paper takes 12")
    parser.add_argument("--optimizer", choices=["adamw", "adam", "sgd"], default="adamw")
    parser.add_argument("--l2", action="store_true")
    parser.add_argument("--multiply", choices=["bf16", "f32"], default="bf16", help="what the layers multiply in")
    parser.add_argument("--held-out", action="store_true", help="hold five alphabets out and validate")
    parser.add_argument("--keep-every", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    export(chosen) if chosen.export else train(chosen)
