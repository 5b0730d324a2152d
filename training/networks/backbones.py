"""The backbones by name, and how each wants its pictures scaled."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
from keras import layers

from training.errors import TrainingError
from training.networks.resnet34 import resnet34_maps

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_SPREAD = (0.229, 0.224, 0.225)
CAFFE_MEAN_BGR = (103.939, 116.779, 123.68)
"""All three: keras.applications.imagenet_utils.preprocess_input, keras 3."""


def caffe(x):
    """Blue, green, red in 0..255 less ImageNet's mean: how VGG and ResNet50 were trained."""
    return layers.Rescaling(255.0, offset=[-mean for mean in CAFFE_MEAN_BGR], name="scaled")(
        keras.ops.flip(x, axis=-1)
    )


def torch(x):
    """Less ImageNet's mean, in units of its spread: how DenseNet121 was trained."""
    pairs = list(zip(IMAGENET_MEAN, IMAGENET_SPREAD, strict=True))
    return layers.Rescaling(
        [1.0 / spread for _, spread in pairs],
        offset=[-mean / spread for mean, spread in pairs],
        name="scaled",
    )(x)


def both_signs(x):
    """-1..1: how InceptionV3, MobileNetV2 and ResNet101V2 were trained."""
    return layers.Rescaling(2.0, offset=-1.0, name="scaled")(x)


def bytes_again(x):
    """0..255, for a backbone that holds its own scaling."""
    return layers.Rescaling(255.0, name="scaled")(x)


@dataclass(frozen=True)
class Backbone:
    """A family member: how its pictures are scaled and its layers are made."""

    scale: Callable
    application: Callable[..., keras.Model] | None = None
    """The function of keras.applications; None for one that is built here."""
    smallest_side: int = 32


BACKBONES = {
    "VGG16": Backbone(caffe, keras.applications.VGG16),
    "VGG19": Backbone(caffe, keras.applications.VGG19),
    "ResNet34": Backbone(torch),
    "ResNet50": Backbone(caffe, keras.applications.ResNet50),
    "ResNet101V2": Backbone(both_signs, keras.applications.ResNet101V2),
    "DenseNet121": Backbone(torch, keras.applications.DenseNet121),
    "InceptionV3": Backbone(both_signs, keras.applications.InceptionV3, smallest_side=75),
    "MobileNetV2": Backbone(both_signs, keras.applications.MobileNetV2),
    "EfficientNetV2B0": Backbone(bytes_again, keras.applications.EfficientNetV2B0),
}


def backbone_named(name: str) -> Backbone:
    if name not in BACKBONES:
        known = ", ".join(["compact", *BACKBONES])
        raise TrainingError(f"There is no backbone {name!r}: the recipe may name one of {known}.")
    return BACKBONES[name]


def backbone_maps(x, name: str):
    """Return the last feature maps of pictures ``x`` (n, h, w, 1 or 3; 0..1), scaled as it wants.

    The layers stand in the network itself, not in a model inside it, so that a stage can name
    each of them.
    """
    backbone = backbone_named(name)
    if min(x.shape[1:3]) < backbone.smallest_side:
        raise TrainingError(
            f"{name} needs pictures of at least {backbone.smallest_side} pixels a side: the "
            f"recipe's input is {x.shape[1]} x {x.shape[2]}."
        )
    if x.shape[-1] == 1:
        x = layers.Concatenate(name="grey_thrice")([x, x, x])
    x = backbone.scale(x)
    if backbone.application is None:
        return resnet34_maps(x)
    return backbone.application(
        include_top=False, weights=None, input_tensor=x, input_shape=x.shape[1:]
    ).outputs[0]


def bare_backbone(name: str, input_shape: tuple[int, int, int]) -> keras.Model:
    """Return the backbone alone, scaled colour picture to maps: what files of weights are of."""
    backbone = backbone_named(name)
    if backbone.application is None:
        inputs = keras.Input(input_shape, name="scaled_picture")
        return keras.Model(inputs, resnet34_maps(inputs), name=name)
    return backbone.application(include_top=False, weights=None, input_shape=input_shape)
