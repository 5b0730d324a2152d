"""The compact network's body: residual convolutions, to be trained from scratch."""

import keras
from keras import layers

from training.errors import TrainingError

CONVOLUTIONS = {"separable": layers.SeparableConv2D, "plain": layers.Conv2D}
NORM_MEMORY = 0.9
"""Epochs are short here: with the usual 0.99 the running statistics would lag behind."""
STEM = "stem"


def compact_maps(x, *, widths: tuple[int, ...], convolution: str):
    """Return the last feature maps of pictures ``x`` (n, h, w, 1 or 3; 0..1).

    Each width is a stage at half the resolution of the one before, but for the last, which keeps
    it so that the evidence map is finer.
    """
    if len(widths) < 2 or convolution not in CONVOLUTIONS:
        raise TrainingError(
            "The compact network needs at least two widths and a convolution that is one of "
            f"{', '.join(CONVOLUTIONS)}: its recipe says {widths} and {convolution!r}."
        )
    x = layers.Rescaling(scale=4.0, offset=-2.0, name="centred")(x)
    x = layers.Conv2D(widths[0], 3, strides=2, padding="same", use_bias=False, name=STEM)(x)
    x = layers.BatchNormalization(momentum=NORM_MEMORY, name="stem_norm")(x)
    x = layers.Activation("relu", name="stem_act")(x)
    for stage, width in enumerate(widths[1:], start=1):
        strides = 1 if stage == len(widths) - 1 else 2
        x = residual_block(x, width, strides, CONVOLUTIONS[convolution], name=f"stage{stage}a")
        x = residual_block(x, width, 1, CONVOLUTIONS[convolution], name=f"stage{stage}b")
    return x


def compact_body(
    input_shape: tuple[int, int, int], *, widths: tuple[int, ...], convolution: str
) -> keras.Model:
    """Return the body alone, image to maps: what a pre-trained trunk is saved from."""
    inputs = keras.Input(input_shape, name="image")
    maps = compact_maps(inputs, widths=widths, convolution=convolution)
    return keras.Model(inputs, maps, name="compact_body")


def residual_block(x, width: int, strides: int, convolution: type, *, name: str):
    """Two convolutions beside a shortcut, which is averaged and matched where the sizes differ."""
    shortcut = x
    if strides > 1:
        shortcut = layers.AveragePooling2D(strides, padding="same", name=f"{name}_pool")(x)
    if x.shape[-1] != width:
        shortcut = layers.Conv2D(width, 1, use_bias=False, name=f"{name}_match")(shortcut)
        shortcut = layers.BatchNormalization(momentum=NORM_MEMORY, name=f"{name}_match_norm")(
            shortcut
        )
    for step, stride in ((1, strides), (2, 1)):
        x = convolution(
            width, 3, strides=stride, padding="same", use_bias=False, name=f"{name}_conv{step}"
        )(x)
        x = layers.BatchNormalization(momentum=NORM_MEMORY, name=f"{name}_norm{step}")(x)
        if step == 1:
            x = layers.Activation("relu", name=f"{name}_act1")(x)
    x = layers.Add(name=f"{name}_add")([x, shortcut])
    return layers.Activation("relu", name=f"{name}_act2")(x)
