"""Weights that a backbone begins with: a local file, or ImageNet's as Keras downloads them."""

import re
import warnings
from pathlib import Path
from zipfile import BadZipFile

import h5py
import keras

from training.config import NetworkSettings, located
from training.errors import TrainingError
from training.networks.backbones import backbone_named, bare_backbone
from training.networks.compact import STEM, compact_body

INSTEAD = 'give a file (weights = "path/to/it.weights.h5") or say weights = "none"'
ENDINGS = (".weights.h5", ".h5", ".hdf5", ".keras")
UNREADABLE = (
    OSError, ValueError, KeyError, TypeError, AttributeError, BadZipFile, UserWarning,
)  # fmt: skip
"""What Keras and HDF5 raise over a file that is another network's, or none."""


def load_backbone_weights(network: keras.Model, settings: NetworkSettings) -> None:
    """Put the weights that the recipe names into the body of ``network``; its head stays as it is.

    Raises ``TrainingError`` if they cannot be had or are another network's.
    """
    if settings.weights == "none":
        return
    body = keras.Model(network.input, network.get_layer("maps").output)
    if settings.backbone == "compact":
        source = compact_body(
            (*network.input_shape[1:3], 3),
            widths=settings.widths,
            convolution=settings.convolution,
        )
        read_weights(source, weights_file(settings))
        set_compact_weights(body, source)
        return
    source = bare_backbone(settings.backbone, (*network.input_shape[1:3], 3))
    if settings.weights == "imagenet":
        source = downloaded(settings.backbone, source.input_shape[1:])
    else:
        read_weights(source, weights_file(settings))
    body.set_weights(source.get_weights())


def set_compact_weights(body: keras.Model, colour: keras.Model) -> None:
    """Copy a body that reads colour; one that reads grey gets its stem summed over the colours.

    A grey picture has one value in all three channels, and the stem is linear with neither bias
    nor padding other than zero, so both give the same maps.
    """
    for layer in colour.layers:
        values = layer.get_weights()
        if layer.name == STEM and body.input_shape[-1] == 1:
            values = [values[0].sum(axis=2, keepdims=True)]
        if values:
            body.get_layer(layer.name).set_weights(values)


def check_weights(settings: NetworkSettings) -> None:
    """Raise ``TrainingError`` if there can be no such weights; before anything is built."""
    if settings.weights == "none":
        return
    if settings.weights != "imagenet":
        path = weights_file(settings)
        if not path.is_file():
            raise TrainingError(f"There is no weights file {path}: correct weights in the recipe.")
        if not path.name.endswith(ENDINGS):
            raise TrainingError(f"{path} is no weights file: it must end in {', '.join(ENDINGS)}.")
    elif settings.backbone == "compact" or backbone_named(settings.backbone).application is None:
        raise TrainingError(f"Keras offers no ImageNet weights for {settings.backbone}: {INSTEAD}.")


def weights_file(settings: NetworkSettings) -> Path:
    return located(settings.weights)


def read_weights(model: keras.Model, path: Path) -> None:
    """Load the file ``path`` into ``model`` whole, or raise one clear line."""
    try:
        with warnings.catch_warnings():
            # Keras only warns of a file in which it finds nothing, and goes on at random.
            warnings.simplefilter("error", UserWarning)
            model.load_weights(path)
        surplus = layers_in(path) - sum(bool(layer.weights) for layer in model.layers)
    except UNREADABLE as error:
        raise TrainingError(
            f"{path} does not hold the weights of {model.name} without its top "
            f"({reason_in(error)}): give the file of that network."
        ) from None
    if surplus > 0:
        raise TrainingError(
            f"{path} holds {surplus} layers more than {model.name} without its top: "
            "it is another network's."
        )


def layers_in(path: Path) -> int:
    """Return how many layers with weights a .weights.h5 holds below the top; 0 if not known.

    Keras reads what it looks for and says nothing of what is left: a deeper network's file would
    pass for that of a shallower one. In the older formats it compares the numbers itself.
    """
    if not path.name.endswith(".weights.h5"):
        return 0
    with h5py.File(path, "r") as stored:
        groups = stored.get("layers", {})
        return sum(
            len(group.get("vars", ())) > 0
            for name, group in groups.items()
            if not name.startswith("dense")
        )


def reason_in(error: Exception) -> str:
    """Return the telling line of Keras' or HDF5's message."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"shape|expected|signature", line)]
    return (telling or lines or [type(error).__name__])[0].rstrip(".:")[:200]


def downloaded(name: str, input_shape: tuple[int, int, int]) -> keras.Model:
    application = backbone_named(name).application
    try:
        return application(include_top=False, weights="imagenet", input_shape=input_shape)
    except Exception as error:  # Keras raises a bare Exception when a download fails.
        raise TrainingError(
            f"The ImageNet weights of {name} could not be downloaded ({reason_in(error)}): "
            f"connect this machine to the network once, or {INSTEAD}."
        ) from None
