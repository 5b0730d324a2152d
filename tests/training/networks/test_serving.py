"""The served graph says what the network says, and shows why."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from inference.engines import OUTPUTS, openvino
from inference.engines import keras as reference_engine
from tests.training.networks.recipes import COMPACT, make_recipe
from training.networks.backbones import BACKBONES
from training.networks.build import build_network
from training.networks.serving import serving_graph
from training.packaging.export import HALVED, export_graph

HEADS = (
    "",
    'head = "dense"\nhidden = [7, 5]\ndropout = [0.25, 0.5, 0.5]',
    'head = "dense"\nhidden = [7]',
    'head = "flatten"\ndropout = 0.5',
    'head = "flatten"\nhidden = [9]\ndropout = 0.2',
    'head = "flatten"\nhidden = [9, 6, 4]',
)
PICTURES = np.random.default_rng(2).uniform(size=(3, 32, 32, 1)).astype(np.float32)


def make_network(head, labels=3):
    """Return a network whose biases are not zero, as after training."""
    network = build_network(make_recipe(f"{COMPACT}\n{head}", labels=labels))
    random = np.random.default_rng(5)
    for layer in network.layers:
        if isinstance(layer, keras.layers.Dense):
            layer.bias.assign(random.normal(0, 0.3, layer.bias.shape))
    return network


def by_gradient_tape(network, pictures):
    """Return the evidence by its definition: gradient times maps times places."""
    maps = keras.Model(network.input, network.get_layer("maps").output)(pictures)
    place = network.layers.index(network.get_layer("maps"))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(maps)
        x = maps
        for layer in network.layers[place + 1 :]:
            x = layer(x)
        logits = tf.unstack(x, axis=1)
    shares = [(tape.gradient(logit, maps) * maps).numpy().sum(axis=-1) for logit in logits]
    return np.stack(shares, axis=-1) * maps.shape[1] * maps.shape[2]


def answers(graph, pictures):
    return dict(zip(OUTPUTS, map(np.asarray, graph(pictures)), strict=True))


@pytest.mark.parametrize("labels", [1, 3])
@pytest.mark.parametrize("head", HEADS)
def test_the_evidence_is_the_gradient_times_the_maps(head, labels):
    network = make_network(head, labels)
    found = answers(serving_graph(network, both_views=False), PICTURES)
    assert np.allclose(found["logits"], network(PICTURES), atol=1e-5)
    expected = by_gradient_tape(network, PICTURES)
    assert expected.shape == (3, 8, 8, labels)
    assert np.allclose(found["evidence"], expected, atol=1e-4)
    maps = keras.Model(network.input, network.get_layer("maps").output)(PICTURES)
    assert np.allclose(found["features"], np.mean(maps, axis=(1, 2)), atol=1e-5)


@pytest.mark.parametrize("head", ["", 'head = "flatten"'])
def test_without_hidden_layers_the_evidence_adds_up_to_the_logit(head):
    network = make_network(head)
    found = answers(serving_graph(network, both_views=True), PICTURES)
    bias = np.asarray(network.get_layer("logits").bias)
    assert np.allclose(found["evidence"].mean(axis=(1, 2)), found["logits"] - bias, atol=1e-4)


@pytest.mark.parametrize("head", HEADS)
def test_with_both_views_each_output_is_the_mean_of_the_picture_and_its_mirror_image(head):
    network = make_network(head)
    one, both = (serving_graph(network, both_views=views) for views in (False, True))
    seen, mirrored = answers(one, PICTURES), answers(one, PICTURES[:, :, ::-1])
    mirrored["evidence"] = mirrored["evidence"][:, :, ::-1]
    found = answers(both, PICTURES)
    for name in OUTPUTS:
        assert np.allclose(found[name], (seen[name] + mirrored[name]) / 2, atol=1e-5)


def test_the_evidence_points_at_what_the_head_weighs():
    """A flatten head that looks at one place only is shown to look there, and nowhere else."""
    network = make_network('head = "flatten"')
    logits = network.get_layer("logits")
    kernel = np.zeros((8, 8, 8, 3), np.float32)
    kernel[2, 6] = 1.0
    logits.kernel.assign(kernel.reshape(logits.kernel.shape))
    evidence = answers(serving_graph(network, both_views=False), PICTURES)["evidence"].copy()
    assert evidence[:, 2, 6].any()
    evidence[:, 2, 6] = 0.0
    assert not evidence.any()


@pytest.mark.slow
@pytest.mark.parametrize("both_views", [False, True])
@pytest.mark.parametrize("head", HEADS)
def test_every_head_exports_and_loads_safely_and_both_engines_agree(tmp_path, head, both_views):
    graph = serving_graph(make_network(head), both_views=both_views)
    expected = answers(graph, PICTURES)
    export_graph(graph, tmp_path)
    for engine, place in (
        (reference_engine, tmp_path),
        (openvino, tmp_path),
        (openvino, tmp_path / HALVED),
    ):
        found = engine.load(place, precision="f32", threads=1).run(PICTURES)
        tolerance = 0.05 if place.name == HALVED else 1e-4
        for name in OUTPUTS:
            assert np.allclose(getattr(found, name), expected[name], atol=tolerance), name


@pytest.mark.slow
@pytest.mark.parametrize("name", BACKBONES)
def test_every_backbone_exports_and_the_serving_engine_agrees(tmp_path, name):
    side = BACKBONES[name].smallest_side
    network = build_network(make_recipe(f'backbone = "{name}"', side=side, labels=2))
    graph = serving_graph(network, both_views=True)
    pictures = np.random.default_rng(2).uniform(size=(2, side, side, 1)).astype(np.float32)
    expected = answers(graph, pictures)
    export_graph(graph, tmp_path)
    found = openvino.load(tmp_path, precision="f32", threads=1).run(pictures)
    for output in OUTPUTS:
        largest = np.abs(expected[output]).max()
        assert np.allclose(getattr(found, output), expected[output], atol=1e-4 * max(largest, 1.0))
