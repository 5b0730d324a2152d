"""What a picture may look like and still show the same disease: drawn anew for every batch.

The point is less to have more pictures than to take away what tells one hospital from another:
framing, windowing, sharpness, noise, burnt-in letters.
"""

from dataclasses import dataclass

import tensorflow as tf


@dataclass(frozen=True)
class Augmentation:
    """How far each change may go; 0 switches it off."""

    zoom_in: float = 0.3
    """Largest part of each side that is cut away."""
    stretch: float = 0.1
    rotation_degrees: float = 10.0
    mirror: bool = True
    contrast: float = 0.6
    brightness: float = 0.25
    gamma: float = 0.4
    blur: float = 1.0
    noise: float = 0.06
    erased_patches: int = 4
    spectrum: float = 0.0
    """How much of another picture's amplitude spectrum (texture, sharpness) is mixed in."""


def augment(
    images: tf.Tensor, size: tuple[int, int], how: Augmentation, seed: tf.Tensor
) -> tf.Tensor:
    """Return changed copies of ``images`` (n, h, w, 1; 0..1) at ``size``; a seed repeats them."""
    seeds = tf.random.split(seed, 6)
    images = move(images, size, how, seeds[0])
    if how.spectrum:
        images = mix_spectra(images, how, seeds[5])
    images = soften(images, how, seeds[1])
    images = retone(images, how, seeds[2])
    images = add_noise(images, how, seeds[3])
    return erase(images, how, seeds[4])


def move(images: tf.Tensor, size: tuple[int, int], how: Augmentation, seed: tf.Tensor) -> tf.Tensor:
    """Zoom in, shift inside the frame, stretch, rotate and mirror, in one resampling."""
    count = tf.shape(images)[0]
    draw = tf.random.stateless_uniform((6, count), seed)
    rows, columns = (tf.cast(side, tf.float32) for side in images.shape[1:3])
    part = 1.0 - how.zoom_in * draw[0]
    stretch = tf.exp(how.stretch * (2.0 * draw[1] - 1.0))
    high, wide = part * stretch, part / stretch
    middle_row = rows * (0.5 + (draw[2] - 0.5) * tf.maximum(1.0 - high, 0.0))
    middle_column = columns * (0.5 + (draw[3] - 0.5) * tf.maximum(1.0 - wide, 0.0))
    angle = how.rotation_degrees * (2.0 * draw[4] - 1.0) * (3.14159265 / 180.0)
    sign = tf.where(draw[5] < 0.5, -1.0, 1.0) if how.mirror else tf.ones(count)
    down, across = high * rows / size[0], wide * columns / size[1]
    a0, a1 = sign * across * tf.cos(angle), -down * tf.sin(angle)
    b0, b1 = sign * across * tf.sin(angle), down * tf.cos(angle)
    a2 = middle_column - a0 * size[1] / 2 - a1 * size[0] / 2
    b2 = middle_row - b0 * size[1] / 2 - b1 * size[0] / 2
    zero = tf.zeros(count)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a0, a1, a2, b0, b1, b2, zero, zero], axis=1),
        output_shape=size,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
        fill_value=0.0,
    )


def soften(images: tf.Tensor, how: Augmentation, seed: tf.Tensor) -> tf.Tensor:
    """Blur or sharpen: scanners, prints and recompression differ in sharpness."""
    amount = how.blur * (1.5 * _draw(images, seed) - 0.5)
    kernel = tf.constant([1.0, 4.0, 6.0, 4.0, 1.0]) / 16.0
    kernel = tf.reshape(kernel[:, None] * kernel[None, :], (5, 5, 1, 1))
    padded = tf.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="REFLECT")
    blurred = tf.nn.conv2d(padded, kernel, strides=1, padding="VALID")
    return images + amount * (blurred - images)


def mix_spectra(images: tf.Tensor, how: Augmentation, seed: tf.Tensor) -> tf.Tensor:
    """Give half of the pictures part of a neighbour's amplitudes; the phases stay."""
    spectrum = tf.signal.rfft2d(images[..., 0])
    amplitude = tf.abs(spectrum)
    draw = tf.random.stateless_uniform((tf.shape(images)[0], 1, 1), seed, -1.0, 1.0)
    share = how.spectrum * tf.maximum(draw, 0.0)
    mixed = (1.0 - share) * amplitude + share * tf.roll(amplitude, 1, axis=0)
    phase = spectrum / tf.cast(tf.maximum(amplitude, 1e-6), tf.complex64)
    return tf.signal.irfft2d(tf.cast(mixed, tf.complex64) * phase)[..., None]


def retone(images: tf.Tensor, how: Augmentation, seed: tf.Tensor) -> tf.Tensor:
    """Change gamma, contrast and brightness."""
    seeds = tf.random.split(seed, 3)
    gamma = tf.exp(how.gamma * (2.0 * _draw(images, seeds[0]) - 1.0))
    contrast = 1.0 + how.contrast * (2.0 * _draw(images, seeds[1]) - 1.0)
    brightness = how.brightness * (2.0 * _draw(images, seeds[2]) - 1.0)
    images = tf.clip_by_value(images, 1e-4, 1.0) ** gamma
    return (images - 0.5) * contrast + 0.5 + brightness


def add_noise(images: tf.Tensor, how: Augmentation, seed: tf.Tensor) -> tf.Tensor:
    seeds = tf.random.split(seed, 2)
    noise = tf.random.stateless_normal(tf.shape(images), seeds[0])
    return images + how.noise * _draw(images, seeds[1]) * noise


def erase(images: tf.Tensor, how: Augmentation, seed: tf.Tensor) -> tf.Tensor:
    """Cover some patches, small and large, with one grey each: no single spot may decide."""
    if not how.erased_patches:
        return images
    count, patches = tf.shape(images)[0], how.erased_patches
    rows = tf.linspace(0.0, 1.0, images.shape[1])[None, :, None]
    columns = tf.linspace(0.0, 1.0, images.shape[2])[None, None, :]
    draw = tf.random.stateless_uniform((patches, 6, count, 1, 1), seed)
    for patch in tf.unstack(draw):
        high, wide = 0.02 + 0.38 * patch[0] ** 2, 0.02 + 0.38 * patch[1] ** 2
        inside = (tf.abs(rows - patch[2]) < high / 2) & (tf.abs(columns - patch[3]) < wide / 2)
        inside &= patch[5] < 0.5
        images = tf.where(inside[..., None], patch[4][..., None], images)
    return images


def _draw(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Return one number in 0..1 for each picture, shaped to broadcast over it."""
    return tf.random.stateless_uniform((tf.shape(images)[0], 1, 1, 1), seed)
