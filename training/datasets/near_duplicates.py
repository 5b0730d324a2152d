"""Find pictures that are copies of one another: compressed, scaled, brightened, flipped, turned.

Two steps. A perceptual hash (ImageHash's DCT hash, 256 bits, of all eight flips and quarter turns)
proposes; the correlation of the thumbnails' fine structure decides, because films of two people
look alike at large and differ in detail. The limits were chosen on 6,500 pictures (chest X-ray, CT,
MRI, colonoscopy): copies that were compressed to JPEG quality 30, halved, blurred, brightened or
given other contrast or gamma differ in at most 32 bits and correlate with at least 0.91, nearly all
with more than 0.95. Of different patients no pair of X-rays or colonoscopies reached 0.88; between
0.9 and 0.95 lay neighbouring slices of one head. Copies that are cropped by several per cent or
turned by a few degrees are not found.
"""

from collections.abc import Iterable, Iterator

import imagehash
import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

HASH_SIDE = 16
MOST_BITS = 40
ALIKE = 0.9
"""From here on pictures are kept in one split when it is made here."""
SAME = 0.95
"""From here on a given split is refused."""
COARSE = 2.0
"""Width of the Gaussian, in thumbnail pixels, that is taken off: what is left is detail."""
BLOCK = 256
PIECE = 4096
"""Pairs that are compared at once: frames of a film may all look alike."""


def eight_views(thumbnails: np.ndarray) -> np.ndarray:
    """Return (8, …, side, side): the four quarter turns, and the same of the mirror images."""
    turned = [np.rot90(thumbnails, turns, axes=(-2, -1)) for turns in range(4)]
    return np.stack(turned + [view[..., ::-1] for view in turned])


def perceptual_hashes(thumbnail: np.ndarray) -> np.ndarray:
    """Return the hashes of a thumbnail's eight views, uint8 (8, 32); the first is as it stands."""
    return np.stack(
        [
            np.packbits(
                imagehash.phash(Image.fromarray(view), HASH_SIDE, highfreq_factor=2).hash.ravel()
            )
            for view in np.ascontiguousarray(eight_views(thumbnail))
        ]
    )


def find_near_duplicates(
    thumbnails: np.ndarray, hashes: np.ndarray
) -> list[tuple[int, int, float]]:
    """Return pairs (i < j) that show the same picture, with the correlation of their detail.

    ``thumbnails``: uint8 (pictures, side, side); ``hashes``: uint8 (pictures, 8, 32). Memory is
    bounded by blocks; time grows with the square of the number (a few seconds for 10,000).
    """
    detail = _detail(thumbnails)
    best: dict[tuple[int, int], float] = {}
    for view, first, second in _candidates(hashes):
        turned = _detail(eight_views(thumbnails[second])[view])
        likeness = np.sum(detail[first] * turned, axis=1)
        for index in np.flatnonzero(likeness >= ALIKE).tolist():
            pair = int(first[index]), int(second[index])
            best[pair] = max(best.get(pair, 0.0), float(likeness[index]))
    return sorted((i, j, found) for (i, j), found in best.items())


def _candidates(hashes: np.ndarray) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield, block by block, pairs whose hashes are close with the second picture in a view."""
    words = np.ascontiguousarray(hashes).view(np.uint64)
    for start in range(0, len(words), BLOCK):
        block = words[start : start + BLOCK, 0]
        for view in range(words.shape[1]):
            others = words[start:, view]
            bits = np.zeros((len(block), len(others)), dtype=np.uint16)
            for word in range(words.shape[2]):
                bits += np.bitwise_count(block[:, np.newaxis, word] ^ others[:, word])
            first, second = np.nonzero(bits <= MOST_BITS)
            pairs = np.stack([first, second])[:, first < second] + start
            for piece in range(0, pairs.shape[1], PIECE):
                yield view, *pairs[:, piece : piece + PIECE]


def _detail(thumbnails: np.ndarray) -> np.ndarray:
    """Return float32 (pictures, pixels) of length 1: the thumbnails without their coarse shape."""
    values = thumbnails.astype(np.float32)
    values -= gaussian_filter(values, (0, COARSE, COARSE))
    flat = values.reshape(len(values), -1)
    flat -= flat.mean(axis=1, keepdims=True)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)


def joined(count: int, pairs: Iterable[tuple[int, int]]) -> np.ndarray:
    """Return the smallest member of each one's group, where ``pairs`` hang together."""
    parent = list(range(count))

    def root(member: int) -> int:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for first, second in pairs:
        one, other = sorted((root(first), root(second)))
        parent[other] = one
    return np.array([root(member) for member in range(count)])
