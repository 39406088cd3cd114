"""Compares ONNX models of `lab onnx` with arrays of `lab embed`, by ONNX Runtime.

    python onnx.py FOLDER

The folder holds embedding.onnx, twin.onnx, scorer.onnx, and one.npy with its arrays beside it. Prints the largest
differences: of embeddings from the lab's, and of the scores by both ways from each other.
"""

import os
import sys

import numpy
import onnxruntime


def run(name, **inputs):
    session = onnxruntime.InferenceSession(os.path.join(folder, name))
    return session.run(None, inputs)


def array(name):
    return numpy.load(os.path.join(folder, name))


folder = sys.argv[1]
images = array("one.inputs.npy")[:, None]
found = run("embedding.onnx", images=images)
expected = [array("one.npy"), array("one.local.npy")]
embeddings = max(abs(a - b).max() for a, b in zip(found, expected))

(by_twin,) = run("twin.onnx", query=images[:7], support=images[7:20])
one, other = [array[:7] for array in expected], [array[7:20] for array in expected]
(by_scorer,) = run(
    "scorer.onnx", query_global=one[0], query_local=one[1], support_global=other[0], support_local=other[1]
)
assert by_twin.shape == (7, 13), by_twin.shape
print(embeddings, abs(by_twin - by_scorer).max(), *by_twin.ravel())
