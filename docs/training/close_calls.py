"""Trains a comparator for close calls in PyTorch: a small network that looks at two drawings together.

    python close_calls.py --omniglot DIR --base deep-25.safetensors --out comparator.pt [--minutes 60] ...

`--base` is `deep` as `lab train` writes it, trained without the five held-out alphabets. Where its best two classes
are within a margin, the comparator's score of the best three is added to its own. A run prints, now and then, the
errors on fixed trials of the held-out alphabets (20-way, within an alphabet, eight views): without the comparator,
then with it, by the weight of its score. What came of it: ../experiments/2026-11-close-calls.md.

Needs torch, numpy, pillow and safetensors; `--device cuda` computes on a GPU. On a processor glibc must be told to
keep its memory: MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=20000000000 MALLOC_TOP_PAD_=500000000
"""

import argparse
import copy
import csv
import math
import os
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file

from koch import HELD_OUT, SIDE, drawings

INPUT = 48
DRAWERS = 20
# Classes of a group, and drawings of it: two of each class.
GROUP = 4
DRAWN = 2 * GROUP
# The comparator's score counts for the best TOP where the best two are within MARGIN.
TOP = 3
MARGIN = 4.0
# The canonical form (crates/core/src/canonical.rs).
BLUR = torch.tensor([0.004433048, 0.054005582, 0.242036220, 0.399050270, 0.242036220, 0.054005582, 0.004433048])
# Turns and reflections of a square.
SYMMETRIES = torch.tensor(
    [
        [[1, 0], [0, 1]],
        [[-1, 0], [0, 1]],
        [[0, -1], [1, 0]],
        [[-1, 0], [0, -1]],
        [[0, 1], [-1, 0]],
        [[1, 0], [0, -1]],
        [[0, 1], [1, 0]],
        [[0, -1], [-1, 0]],
    ]
).float()
# Eight views: tilts in degrees, symmetries by number; two drawings are compared at each pair of tilts.
TILTS = (-9, 9)
TURNED = (0, 1, 2, 3)


def blurred(ink):
    """[n, 105, 105] of ink to sheets of whole 255ths."""
    x = ink.float()[:, None]
    kernel = BLUR.to(x)
    x = F.conv2d(x, kernel.view(1, 1, 1, 7), padding=(0, 3))
    x = F.conv2d(x, kernel.view(1, 1, 7, 1), padding=(3, 0))
    return (x * 255).round().to(torch.uint8)[:, 0]


def windows(ink, degrees=0.0):
    """Middle and half side of each drawing's window, in coordinates turned by so many degrees: [n, 3]."""
    angle = math.radians(degrees)
    at = torch.arange(float(SIDE))
    y, x = torch.meshgrid(at, at, indexing="ij")
    turned = (math.cos(angle) * x - math.sin(angle) * y, math.sin(angle) * x + math.cos(angle) * y)
    ends = []
    for values in turned:
        values = values.to(ink.device)
        least = torch.where(ink, values, math.inf).flatten(1).amin(1)
        most = torch.where(ink, values, -math.inf).flatten(1).amax(1)
        ends.append((least, most))
    (left, right), (top, bottom) = ends
    side = torch.maximum(right - left, bottom - top) + 1
    return torch.stack([(left + right) / 2, (top + bottom) / 2, 0.6 * side.clamp(min=16)], 1)


def grid(device):
    """The input's pixels in half windows: [48, 48, 2] of x, y."""
    at = ((2 * torch.arange(INPUT) + 1) / INPUT - 1).to(device)
    return torch.stack(torch.meshgrid(at, at, indexing="xy"), -1)


def sampled(sheets, points):
    """Sheets at points in their pixels."""
    return F.grid_sample(sheets[:, None].float() / 255, (2 * points + 1) / SIDE - 1, align_corners=False)


def view(ink, sheets, degrees, symmetry):
    """The canonical form of the drawings turned by so many degrees, then by a symmetry: [n, 1, 48, 48]."""
    window = windows(ink, degrees)[:, None, None]
    points = window[..., :2] + window[..., 2:] * (grid(ink.device) @ SYMMETRIES[symmetry].T.to(ink.device))
    angle = math.radians(degrees)
    x, y = points[..., 0], points[..., 1]
    back = [math.cos(angle) * x + math.sin(angle) * y, math.cos(angle) * y - math.sin(angle) * x]
    return sampled(sheets, torch.stack(back, -1))


def uniform(count, least, most):
    return torch.rand(count) * (most - least) + least


def linear(count, rotation, shear, scale, log_aspect):
    """Random linear maps [count, 2, 2] within these limits."""
    angle = uniform(count, -rotation, rotation) * math.pi / 180
    sideways, size = uniform(count, -shear, shear), uniform(count, *scale)
    aspect = uniform(count, -log_aspect, log_aspect)
    cos, sin = torch.cos(angle), torch.sin(angle)
    turn = torch.stack([torch.stack([cos, -sin], 1), torch.stack([sin, cos], 1)], 1)
    slant = torch.eye(2).repeat(count, 1, 1)
    slant[:, 0, 1] = sideways
    stretch = torch.diag_embed(torch.stack([torch.exp(aspect / 2), torch.exp(-aspect / 2)], 1) / size[:, None])
    return turn @ slant @ stretch


def smooth(field, side):
    return F.interpolate(field, size=(side, side), mode="bicubic", align_corners=True)


def augmented(sheets, window, classes, symmetry):
    """Inputs by the recipe's warps: one of each class (`classes` counts from 0), one of each drawing."""
    count, kinds = len(sheets), int(classes.max()) + 1
    points = torch.einsum("nij,hwj->nhwi", linear(count, 15, 0.2, (0.8, 1.2), 0.15), grid("cpu"))
    points = points + uniform((count, 1, 1, 2), -0.06, 0.06)
    points = points + smooth(torch.randn(count, 2, 5, 5) * 0.04, INPUT).permute(0, 2, 3, 1)
    field = smooth(torch.randn(kinds, 2, 4, 4) * 0.08, 32)[classes]
    moved = F.grid_sample(field, points.clamp(-1, 1), align_corners=True).permute(0, 2, 3, 1)
    warps = linear(kinds, 20, 0.25, (0.9, 1.1), 0.25)[classes]
    points = torch.einsum("nij,nhwj->nhwi", warps, points) + moved
    points = torch.einsum("nij,nhwj->nhwi", SYMMETRIES[symmetry], points).to(sheets.device)
    window = window[:, None, None]
    inputs = sampled(sheets, window[..., :2] + window[..., 2:] * points)
    width = uniform((count, 1, 1, 1), -0.2, 0.7).to(inputs)
    thick, thin = F.max_pool2d(inputs, 3, 1, 1), -F.max_pool2d(-inputs, 3, 1, 1)
    return torch.where(width > 0, inputs + width * (thick - inputs), inputs - width * (thin - inputs))


def kaiming(conv):
    nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")
    return conv


class Conv(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride):
        super().__init__()
        self.conv = kaiming(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False))
        self.norm = nn.BatchNorm2d(outputs, momentum=0.05)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv_a = kaiming(nn.Conv2d(channels, channels, 3, 1, 1, bias=False))
        self.conv_b = kaiming(nn.Conv2d(channels, channels, 3, 1, 1, bias=False))
        self.norm_a = nn.BatchNorm2d(channels, momentum=0.05)
        self.norm_b = nn.BatchNorm2d(channels, momentum=0.05)

    def forward(self, x):
        return F.relu(x + self.norm_b(self.conv_b(F.relu(self.norm_a(self.conv_a(x))))))


class Deep(nn.Module):
    """`deep`, by the names of its weights file."""

    def __init__(self):
        super().__init__()
        self.stem, self.down1 = Conv(1, 32, 5, 2), Conv(32, 64, 3, 2)
        self.res1, self.res1_2 = Residual(64), Residual(64)
        self.down2, self.res2, self.res2_2 = Conv(64, 128, 3, 2), Residual(128), Residual(128)
        self.down3 = Conv(128, 256, 3, 2)
        self.add_module("global", nn.Linear(2304, 256))
        self.local = nn.Conv2d(128, 64, 1)
        self.score = nn.ParameterDict(
            {
                "global_weight": torch.zeros(256),
                "bias": torch.zeros(1),
                "local_weight": torch.zeros(1),
                "local_offset": torch.zeros(9),
            }
        )
        at = torch.arange(36)
        rows, columns = (at[None] // 6 - at[:, None] // 6), (at[None] % 6 - at[:, None] % 6)
        near = (rows.abs() <= 1) & (columns.abs() <= 1)
        self.register_buffer("near", near, persistent=False)
        self.register_buffer("offset", ((rows + 1) * 3 + columns + 1) * near, persistent=False)

    @staticmethod
    def load(file):
        deep = Deep()
        deep.load_state_dict(load_file(file), strict=False)
        return deep.float().eval().requires_grad_(False)

    def maps(self, x):
        """At 12x12 and at 6x6."""
        middle = self.res1_2(self.res1(self.down1(self.stem(x))))
        return middle, self.res2_2(self.res2(self.down2(middle)))

    def embedding(self, x):
        x = self.maps(x)[1]
        components = torch.sigmoid(self.get_submodule("global")(self.down3(x).flatten(1)).float())
        return components, self.local(x).float().flatten(2).transpose(1, 2) * 0.125

    def scores(self, query, support):
        """Of all pairs: [queries, supports]."""
        apart = (self.score["global_weight"] * (query[0][:, None] - support[0]).abs()).sum(-1)
        matched = self.matched(query[1], support[1]) + self.matched(support[1], query[1]).T
        return self.score["bias"] - apart - self.score["local_weight"] * matched / 2

    def matched(self, one, other):
        table = torch.where(self.near, self.score["local_offset"][self.offset], -math.inf)
        apart = (one**2).sum(-1)[:, None, :, None] + (other**2).sum(-1)[None, :, None]
        apart = apart - 2 * torch.einsum("npc,mqc->nmpq", one, other)
        return -torch.logsumexp(table - apart, -1).sum(-1)


class Comparator(nn.Module):
    """Each place of one drawing's 12x12 map beside what softly matches it on the other, and what these pairs make."""

    def __init__(self, trunk, width=48):
        super().__init__()
        self.trunk, self.width = trunk, width
        self.fine, self.coarse = nn.Conv2d(64, width, 1), nn.Conv2d(128, width, 1)
        self.sharpness = nn.Parameter(torch.tensor(1.0))
        far = torch.arange(-11.0, 12.0) ** 2
        self.near = nn.Parameter(-(far[:, None] + far) / (2 * 2.5**2))
        at = torch.arange(144)
        rows, columns = at[None] // 12 - at[:, None] // 12, at[None] % 12 - at[:, None] % 12
        self.register_buffer("offset", (rows + 11) * 23 + columns + 11, persistent=False)
        self.register_buffer("place", torch.stack([at % 12, at // 12], 1).float() / 6, persistent=False)
        self.pairs = nn.Sequential(
            Conv(3 * width + 3, width, 1, 1),
            Residual(width),
            Residual(width),
            Conv(width, 64, 3, 2),
            Residual(64),
            Conv(64, 96, 3, 2),
            nn.Flatten(),
            nn.Linear(96 * 9, 64),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(64, 1),
        )

    def features(self, x):
        middle, small = self.trunk.maps(x)
        small = F.interpolate(self.coarse(small), scale_factor=2, mode="bilinear", align_corners=False)
        return self.fine(middle) + small

    def directed(self, one, other):
        one, other = one.flatten(2).transpose(1, 2), other.flatten(2).transpose(1, 2)
        alike = torch.bmm(self.normal(one), self.normal(other).transpose(1, 2)) * self.sharpness * self.width**-0.5
        share = torch.softmax(alike + self.near.flatten()[self.offset], -1)
        match = torch.bmm(share.to(other.dtype), other)
        moved = torch.cat([share @ self.place - self.place, share.amax(-1, keepdim=True)], -1)
        beside = torch.cat([one, match, (one - match) ** 2 / 2, moved.to(one.dtype)], -1)
        return self.pairs(beside.transpose(1, 2).unflatten(2, (12, 12)))[:, 0].float()

    def normal(self, x):
        return F.layer_norm(x.float(), (self.width,))

    def forward(self, one, other):
        """Scores of pairs of features, both ways round."""
        both = self.directed(torch.cat([one, other]), torch.cat([other, one]))
        return both.view(2, -1).mean(0)


class Data:
    """Drawings, their sheets and windows, by class and drawer."""

    def __init__(self, archive, device):
        ink, alphabets = drawings(archive)
        self.ink = ink.to(device)
        self.names = np.array(alphabets)
        self.sheets = torch.stack([blurred(of) for of in self.ink])
        self.windows = torch.stack([windows(of) for of in self.ink])

    def classes(self, alphabet):
        return np.flatnonzero(self.names == alphabet)

    def of(self, classes):
        return self.ink[classes].flatten(0, 1), self.sheets[classes].flatten(0, 1)


def embedded(deep, x, at_once=320):
    with torch.no_grad(), torch.autocast(x.device.type, torch.bfloat16):
        parts = [deep.embedding(part) for part in x.split(at_once)]
    return [torch.cat(part) for part in zip(*parts)]


@torch.no_grad()
def confusions(deep, data, alphabets, rng):
    """For each alphabet its classes, and how likely each is to be taken for each other."""
    found = {}
    for alphabet in alphabets:
        classes = data.classes(alphabet)
        embedding = embedded(deep, view(*data.of(classes), 0, 0))
        first = torch.arange(len(classes), device=embedding[0].device) * DRAWERS
        scores = 0
        for _ in range(5):
            one, other = rng.permutation(DRAWERS)[:2]
            scores = scores + deep.scores(*([part[first + int(at)] for part in embedding] for at in (one, other)))
        scores = (scores + scores.T) / 10
        scores.fill_diagonal_(-math.inf)
        found[alphabet] = classes, torch.softmax(scores / 3, 1).cpu().numpy()
    return found


def misdrawn(folder, least):
    """Drawings that lie nearer to another class by more than this, and pairs of classes that nothing tells apart."""
    drawn, twins = set(), set()
    if folder:
        for row in csv.DictReader(open(os.path.join(folder, "background-misdrawn.csv"))):
            if float(row["margin"]) < -least:
                drawn.add((row["alphabet"], int(row["character"]) - 1, int(row["drawer"]) - 1))
        for alphabet, one, other, _ in list(csv.reader(open(os.path.join(folder, "background-twins.csv"))))[1:]:
            twins |= {(alphabet, int(a) - 1, int(b) - 1) for a, b in ((one, other), (other, one))}
    return drawn, twins


class Groups:
    """Batches of groups of classes that are taken for each other, each drawn by two people."""

    def __init__(self, data, confused, settings, rng):
        self.data, self.confused, self.settings, self.rng = data, confused, settings, rng
        self.alphabets = list(confused)
        sizes = np.array([len(confused[alphabet][0]) for alphabet in self.alphabets], float)
        self.share = sizes / sizes.sum()
        self.misdrawn, self.twins = misdrawn(settings.doubtful, 1.0)

    def group(self, alphabet):
        classes, likely = self.confused[alphabet]
        first = self.rng.integers(len(classes))
        group = [first]
        while len(group) < GROUP:
            odds = likely[first].copy()
            odds[group] = 0
            for one in group:
                odds[[at for at in range(len(classes)) if (alphabet, one, at) in self.twins]] = 0
            if self.rng.random() < 0.15:
                odds = (odds > 0).astype(float)
            group.append(self.rng.choice(len(classes), p=odds / odds.sum()))
        return group

    def batch(self):
        """Inputs: of each group its classes by one person, then by another."""
        classes, drawers, warps, symmetries = [], [], [], []
        for at in range(self.settings.groups):
            alphabet = self.rng.choice(self.alphabets, p=self.share)
            group = self.group(alphabet)
            symmetry, people = self.rng.integers(8), self.rng.permutation(DRAWERS)[:2]
            # A warp of each class would tell classes apart that nothing else does.
            shared = self.rng.random() < 0.7
            for person in people:
                for place, one in enumerate(group):
                    drawer = person if self.rng.random() < 0.75 else self.rng.integers(DRAWERS)
                    while (alphabet, one, drawer) in self.misdrawn:
                        drawer = self.rng.integers(DRAWERS)
                    classes.append(self.confused[alphabet][0][one])
                    drawers.append(drawer)
                    warps.append(GROUP * at + (0 if shared else place))
                    symmetries.append(symmetry)
        at = (torch.tensor(np.array(classes)), torch.tensor(np.array(drawers)))
        inputs = self.data.sheets[at], self.data.windows[at]
        return augmented(*inputs, torch.tensor(warps), torch.tensor(np.array(symmetries)))


def loss_of(scores):
    """Cross-entropy over rows and columns of the groups' scores, [groups, 4, 4]."""
    right = torch.arange(GROUP, device=scores.device).repeat(len(scores))
    ways = [F.cross_entropy(way.reshape(-1, GROUP), right) for way in (scores, scores.transpose(1, 2))]
    return sum(ways) / 2


class Trials:
    """Fixed trials of the held-out alphabets, with `deep`'s scores by eight views."""

    def __init__(self, deep, data, runs, seed=7):
        rng = np.random.default_rng(seed)
        self.data, self.runs, scores = data, [], []
        for alphabet in HELD_OUT:
            classes = data.classes(alphabet)
            seen = [[embedded(deep, view(*data.of(classes), tilt, turn)) for tilt in TILTS] for turn in TURNED]
            for _ in range(runs):
                chosen = rng.permutation(len(classes))[:20]
                one, other = rng.permutation(DRAWERS)[:2]
                self.runs.append((alphabet, chosen * DRAWERS + other, chosen * DRAWERS + one))
                total = 0
                for tilts in seen:
                    for query in tilts:
                        for support in tilts:
                            parts = [[part[at] for part in side] for side, at in zip((query, support), self.runs[-1][1:])]
                            total = total + deep.scores(*parts).detach()
                scores.append((total / 16).cpu().numpy())
        self.scores = np.stack(scores)
        best = np.sort(self.scores, 2)
        self.ahead = best[..., -1] - best[..., -2]
        self.order = np.argsort(-self.scores, 2)[..., :TOP]
        self.right = self.order == np.arange(20)[None, :, None]

    @torch.no_grad()
    def compared(self, comparator, symmetries=(0,)):
        """The comparator's scores of the best where they are near each other, else 0: [runs, 20, TOP]."""
        comparator.eval()
        found = np.zeros(self.order.shape, np.float32)
        for alphabet in HELD_OUT:
            ink, sheets = self.data.of(self.data.classes(alphabet))
            jobs = [
                (run, query)
                for run, (of, *_) in enumerate(self.runs)
                if of == alphabet
                for query in np.flatnonzero(self.ahead[run] < MARGIN)
            ]
            queries = [self.runs[run][1][query] for run, query in jobs]
            supports = [self.runs[run][2][self.order[run, query]] for run, query in jobs]
            one, other = torch.tensor(np.repeat(queries, TOP)), torch.tensor(np.concatenate(supports))
            total = 0
            for symmetry in symmetries:
                with torch.autocast(ink.device.type, torch.bfloat16):
                    inputs = view(ink, sheets, 0, symmetry)
                    features = torch.cat([comparator.features(part) for part in inputs.split(256)])
                    parts = zip(one.split(256), other.split(256))
                    total = total + torch.cat([comparator(features[a], features[b]) for a, b in parts])
            for (run, query), scores in zip(jobs, (total / len(symmetries)).view(-1, TOP).cpu().numpy()):
                found[run, query] = scores
        return found

    def tell(self, comparator, symmetries=(0,)):
        compared = self.compared(comparator, symmetries)
        base = np.take_along_axis(self.scores, self.order, 2)

        def share(scores, among):
            picked = scores.argmax(2)[..., None]
            return 100 * np.take_along_axis(self.right, picked, 2)[..., 0][among].mean()

        close, all_of_them = self.ahead < 2, np.ones_like(self.ahead, bool)
        near = (self.ahead < MARGIN)[..., None]
        print(f"  {len(symmetries)} views of the comparator, {self.ahead.size} trials, errors by its weight:", end="")
        for weight in (0, 0.25, 0.5, 0.75, 1, 1.5, 2):
            print(f"  {weight}: {100 - share(base + near * weight * compared, all_of_them):.2f} %", end="")
        alone = share(compared, close)
        print(f"; right where the best two are within 2: {share(base, close):.1f} %, by it alone {alone:.1f} %", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--omniglot", required=True)
    parser.add_argument("--base", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--groups", type=int, default=12)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--trunk-rate", type=float, default=3e-4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--runs", type=int, default=60, help="of 20 trials, for each held-out alphabet")
    parser.add_argument("--every", type=int, default=300, help="steps between looks at the trials")
    parser.add_argument("--doubtful", help="folder of the lists of doubtful labels")
    parser.add_argument("--from", dest="begin", help="a comparator to start from")
    settings = parser.parse_args()
    torch.manual_seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    data = Data(os.path.join(settings.omniglot, "images_background.zip"), settings.device)
    deep = Deep.load(settings.base).to(settings.device)
    learned = sorted(set(data.names) - set(HELD_OUT))
    groups = Groups(data, confusions(deep, data, learned, rng), settings, rng)
    trials = Trials(deep, data, settings.runs)
    comparator = Comparator(copy.deepcopy(deep)).to(settings.device, memory_format=torch.channels_last)
    comparator.requires_grad_(True)
    if settings.begin:
        comparator.load_state_dict(torch.load(settings.begin))
    average = copy.deepcopy(comparator)
    kinds = {}
    for name, parameter in comparator.named_parameters():
        kinds.setdefault((name.startswith("trunk."), parameter.ndim > 1), []).append(parameter)
    optimizer = torch.optim.AdamW(
        [
            {
                "params": parameters,
                "rate": settings.trunk_rate if of_trunk else settings.rate,
                "weight_decay": 0.02 if of_matrices else 0,
            }
            for (of_trunk, of_matrices), parameters in kinds.items()
        ],
        betas=(0.9, 0.99),
    )
    at = torch.arange(DRAWN * settings.groups).view(-1, 2, GROUP)
    first = at[:, 0, :, None].expand(-1, GROUP, GROUP).flatten()
    second = at[:, 1, None].expand(-1, GROUP, GROUP).flatten()
    begun, step, seen = time.time(), 0, []
    while (gone := max(step / settings.steps, (time.time() - begun) / 60 / settings.minutes)) < 1:
        comparator.train()
        for group in optimizer.param_groups:
            group["lr"] = group["rate"] * min(1, (step + 1) / 150) * (1 + math.cos(math.pi * gone)) / 2
        x = groups.batch().contiguous(memory_format=torch.channels_last)
        parts = zip(*(part.split(DRAWN) for part in embedded(deep, x)))
        base = torch.stack([deep.scores((g[:GROUP], l[:GROUP]), (g[GROUP:], l[GROUP:])) for g, l in parts])
        with torch.autocast(x.device.type, torch.bfloat16):
            features = comparator.features(x)
            scores = comparator(features[first], features[second]).view(-1, GROUP, GROUP)
        own, both = loss_of(scores), loss_of(scores + base)
        optimizer.zero_grad()
        ((own + both) / 2).backward()
        nn.utils.clip_grad_norm_(comparator.parameters(), 5.0)
        optimizer.step()
        step += 1
        keep = min(0.998, step / (step + 20))
        for mean, value in zip(average.state_dict().values(), comparator.state_dict().values()):
            mean.lerp_(value, 1 - keep) if mean.dtype.is_floating_point else mean.copy_(value)
        rows = torch.arange(GROUP, device=x.device)
        right = [(way.argmax(2) == rows).float().mean() for way in (scores, scores + base, base)]
        seen.append(torch.stack([own, both, loss_of(base), *right]).detach())
        if step % 50 == 0:
            told = torch.stack(seen).mean(0).tolist()
            seen = []
            print(f"{step} steps, {time.time() - begun:.0f} s: loss of its own {told[0]:.3f}, of the sum {told[1]:.3f}, ", end="")
            print(f"of deep {told[2]:.3f}; right {told[3]:.1%}, {told[4]:.1%}, {told[5]:.1%}", flush=True)
        if step % settings.every == 0:
            trials.tell(average)
            torch.save(average.state_dict(), settings.out)
    trials.tell(average)
    trials.tell(average, TURNED)
    torch.save(average.state_dict(), settings.out)


if __name__ == "__main__":
    main()
