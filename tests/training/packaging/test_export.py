"""What export writes down beside the graph; that it exports is tested with the networks."""

import numpy as np
import openvino
import pytest
from openvino import opset13 as ops

from inference.engines import OUTPUTS, Outputs
from training.packaging.export import evidence_scale, name_outputs


def converted(*names):
    """Return a graph as the converter gives it: outputs with numbers for names."""
    pixels = ops.parameter([1, 2], np.float32)
    values = [ops.add(pixels, ops.constant(np.float32(number))) for number in range(len(names))]
    results = [ops.result(value) for value in values]
    for result, name in zip(results, names, strict=True):
        result.output(0).get_tensor().set_names({name})
    return openvino.Model(results, [pixels])


def test_outputs_get_their_names_and_those_that_were_made_up_are_dropped():
    graph = converted("Identity:0", "Identity_1:0", "Identity_2:0", "reshape/strided_slice:0")
    name_outputs(graph)
    assert [port.get_any_name() for port in graph.outputs] == list(OUTPUTS)


def test_a_graph_without_one_of_them_is_not_taken():
    with pytest.raises(ValueError, match="returns"):
        name_outputs(converted("Identity:0", "Identity_1:0", "other:0"))


def outputs(logits, peaks):
    """Return outputs whose evidence is 0 but for one place of each label."""
    evidence = np.zeros((len(logits), 2, 2, len(logits[0])), np.float32)
    evidence[:, 1, 0] = peaks
    return Outputs(np.array(logits, np.float32), evidence, np.zeros((len(logits), 1)))


def test_with_softmax_evidence_is_what_speaks_for_a_label_more_than_for_the_others():
    given = outputs([[2.0, 0.0], [0.0, 1.0]], [[6.0, 2.0], [9.0, 1.0]])
    targets = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert evidence_scale(targets, given, "softmax") == pytest.approx(2.0)


def test_with_sigmoid_evidence_is_what_speaks_for_the_label_by_itself():
    given = outputs([[2.0], [-1.0], [3.0]], [[6.0], [50.0], [99.0]])
    targets = np.array([[1.0], [1.0], [np.nan]])
    assert evidence_scale(targets, given, "sigmoid") == pytest.approx(6.0)


def test_where_nothing_was_recognised_the_largest_evidence_is_full_strength():
    given = outputs([[-2.0], [-1.0]], [[-6.0], [3.0]])
    assert evidence_scale(np.ones((2, 1)), given, "sigmoid") == pytest.approx(6.0)
