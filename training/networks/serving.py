"""The graph that is served: logits, an evidence map for each label, and features, in one pass.

The evidence of a place for a label is the gradient of its logit by the maps at that place, times
the maps there, times the number of places. Its mean over the places is the gradient times what the
head read. For a linear head on pooled maps that is exact: the mean is the logit less its bias. For
a dense head on pooled maps it is Grad-CAM (Selvaraju et al., ICCV 2017), before its clipping, which
drawing does. A flatten head weighs each place differently; Grad-CAM would average those weights
away and could point at the wrong place, so there the gradient stays at its place (HiResCAM,
Draelos and Carin, arXiv 2011.08891), which without hidden layers is exact again.

The gradient is written with layers that hold the head's own weights, so that the graph needs
neither a gradient tape nor code of its own when it is loaded.
"""

import keras
import numpy as np
from keras import layers

from inference.engines import OUTPUTS


def serving_graph(network: keras.Model, *, both_views: bool) -> keras.Model:
    """Return image to logits (n, labels), evidence (n, rows, columns, labels), features (n, maps).

    With ``both_views`` each is the mean of the picture's and its mirror image's, whose evidence is
    mirrored back.
    """
    picture = keras.Input(network.input_shape[1:], name="image")
    view = one_view(network)
    values = view(picture)
    if both_views:
        logits, evidence, features = view(keras.ops.flip(picture, axis=2))
        mirrored = (logits, keras.ops.flip(evidence, axis=2), features)
        values = [layers.Average()(pair) for pair in zip(values, mirrored, strict=True)]
    # Keras needs an identity layer each to tell the outputs by name.
    outputs = [
        layers.Identity(name=name)(value) for name, value in zip(OUTPUTS, values, strict=True)
    ]
    return keras.Model(picture, outputs, name=network.name)


def one_view(network: keras.Model) -> keras.Model:
    """Return image to the three outputs, of the picture as it is."""
    body = keras.Model(network.input, network.get_layer("maps").output, name="body")
    picture = keras.Input(network.input_shape[1:])
    maps = body(picture)
    rows, columns, depth = maps.shape[1:]
    features = layers.GlobalAveragePooling2D(name="pooled")(maps)
    places = layers.Reshape((rows * columns, depth), name="places")(maps)
    first, *others = dense_layers(network)
    if first.kernel.shape[0] == depth:
        shares = _layer(_dense(first), places, first.kernel)
        sums = _layer(_dense(first, use_bias=True), features, first.kernel, first.bias)
    else:
        shares, sums = _flattened(first, places)
    logits, gradient = _rest(sums, first, others)
    if gradient is None:
        evidence = shares
    else:
        # Not a Dot layer: exported, it leaves stray outputs behind.
        evidence = keras.ops.matmul(shares, layers.Permute((2, 1))(gradient))
    labels = logits.shape[-1]
    evidence = layers.Reshape((rows, columns, labels), name="map_per_label")(evidence)
    return keras.Model(picture, [logits, evidence, features], name="one_view")


def dense_layers(network: keras.Model) -> list[layers.Dense]:
    """Return the head's dense layers, the first first."""
    place = network.layers.index(network.get_layer("maps"))
    return [layer for layer in network.layers[place:] if isinstance(layer, layers.Dense)]


def _flattened(first: layers.Dense, places):
    """Return what each place adds to each sum of ``first``, times the places, and the sums.

    The flattened kernel is large: it is held once, by place, and serves both.
    """
    count, depth = places.shape[1:]
    kernel = np.asarray(first.kernel).reshape(count, depth, first.units) * count
    each = layers.EinsumDense("npk,pkh->nph", output_shape=(count, first.units), name="by_place")
    shares = _layer(each, places, kernel)
    means = layers.GlobalAveragePooling1D(name="sums_of_places")(shares)
    with_bias = layers.EinsumDense("nh,h->nh", output_shape=first.units, bias_axes="h")
    return shares, _layer(with_bias, means, np.ones(first.units, np.float32), first.bias)


def _rest(sums, first: layers.Dense, others: list[layers.Dense]):
    """Return the logits, and their gradient (n, labels, units) by ``sums``; None if they are it."""
    slopes, x, before = [], sums, first
    for layer in others:
        slopes.append(_slope(x, _activation(before)))
        x = _layer(
            _dense(layer, use_bias=True), layers.Activation(_activation(before))(x),
            layer.kernel, layer.bias,
        )  # fmt: skip
        before = layer
    gradient = None
    for layer, slope in zip(reversed(others), reversed(slopes), strict=True):
        units = layer.kernel.shape[0]
        if gradient is None:
            spread = layers.EinsumDense("nh,hc->nch", output_shape=(layer.units, units))
            gradient = _layer(spread, slope, layer.kernel)
        else:
            labels = gradient.shape[1]
            back = layers.EinsumDense("nch,gh->ncg", output_shape=(labels, units))
            by_label = layers.Reshape((1, units))(slope)
            gradient = layers.Multiply()([_layer(back, gradient, layer.kernel), by_label])
    return x, gradient


def _slope(sums, activation: str):
    """Return the derivative of ``activation`` at ``sums``."""
    if activation == "relu":
        return keras.ops.sign(keras.ops.relu(sums))
    if activation == "elu":
        return keras.ops.exp(keras.ops.minimum(sums, 0.0))
    raise ValueError(f"no derivative is written for {activation}")


def _activation(layer: layers.Dense) -> str:
    return layer.activation.__name__


def _dense(layer: layers.Dense, *, use_bias: bool = False) -> layers.Dense:
    return layers.Dense(layer.units, use_bias=use_bias)


def _layer(layer: keras.Layer, x, *weights):
    """Return ``layer`` applied to ``x``, holding ``weights``."""
    y = layer(x)
    layer.set_weights([np.asarray(value).reshape(own.shape) for value, own in
                       zip(weights, layer.weights, strict=True)])  # fmt: skip
    return y
