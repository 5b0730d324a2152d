"""Each backbone sees the pictures that it was made for."""

import keras
import numpy as np
import pytest

from tests.training.networks.recipes import make_recipe
from training.config import CHOICES
from training.errors import TrainingError
from training.networks.backbones import BACKBONES, bare_backbone
from training.networks.build import build_network

applications = keras.applications
PREPROCESSING = {
    "VGG16": applications.vgg16.preprocess_input,
    "VGG19": applications.vgg19.preprocess_input,
    "ResNet34": applications.densenet.preprocess_input,
    "ResNet50": applications.resnet.preprocess_input,
    "ResNet101V2": applications.resnet_v2.preprocess_input,
    "DenseNet121": applications.densenet.preprocess_input,
    "InceptionV3": applications.inception_v3.preprocess_input,
    "MobileNetV2": applications.mobilenet_v2.preprocess_input,
    "EfficientNetV2B0": applications.efficientnet_v2.preprocess_input,
}


def test_a_recipe_may_name_exactly_the_backbones_that_there_are():
    assert CHOICES["backbone"] == ("compact", *BACKBONES)


@pytest.mark.slow
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", BACKBONES)
def test_it_gets_pictures_in_its_own_scale_and_grey_in_three_channels(name, channels):
    side = BACKBONES[name].smallest_side
    network = build_network(
        make_recipe(f'backbone = "{name}"', side=side, channels=channels, labels=2)
    )
    bare = bare_backbone(name, (side, side, 3))
    body = keras.Model(network.input, network.get_layer("maps").output)
    bare.set_weights(body.get_weights())
    pictures = np.random.default_rng(1).uniform(size=(2, side, side, channels)).astype(np.float32)
    colour = np.repeat(pictures, 3, axis=-1) if channels == 1 else pictures
    expected = np.asarray(bare(PREPROCESSING[name](255.0 * colour), training=False))
    assert np.allclose(body(pictures), expected, atol=1e-4 * np.abs(expected).max())
    assert network.output_shape == (None, 2)


def test_an_unknown_backbone_is_one_clear_line():
    with pytest.raises(TrainingError, match="backbone is one of compact, VGG16"):
        make_recipe('backbone = "VGG11"')


def test_a_picture_too_small_for_a_backbone_is_one_clear_line():
    with pytest.raises(TrainingError, match="InceptionV3 needs pictures of at least 75 pixels"):
        build_network(make_recipe('backbone = "InceptionV3"', side=64))


@pytest.mark.slow
def test_resnet34_is_the_network_of_the_paper():
    network = bare_backbone("ResNet34", (224, 224, 3))
    convolutions = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    in_the_way = [layer for layer in convolutions if "_0_conv" not in layer.name]
    assert len(in_the_way) == 33
    assert network.output_shape == (None, 7, 7, 512)
    kernels = sum(layer.count_params() for layer in convolutions)
    # torchvision's resnet34 without its classifier: 21,797,672 - 513,000 weights, of which the
    # 36 BatchNorm layers hold 2 for each of their 8,512 channels.
    assert kernels == 21_797_672 - 513_000 - 2 * 8_512
