"""ResNet34, which keras.applications lacks: He, Zhang, Ren, Sun, "Deep Residual Learning for Image
Recognition", CVPR 2016, table 1, column "34-layer"; shortcuts are option B (projection where the
size changes), a BatchNorm after each convolution and before the activation (section 3.4)."""

from keras import layers

STAGES = ((64, 3), (128, 4), (256, 6), (512, 3))
"""Filters and number of basic blocks of conv2_x to conv5_x."""
NORM_EPSILON = 1.001e-5
"""As in Keras' own residual networks."""


def resnet34_maps(x):
    """Return the last feature maps (n, h/32, w/32, 512) of scaled colour pictures ``x``."""
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = layers.Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
    x = _normed(x, "conv1_bn")
    x = layers.Activation("relu", name="conv1_relu")(x)
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    for stage, (filters, blocks) in enumerate(STAGES, start=2):
        for block in range(1, blocks + 1):
            strides = 2 if block == 1 and stage > 2 else 1
            x = basic_block(x, filters, strides, name=f"conv{stage}_block{block}")
    return x


def basic_block(x, filters: int, strides: int, *, name: str):
    """Two 3 x 3 convolutions beside the identity, which is projected where the size changes."""
    shortcut = x
    if strides > 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(
            filters, 1, strides=strides, use_bias=False, name=f"{name}_0_conv"
        )(x)
        shortcut = _normed(shortcut, f"{name}_0_bn")
    x = layers.ZeroPadding2D(1, name=f"{name}_1_pad")(x)
    x = layers.Conv2D(filters, 3, strides=strides, use_bias=False, name=f"{name}_1_conv")(x)
    x = _normed(x, f"{name}_1_bn")
    x = layers.Activation("relu", name=f"{name}_1_relu")(x)
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(x)
    x = _normed(x, f"{name}_2_bn")
    x = layers.Add(name=f"{name}_add")([x, shortcut])
    return layers.Activation("relu", name=f"{name}_out")(x)


def _normed(x, name: str):
    return layers.BatchNormalization(epsilon=NORM_EPSILON, name=name)(x)
