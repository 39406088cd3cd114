"""Draws the characters of many scripts as invented people would: more classes to learn from than Omniglot has.

    python glyphs.py --fonts DIR --out FOLDER [--drawers 16] [--without Armenian,Bengali,...]

A font's glyph is thinned to its skeleton, and the skeleton is cut into strokes. Each invented drawer moves their ends,
bends them, and slants and sizes the whole. FOLDER gets ALPHABET/CHARACTER/DRAWING.png, 105x105, dark on light, for
`lab train --invented-from FOLDER`. The same versions of the packages give the same drawings.

DIR holds Noto's fonts (SIL Open Font License 1.1), as Debian's package fonts-noto-core 20201225-1 has them. Scripts of
Omniglot are left out, and scripts near to its evaluation set.

Needs numpy, scipy, pillow, fonttools and scikit-image.
"""

import argparse
import math
import multiprocessing
import pathlib
import unicodedata
import zlib

import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter1d
from skimage.morphology import skeletonize

SIDE = 105
# Drawings are painted larger by this and made smaller, so that their edges are smooth.
FINER = 4
# Characters of an alphabet, and alphabets that a script is cut into at most.
CHARACTERS = 50
PARTS = 3
# A script with fewer characters is left out.
LEAST = 16
# A glyph of more strokes is left out.
STROKES = 26
# Glyphs whose shapes differ by less in the mean are one character.
ALIKE = 0.1
# Scripts of Omniglot's evaluation set, and those that are known to be near to one of them.
EVALUATION = (
    "Ethiopic Glagolitic OldPermic Coptic Gothic Gurmukhi Takri Dogra Sharada Khojki Mahajani Multani Khudawadi Kannada"
    " Telugu Malayalam Grantha MeeteiMayek Mongolian Sogdian OldSogdian PhagsPa Oriya SylotiNagri Kaithi Syriac Mandaic"
    " Manichaean Tibetan Marchen Lepcha ZanabazarSquare Soyombo Brahmi Siddham Avestan InscriptionalPahlavi"
    " PsalterPahlavi InscriptionalParthian ImperialAramaic Elymaic Hatran Palmyrene Nabataean"
).split()
# Scripts that Omniglot's background set has: their letters would be there twice, as other characters.
BACKGROUND = (
    "Arabic Armenian Balinese Bengali CanadianAboriginal Georgian Gujarati Hebrew Myanmar NKo Devanagari Runic Tagalog"
    " Tifinagh"
).split()
# Not letters, more than a few strokes, or another form of a script that is there.
OTHERS = (
    "Display Math Egyptian Anatolian Cuneiform Tangut SignWriting IndicSiyaq Mayan Music Symbols Nastaliq Looped Kufi"
    " Rashi Slanted Unjoined Supplement TifinaghA TifinaghG TifinaghH TifinaghR TifinaghS TifinaghT"
).split()
NEIGHBOURS = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]


def scripts(folder, without):
    """The font of each script, the one without serifs where there are two."""
    found = {}
    for path in sorted(pathlib.Path(folder).rglob("Noto*-Regular.ttf")):
        name = path.name.removeprefix("Noto").removesuffix("-Regular.ttf")
        script = name
        for style in ("Sans", "Serif", "Naskh", "Traditional"):
            script = script.replace(style, "")
        is_other = any(part in name for part in OTHERS)
        if is_other or not script or script in EVALUATION + BACKGROUND + without:
            continue
        if script not in found or "Sans" in name:
            found[script] = path
    return found


def letters(path):
    """The letters and digits that a font has beside Latin ones."""
    foreign = ("LATIN", "MODIFIER", "DOTTED", "COMBINING", "SUPERSCRIPT", "SUBSCRIPT", "FULLWIDTH", "VULGAR")
    found = []
    for code in sorted(TTFont(path).getBestCmap()):
        letter = chr(code)
        is_own = not unicodedata.name(letter, "").startswith(foreign)
        if code >= 0x250 and is_own and unicodedata.category(letter) in ("Lo", "Lu", "Ll", "Nd", "No"):
            found.append(letter)
    return found


def painted(font, letter):
    """The glyph's ink, or None of one that is tiny or larger than the sheet."""
    image = Image.new("L", (480, 480))
    brush = ImageDraw.Draw(image)
    left, top, right, bottom = brush.textbbox((0, 0), letter, font=font)
    if not (20 <= right - left <= 440 and 20 <= bottom - top <= 440):
        return None
    brush.text((240 - (left + right) / 2, 240 - (top + bottom) / 2), letter, fill=255, font=font)
    return np.array(image) > 127


def shape(ink):
    """A glyph's ink in a square of its own size: capitals that only are larger have that of their small letters."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    own = Image.fromarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.uint8) * 255)
    return np.array(own.resize((24, 24), Image.Resampling.BOX)) / 255


class Skeleton:
    """Strokes between nodes: ends and crossings. Places are [row, column]."""

    def __init__(self, ink):
        self.ink = ink
        self.points = set(map(tuple, np.argwhere(ink)))
        # Node of each pixel that has not just two neighbours.
        self.node = {}
        self._cluster()
        self.strokes, self.ends = self._trace()
        self.centres = {}
        for node in set(self.node.values()):
            pixels = [point for point, of in self.node.items() if of == node]
            self.centres[node] = np.mean(pixels, axis=0)
        used = {node for ends in self.ends for node in ends}
        self.dots = [node for node in self.centres if node not in used]

    def _next_to(self, point):
        """Neighbours, without a diagonal one that a straight one leads to."""
        near = [(point[0] + row, point[1] + column) for row, column in NEIGHBOURS]
        near = [other for other in near if other in self.points]
        straight = [other for other in near if other[0] == point[0] or other[1] == point[1]]
        is_led_to = lambda other: any(abs(other[0] - s[0]) + abs(other[1] - s[1]) == 1 for s in straight)
        return [other for other in near if other in straight or not is_led_to(other)]

    def _cluster(self):
        ends = {point for point in self.points if len(self._next_to(point)) != 2}
        count = 0
        for first in sorted(ends):
            if first in self.node:
                continue
            self.node[first] = count
            open_ones = [first]
            while open_ones:
                row, column = open_ones.pop()
                for down, right in NEIGHBOURS:
                    other = (row + down, column + right)
                    if other in ends and other not in self.node:
                        self.node[other] = count
                        open_ones.append(other)
            count += 1

    def _trace(self):
        strokes, ends, seen = [], [], set()
        for first in sorted(self.node):
            for second in self._next_to(first):
                if second in self.node or (first, second) in seen:
                    continue
                path = [first, second]
                while path[-1] not in self.node:
                    further = [point for point in self._next_to(path[-1]) if point not in path[-3:]]
                    if not further or len(path) > len(self.points):
                        break
                    path.append(further[0])
                seen.update([(first, second), (path[-1], path[-2])])
                strokes.append(np.array(path, float))
                ends.append((self.node[first], self.node.get(path[-1], -1)))
        # What is left has no node: rings.
        left = self.points - {point for point in self.node} - {tuple(p) for s in strokes for p in s.astype(int)}
        while left:
            path = [min(left)]
            left.discard(path[0])
            while further := sorted(point for point in self._next_to(path[-1]) if point in left):
                path.append(further[0])
                left.discard(further[0])
            if len(path) > 8:
                strokes.append(np.array(path + [path[0]], float))
                ends.append((-1, -1))
        return strokes, ends

    def without_spurs(self, length):
        """Without strokes that end freely and are shorter than this, or the same where there are none."""
        degree = {}
        for ends in self.ends:
            for node in ends:
                degree[node] = degree.get(node, 0) + 1
        ink, is_changed = self.ink.copy(), False
        for stroke, (one, other) in zip(self.strokes, self.ends):
            is_free = one >= 0 and other >= 0 and (degree[one] == 1) != (degree[other] == 1)
            if is_free and len(stroke) < length:
                body = stroke[:-1] if degree[one] == 1 else stroke[1:]
                ink[tuple(body.astype(int).T)] = False
                is_changed = True
        return Skeleton(ink) if is_changed else None


def skeleton(ink):
    """The skeleton of a glyph; None of one without strokes or with too many."""
    thin = skeletonize(ink)
    if thin.sum() < 6:
        return None
    pen = ink.sum() / thin.sum()
    found = Skeleton(thin)
    for _ in range(3):
        shorter = found.without_spurs(0.85 * pen)
        if shorter is None:
            break
        found = shorter
    return found if 0 < len(found.strokes) + len(found.dots) and len(found.strokes) <= STROKES else None


def drawn(of, rng):
    """One drawing of a skeleton, [SIDE, SIDE] of ink. Lengths are in the character's own until it is placed."""
    everything = np.concatenate(of.strokes + [of.centres[node][None] for node in of.dots])
    low, high = everything.min(axis=0), everything.max(axis=0)
    middle, length = (low + high) / 2, max((high - low).max(), 30.0)
    carelessness = rng.uniform(0.5, 1.7)
    size = rng.uniform(50, 88)
    turn, slant, aspect = rng.normal(0, 5) * math.pi / 180, rng.normal(0, 0.1), rng.normal(0, 0.12)
    placed = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    placed = placed @ np.array([[1, 0], [slant, 1]]) @ np.diag([math.exp(aspect / 2), math.exp(-aspect / 2)])
    knots = rng.normal(0, 0.035 * carelessness, (4, 4, 2))

    def field(points):
        at = np.clip((points + 0.5) * 3, 0, 2.999)
        cell = at.astype(int)
        part = at - cell
        total = 0
        for down in (0, 1):
            for right in (0, 1):
                weight = (part[:, 0] if down else 1 - part[:, 0]) * (part[:, 1] if right else 1 - part[:, 1])
                total = total + weight[:, None] * knots[cell[:, 0] + down, cell[:, 1] + right]
        return total

    moved = {node: rng.normal(0, 0.02 * carelessness, 2) for node in of.centres}
    moved[-1] = np.zeros(2)
    lines = []
    for stroke, ends in zip(of.strokes, of.ends):
        points = (stroke - middle) / length
        for place, node in zip((0, -1), ends):
            if node >= 0:
                points[place] = (of.centres[node] - middle) / length
        count = max(len(points) // 6, 2) + 1
        at = np.linspace(0, len(points) - 1, count)
        points = np.stack([np.interp(at, np.arange(len(points)), points[:, axis]) for axis in (0, 1)], axis=1)
        if count > 4:
            smooth = gaussian_filter1d(points, rng.uniform(0.6, 1.6), axis=0, mode="nearest")
            smooth[[0, -1]] = points[[0, -1]]
            points = smooth
        along = np.linspace(0, 1, count)[:, None]
        # Strokes that should meet don't always.
        begin, end = (moved[node] + (rng.normal(0, 0.025, 2) if rng.random() < 0.2 else 0) for node in ends)
        bend = 0.05 * carelessness * min(np.abs(np.diff(points, axis=0)).sum(), 0.6)
        points = points + (1 - along) * begin + along * end
        points = points + np.sin(math.pi * along) * rng.normal(0, bend, 2)
        points = points + np.sin(2 * math.pi * along) * rng.normal(0, 0.5 * bend, 2)
        lines.append(points + field(points))
    dots = [(of.centres[node] - middle)[None] / length + moved[node] for node in of.dots]

    sheet = Image.new("L", (SIDE * FINER, SIDE * FINER))
    brush = ImageDraw.Draw(sheet)
    centre = SIDE // 2 + rng.uniform(-5, 5, 2)
    pen = round(rng.normal(10.5, 1))

    def on_sheet(points):
        return [(float(x), float(y)) for y, x in (points @ placed.T * size + centre) * FINER]

    def dot(place, radius):
        x, y = place
        brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)

    for line in map(on_sheet, lines):
        brush.line(line, fill=255, width=pen, joint="curve")
        dot(line[0], pen / 2)
        dot(line[-1], pen / 2)
    for points in dots:
        dot(on_sheet(points + field(points))[0], 0.7 * pen)
    return np.array(sheet.resize((SIDE, SIDE), Image.Resampling.BOX)) > 127


def write(job):
    """Writes a script's alphabets; gives its name and how many characters it has."""
    script, path, out, drawers, seed = job
    rng = np.random.default_rng(seed)
    font = ImageFont.truetype(str(path), 260)
    found = letters(path)
    rng.shuffle(found)
    skeletons, shapes = [], []
    for letter in found:
        if len(skeletons) == CHARACTERS * PARTS:
            break
        ink = painted(font, letter)
        if ink is None or ink.sum() < 300:
            continue
        own = shape(ink)
        if any(np.abs(own - other).mean() < ALIKE for other in shapes):
            continue
        shapes.append(own)
        of = skeleton(ink)
        if of is not None:
            skeletons.append(of)
    count = 0
    for first in range(0, len(skeletons), CHARACTERS):
        part = skeletons[first : first + CHARACTERS]
        if len(part) < LEAST:
            continue
        for number, of in enumerate(part, 1):
            folder = out / f"{script}_{first // CHARACTERS + 1}" / f"character{number:02}"
            folder.mkdir(parents=True)
            for drawer in range(1, drawers + 1):
                Image.fromarray(~drawn(of, rng)).save(folder / f"{drawer:02}.png")
        count += len(part)
    return script, count


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--fonts", required=True, help="folder of Noto's fonts")
    options.add_argument("--out", required=True, type=pathlib.Path, help="folder to make")
    options.add_argument("--drawers", type=int, default=16, help="drawings of each character [16]")
    options.add_argument("--without", default="", help="scripts to leave out, too, as Armenian, by comma")
    chosen = options.parse_args()
    chosen.out.mkdir(parents=True)
    without = [script for script in chosen.without.split(",") if script]
    found = scripts(chosen.fonts, without)
    seed = lambda script: zlib.crc32(script.encode())
    jobs = [(script, found[script], chosen.out, chosen.drawers, seed(script)) for script in sorted(found)]
    total = 0
    with multiprocessing.Pool() as pool:
        for script, count in pool.imap(write, jobs):
            print(script, count, flush=True)
            total += count
    print(f"{total} characters in {len(list(chosen.out.iterdir()))} alphabets")


if __name__ == "__main__":
    main()
