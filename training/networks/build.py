"""From a recipe to its network, which part of it learns, and where body and head part."""

import keras
from keras import layers

from training.config import Recipe
from training.errors import TrainingError
from training.networks.backbones import backbone_maps
from training.networks.compact import compact_maps
from training.networks.heads import add_head
from training.networks.weights import check_weights, load_backbone_weights


def build_network(recipe: Recipe) -> keras.Model:
    """Return the network of ``recipe``: pictures (n, h, w, 1 or 3; 0..1) to logits (n, labels).

    Its layer "maps" holds the last feature maps, "features" their means (where the head reads
    them), "logits" the output: loss and serving apply softmax or sigmoid. Raises
    ``TrainingError`` if the recipe's backbone, size, head or weights do not fit together.
    """
    settings, spec = recipe.network, recipe.input
    check_weights(settings)
    keras.utils.set_random_seed(recipe.training.seed)
    image = keras.Input((spec.height, spec.width, spec.channels), name="image")
    if settings.backbone == "compact":
        x = compact_maps(image, widths=settings.widths, convolution=settings.convolution)
    else:
        x = backbone_maps(image, settings.backbone)
    maps = layers.Activation("linear", name="maps")(x)
    logits = add_head(maps, labels=len(recipe.labels), settings=settings, seed=recipe.training.seed)
    network = keras.Model(image, logits, name=settings.backbone.lower())
    load_backbone_weights(network, settings)
    return network


def set_trainable(network: keras.Model, words: str) -> None:
    """Let that part of ``network`` learn that ``words`` name: a stage's ``trainable``.

    all: everything; head: what follows the maps; last:N: also the last N layers of the backbone;
    from:LAYER: also that layer of the backbone and those after it. Where only a part of the
    backbone learns, its BatchNorm layers stay frozen: a frozen one uses and keeps its running
    statistics even when called with training=True, and small batches of few patients would
    otherwise spoil what it learnt from many (Keras' guide on transfer learning).
    """
    backbone, head = parts(network)
    learning = learning_layers(backbone, words)
    for layer in head + learning:
        layer.trainable = True
    for layer in backbone:
        frozen_norm = isinstance(layer, layers.BatchNormalization) and words != "all"
        layer.trainable = layer in learning and not frozen_norm


def learning_layers(backbone: list[keras.Layer], words: str) -> list[keras.Layer]:
    """Return the layers of ``backbone`` that ``words`` name."""
    kind, _, value = words.partition(":")
    names = [layer.name for layer in backbone]
    if words in ("all", "head"):
        return backbone if words == "all" else []
    if kind == "last" and value.isdigit() and 0 < int(value) <= len(backbone):
        return backbone[-int(value) :]
    if kind == "from" and value in names:
        return backbone[names.index(value) :]
    if kind == "from":
        raise TrainingError(
            f"A stage learns from layer {value!r}, which the backbone does not have; "
            f"its last ones are {', '.join(names[-12:])}."
        )
    raise TrainingError(
        f"A stage's trainable is {words!r}: it may be all, head, last:N with N up to "
        f"{len(backbone)}, or from:LAYER."
    )


def parts(network: keras.Model) -> tuple[list[keras.Layer], list[keras.Layer]]:
    """Return the layers up to the maps, which are the backbone's, and those after."""
    place = network.layers.index(network.get_layer("maps"))
    return network.layers[:place], network.layers[place + 1 :]


def body_and_head(network: keras.Model) -> tuple[keras.Model, keras.Model]:
    """Return (image to what the head reads, that to logits); both share ``network``'s weights.

    What the head reads is the means of the maps, or with a flatten head the maps themselves. The
    two one after the other give what ``network`` gives, so features may be computed once.
    """
    names = [layer.name for layer in network.layers]
    cut = network.get_layer("features" if "features" in names else "maps")
    body = keras.Model(network.input, cut.output, name="body")
    given = x = keras.Input(cut.output.shape[1:], name="features")
    for layer in network.layers[names.index(cut.name) + 1 :]:
        x = layer(x)
    return body, keras.Model(given, x, name="head")


def features_model(network: keras.Model) -> keras.Model:
    """Return image to the mean of each map (n, maps), whatever the head reads."""
    maps = network.get_layer("maps").output
    return keras.Model(network.input, layers.GlobalAveragePooling2D(name="features")(maps))
