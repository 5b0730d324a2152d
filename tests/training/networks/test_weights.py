"""Weights from files: the right ones fit exactly, all others are one clear line."""

from pathlib import Path

import keras
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from inference.preprocessing import InputSpec, prepare
from tests.training.networks.recipes import make_recipe
from training.errors import TrainingError
from training.networks import weights
from training.networks.build import build_network, features_model
from training.networks.compact import compact_body
from training.packaging.phantoms import as_8_bit, trunk

SHARED = Path(__file__).resolve().parents[4] / "shared" / "weights"
MOBILENET = SHARED / "mobilenet_v2_1.0_224_dequantised_notop.weights.h5"
WIDTHS = (4, 6, 8)


def compact_recipe(path, *, widths=WIDTHS, **sizes):
    return make_recipe(f'widths = {list(widths)}\nweights = "{path}"', **sizes)


def save_trunk(path, *, widths=WIDTHS, whole=False):
    """Save a trunk that reads colour, its norms as after training; return it."""
    trunk = compact_body((48, 48, 3), widths=widths, convolution="plain")
    random = np.random.default_rng(3)
    trunk.set_weights([random.uniform(0.5, 1.0, w.shape) for w in trunk.get_weights()])
    (trunk.save if whole else trunk.save_weights)(path)
    return trunk


def maps_of(network, pictures):
    return np.asarray(keras.Model(network.input, network.get_layer("maps").output)(pictures))


@pytest.mark.parametrize("name", ["trunk.weights.h5", "trunk.h5", "trunk.keras"])
def test_a_trunk_that_reads_colour_reads_grey_as_if_repeated(tmp_path, name):
    trunk = save_trunk(tmp_path / name, whole=not name.endswith(".weights.h5"))
    grey = np.random.default_rng(1).uniform(size=(2, 48, 48, 1)).astype(np.float32)
    expected = np.asarray(trunk(np.repeat(grey, 3, axis=-1)))
    network = build_network(compact_recipe(tmp_path / name, side=48))
    assert np.allclose(maps_of(network, grey), expected, rtol=1e-4)


def test_a_trunk_is_taken_over_as_it_is_for_colour(tmp_path):
    trunk = save_trunk(tmp_path / "trunk.weights.h5")
    colour = np.random.default_rng(1).uniform(size=(2, 48, 48, 3)).astype(np.float32)
    network = build_network(compact_recipe(tmp_path / "trunk.weights.h5", side=48, channels=3))
    assert np.allclose(maps_of(network, colour), trunk(colour), rtol=1e-6)


def test_a_trunk_may_be_saved_from_a_whole_networks_maps(tmp_path):
    other = build_network(make_recipe("widths = [4, 6, 8]\ndropout = 0.1", channels=3, labels=7))
    keras.Model(other.input, other.get_layer("maps").output).save_weights(
        tmp_path / "trunk.weights.h5"
    )
    network = build_network(compact_recipe(tmp_path / "trunk.weights.h5", channels=3))
    colour = np.random.default_rng(1).uniform(size=(2, 32, 32, 3)).astype(np.float32)
    assert np.allclose(maps_of(network, colour), maps_of(other, colour), rtol=1e-6)


def test_the_head_stays_as_the_seed_made_it(tmp_path):
    save_trunk(tmp_path / "trunk.weights.h5")
    with_trunk = build_network(compact_recipe(tmp_path / "trunk.weights.h5"))
    without = build_network(make_recipe(f"widths = {list(WIDTHS)}"))
    for one, other in zip(
        with_trunk.get_layer("logits").get_weights(),
        without.get_layer("logits").get_weights(),
        strict=True,
    ):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("widths", [(4, 6), (4, 6, 10), (4, 6, 8, 8)])
def test_a_file_of_another_shape_is_refused(tmp_path, widths):
    """A deeper file too, though Keras would take from it what fits and say nothing."""
    save_trunk(tmp_path / "trunk.weights.h5", widths=widths)
    with pytest.raises(TrainingError, match=r"trunk\.weights\.h5 (does not hold|holds)") as caught:
        build_network(compact_recipe(tmp_path / "trunk.weights.h5"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("missing.weights.h5", None, "There is no weights file"),
        ("notes.txt", b"hello", "is no weights file: it must end in"),
        ("broken.weights.h5", b"hello", "does not hold the weights of"),
        ("broken.h5", b"\x89HDF\r\n\x1a\n", "does not hold the weights of"),
        ("broken.keras", b"PK\x03\x04", "does not hold the weights of"),
        ("empty.weights.h5", b"", "does not hold the weights of"),
    ],
)
def test_what_is_no_weights_file_is_one_clear_line(tmp_path, name, content, reason):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(TrainingError, match=reason) as caught:
        build_network(compact_recipe(tmp_path / name))
    assert "\n" not in str(caught.value)


def test_a_download_that_fails_says_to_give_a_file(monkeypatch):
    def no_network(*args, **kwargs):
        raise Exception("URL fetch failure on https://example.org/vgg16.h5: None -- unreachable")

    monkeypatch.setattr(keras.src.utils.file_utils, "get_file", no_network)
    with pytest.raises(TrainingError, match=r"VGG16 could not be downloaded .*give a file"):
        build_network(make_recipe('backbone = "VGG16"\nweights = "imagenet"'))


@pytest.mark.parametrize("backbone", ["compact", "ResNet34"])
def test_where_keras_offers_no_imagenet_weights_it_says_so(backbone):
    text = f'backbone = "{backbone}"\nwidths = [4, 6]\nweights = "imagenet"'
    with pytest.raises(TrainingError, match="no ImageNet weights for"):
        build_network(make_recipe(text))


def mobilenet(path, **sizes):
    return build_network(make_recipe(f'backbone = "MobileNetV2"\nweights = "{path}"', **sizes))


@pytest.mark.slow
@pytest.mark.skipif(not MOBILENET.exists(), reason=f"no {MOBILENET}")
@pytest.mark.parametrize("channels", [1, 3])
def test_mobilenet_from_a_file_is_the_network_that_was_saved(channels):
    network = mobilenet(MOBILENET, side=96, channels=channels)
    saved = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(96, 96, 3))
    saved.load_weights(MOBILENET)
    pictures = np.random.default_rng(1).uniform(size=(2, 96, 96, channels)).astype(np.float32)
    colour = np.broadcast_to(pictures, (2, 96, 96, 3))
    assert np.allclose(maps_of(network, pictures), saved(2 * colour - 1), atol=1e-3)


@pytest.mark.slow
@pytest.mark.skipif(not MOBILENET.exists(), reason=f"no {MOBILENET}")
def test_its_features_tell_pictures_apart_that_random_ones_do_not():
    """Trunks with and without a blotch somewhere: forty of each to learn, forty to try."""
    spec = InputSpec(96, 96, 1, "grey")
    random = np.random.default_rng(4)
    pictures, truth = [], np.arange(160) % 2
    for number, has_blotch in enumerate(truth):
        picture = trunk(96, 96, seed=number)
        if has_blotch:
            row, column = random.integers(24, 60, 2)
            picture[row : row + 12, column : column + 12] += 0.4
        pictures.append(prepare(as_8_bit(picture), spec))
    features = np.asarray(features_model(mobilenet(MOBILENET, side=96))(np.stack(pictures)))
    assert right_by_logistic_regression(features, truth) >= 0.9


def right_by_logistic_regression(features, truth):
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500))
    model.fit(features[:80], truth[:80])
    return model.score(features[80:], truth[80:])


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["mobilenet_v2_0.35_224_notop.weights.h5", "squeezenet1.1_notop.weights.h5"]
)
def test_the_file_of_another_backbone_is_refused(name):
    if not (SHARED / name).exists():
        pytest.skip(f"no {SHARED / name}")
    with pytest.raises(TrainingError, match="does not hold the weights of mobilenetv2"):
        mobilenet(SHARED / name)


def test_layers_below_the_top_are_counted(tmp_path):
    trunk = save_trunk(tmp_path / "trunk.weights.h5")
    with_weights = sum(bool(layer.weights) for layer in trunk.layers)
    assert weights.layers_in(tmp_path / "trunk.weights.h5") == with_weights
