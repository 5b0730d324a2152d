"""What a picture may look like and still show the same disease: drawn anew for every batch.

The point is less to have more pictures than to take away what tells one hospital from another:
framing, windowing, sharpness, noise, burnt-in letters. Every number comes from a stateless
generator, so that a seed repeats the pictures, whatever was computed before.
"""

import zlib
from collections.abc import Callable

import tensorflow as tf

from training.changes import Augmentation

Draw = Callable[..., tf.Tensor]
"""(name of a change, *shape) to numbers from 0 to 1; the same name and shape, the same ones."""

RADIANS = 3.14159265 / 180.0


def augment(
    images: tf.Tensor, size: tuple[int, int], how: Augmentation, seed: tf.Tensor
) -> tf.Tensor:
    """Return changed copies of ``images`` (n, h, w, 1 or 3; 0..1) at ``size`` (height, width)."""
    return change(images, size, how, drawn_by(seed))


def drawn_by(seed: tf.Tensor) -> Draw:
    """Return uniform numbers that depend on ``seed`` (2 integers) and on the change's name only."""

    def draw(name: str, *shape: int) -> tf.Tensor:
        own_seed = tf.random.fold_in(seed, zlib.crc32(name.encode()) & 0x7FFFFFFF)
        return tf.random.stateless_uniform(shape, own_seed)

    return draw


def change(images: tf.Tensor, size: tuple[int, int], how: Augmentation, draw: Draw) -> tf.Tensor:
    """Apply every change of ``how`` by the amounts that ``draw`` gives."""
    if how.moves or tuple(images.shape[1:3]) != tuple(size):
        images = move(images, size, how, draw)
    if how.spectrum:
        images = mix_spectra(images, how, draw)
    if how.blur or how.sharpen:
        images = soften(images, how, draw)
    if how.hue_degrees:
        images = turn_hue(images, how, draw)
    if how.colour_cast:
        images = cast_colour(images, how, draw)
    images = retone(images, how, draw)
    if how.noise:
        images = add_noise(images, how, draw)
    return erase(images, how, draw) if how.erased_patches else images


def move(images: tf.Tensor, size: tuple[int, int], how: Augmentation, draw: Draw) -> tf.Tensor:
    """Do all geometric changes in one bilinear resampling; black or mirrored outside.

    Built from the frame inwards, in coordinates from the middle: flip and turn by quarters, scale
    to the part that is shown, shear, rotate, and lay the middle where the frame may look.
    """
    count = tf.shape(images)[0]
    # From the middle of the first pixel to that of the last, so that no frame inside the picture
    # ever reads beyond it, and flips and quarter turns are exact.
    rows, columns = (float(side - 1) for side in images.shape[1:3])
    frame_rows, frame_columns = (float(max(side - 1, 1)) for side in size)

    def signed(name: str) -> tf.Tensor:
        return 2.0 * draw(name, count) - 1.0

    part = 1.0 - how.zoom_in + (how.zoom_in + how.zoom_out) * draw("zoom", count)
    stretch = tf.exp(how.stretch * signed("stretch"))
    high, wide = part * stretch, part / stretch
    down, across = high * rows / frame_rows, wide * columns / frame_columns

    quarter = tf.floor(4.0 * draw("quarter_turns", count)) * (90.0 * RADIANS * how.quarter_turns)
    c, s = tf.round(tf.cos(quarter)), tf.round(tf.sin(quarter))
    flip_x = tf.where(draw("mirror", count) < 0.5 * how.mirror, -1.0, 1.0)
    flip_y = tf.where(draw("upside_down", count) < 0.5 * how.upside_down, -1.0, 1.0)
    # A quarter turn swaps the axes of the frame, so the steps along them are swapped as well.
    tall = frame_rows / frame_columns
    xx, xy = across * flip_x * c, -across * flip_y * s / tall
    yx, yy = down * flip_x * s * tall, down * flip_y * c

    shear = tf.tan(how.shear_degrees * RADIANS * signed("shear"))
    xx, xy = xx + shear * yx, xy + shear * yy
    angle = how.rotation_degrees * RADIANS * signed("rotation")
    c, s = tf.cos(angle), tf.sin(angle)
    a0, a1 = c * xx - s * yx, c * xy - s * yy
    b0, b1 = s * xx + c * yx, s * xy + c * yy

    middle_x = columns * (0.5 + (draw("across", count) - 0.5) * tf.maximum(1.0 - wide, 0.0))
    middle_y = rows * (0.5 + (draw("down", count) - 0.5) * tf.maximum(1.0 - high, 0.0))
    middle_x += columns * how.shift * signed("shift_across")
    middle_y += rows * how.shift * signed("shift_down")
    a2 = middle_x - a0 * frame_columns / 2 - a1 * frame_rows / 2
    b2 = middle_y - b0 * frame_columns / 2 - b1 * frame_rows / 2
    zero = tf.zeros(count)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a0, a1, a2, b0, b1, b2, zero, zero], axis=1),
        output_shape=size,
        interpolation="BILINEAR",
        fill_mode="REFLECT" if how.reflect_edges else "CONSTANT",
        fill_value=0.0,
    )


def mix_spectra(images: tf.Tensor, how: Augmentation, draw: Draw) -> tf.Tensor:
    """Give half of the pictures part of a neighbour's amplitudes; the phases stay.

    Source: Yang and Soatto, FDA: Fourier domain adaptation for semantic segmentation, CVPR 2020.
    """
    spectrum = tf.signal.rfft2d(tf.transpose(images, (0, 3, 1, 2)))
    amplitude = tf.abs(spectrum)
    share = how.spectrum * tf.maximum(2.0 * _per_picture(images, "spectrum", draw) - 1.0, 0.0)
    mixed = (1.0 - share) * amplitude + share * tf.roll(amplitude, 1, axis=0)
    phase = spectrum / tf.cast(tf.maximum(amplitude, 1e-6), tf.complex64)
    changed = tf.signal.irfft2d(
        tf.cast(mixed, tf.complex64) * phase, fft_length=tf.shape(images)[1:3]
    )
    return tf.ensure_shape(tf.transpose(changed, (0, 2, 3, 1)), images.shape)


def soften(images: tf.Tensor, how: Augmentation, draw: Draw) -> tf.Tensor:
    """Blur or sharpen: scanners, prints and recompression differ in sharpness."""
    amount = (how.blur + how.sharpen) * _per_picture(images, "blur", draw) - how.sharpen
    channels = images.shape[-1]
    line = tf.constant([1.0, 4.0, 6.0, 4.0, 1.0]) / 16.0
    kernel = tf.tile(tf.reshape(line[:, None] * line[None, :], (5, 5, 1, 1)), (1, 1, channels, 1))
    padded = tf.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="REFLECT")
    blurred = tf.nn.depthwise_conv2d(padded, kernel, strides=(1, 1, 1, 1), padding="VALID")
    return images + amount * (blurred - images)


def turn_hue(images: tf.Tensor, how: Augmentation, draw: Draw) -> tf.Tensor:
    """Rotate colours about the grey axis (Rodrigues' formula), which leaves greys as they are."""
    angle = how.hue_degrees * RADIANS * (2.0 * _per_picture(images, "hue", draw) - 1.0)
    mean = tf.reduce_mean(images, axis=-1, keepdims=True)
    across = (tf.roll(images, 1, axis=-1) - tf.roll(images, -1, axis=-1)) / 3.0**0.5
    return tf.cos(angle) * images + tf.sin(angle) * across + (1.0 - tf.cos(angle)) * mean


def cast_colour(images: tf.Tensor, how: Augmentation, draw: Draw) -> tf.Tensor:
    gain = draw("colour_cast", tf.shape(images)[0], 1, 1, images.shape[-1])
    return images * (1.0 + how.colour_cast * (2.0 * gain - 1.0))


def retone(images: tf.Tensor, how: Augmentation, draw: Draw) -> tf.Tensor:
    """Change gamma, contrast and brightness; values may leave 0..1, as they do in other films."""
    if how.gamma:
        gamma = tf.exp(how.gamma * (2.0 * _per_picture(images, "gamma", draw) - 1.0))
        images = tf.clip_by_value(images, 1e-4, 1.0) ** gamma
    if how.contrast or how.brightness:
        contrast = 1.0 + how.contrast * (2.0 * _per_picture(images, "contrast", draw) - 1.0)
        brightness = how.brightness * (2.0 * _per_picture(images, "brightness", draw) - 1.0)
        images = images * contrast + (0.5 - 0.5 * contrast + brightness)
    return images


def add_noise(images: tf.Tensor, how: Augmentation, draw: Draw) -> tf.Tensor:
    grains = tf.math.ndtri(
        tf.clip_by_value(draw("grains", *tf.unstack(tf.shape(images))), 1e-6, 1.0 - 1e-6)
    )
    return images + how.noise * _per_picture(images, "noise", draw) * grains


def erase(images: tf.Tensor, how: Augmentation, draw: Draw) -> tf.Tensor:
    """Cover some patches, small and large, with one grey or colour each: no spot alone may decide.

    Source: Zhong et al., Random erasing data augmentation, AAAI 2020.
    """
    count, patches, channels = tf.shape(images)[0], how.erased_patches, images.shape[-1]
    rows = tf.linspace(0.0, 1.0, images.shape[1])[None, :, None, None]
    columns = tf.linspace(0.0, 1.0, images.shape[2])[None, None, :, None]
    places = draw("erased_patches", patches, 5, count, 1, 1, 1)
    fills = draw("erased_fills", patches, count, 1, 1, channels)
    for place, fill in zip(tf.unstack(places), tf.unstack(fills), strict=True):
        high, wide = 0.02 + 0.38 * place[0] ** 2, 0.02 + 0.38 * place[1] ** 2
        inside = (tf.abs(rows - place[2]) < high / 2) & (tf.abs(columns - place[3]) < wide / 2)
        images = tf.where(inside & (place[4] < 0.5), fill, images)
    return images


def _per_picture(images: tf.Tensor, name: str, draw: Draw) -> tf.Tensor:
    """Return one number in 0..1 for each picture, shaped to broadcast over it."""
    return draw(name, tf.shape(images)[0], 1, 1, 1)
