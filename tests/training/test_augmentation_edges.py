"""What enters the frame when a picture is turned or shrunk."""

import numpy as np
import tensorflow as tf

from training.augmentation import augment
from training.changes import Augmentation


def test_what_enters_the_frame_is_black_or_the_picture_mirrored():
    white = tf.ones((4, 16, 16, 1))
    how = {"rotation_degrees": 45.0, "zoom_out": 0.5}
    seed = tf.constant([1, 2])
    assert np.min(augment(white, (16, 16), Augmentation(**how), seed)) == 0.0
    reflected = augment(white, (16, 16), Augmentation(**how, reflect_edges=True), seed)
    assert np.allclose(reflected, 1.0)
