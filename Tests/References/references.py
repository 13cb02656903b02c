"""What the reference scripts share: numbers from a formula, and a reproducible file.

A number is one output of splitmix64 for the state s = 1000003·stream + index (modulo 2^64):

    z = s + 0x9E3779B97F4A7C15
    z = (z ^ (z >> 30)) · 0xBF58476D1CE4E5B9
    z = (z ^ (z >> 27)) · 0x94D049BB133111EB
    z = z ^ (z >> 31)
    u = (z >> 11) · 2^-53          in [0, 1)

so that Swift makes the same doubles without storing them.
"""
import json
import math
import pathlib

import numpy
import torch
from safetensors.torch import save_file

FOLDER = pathlib.Path(__file__).resolve().parent

torch.set_num_threads(1)  # a reduction's order, and so its last bits, follows the threads
torch.use_deterministic_algorithms(True)


def splitmix64(state):
    """One output for each state of a uint64 array."""
    z = state + numpy.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return z ^ (z >> numpy.uint64(31))


# The generator's published first output for the state 0.
assert splitmix64(numpy.zeros(1, numpy.uint64))[0] == 0xE220A8397B1DCDAF


def uniform(stream, shape):
    """Float64 numbers in [0, 1), element i (row-major) from the state 1000003·stream + i."""
    state = numpy.uint64(1000003 * stream) + numpy.arange(math.prod(shape), dtype=numpy.uint64)
    u = (splitmix64(state) >> numpy.uint64(11)).astype(numpy.float64) * 2.0**-53
    return torch.from_numpy(u).reshape(shape)


def write(name, tensors, cases):
    """Writes tensors and, as the only metadata entry `cases`, a JSON object about them.

    One entry, because the order of several is not defined and the file's bytes should be.
    """
    for key, tensor in tensors.items():
        assert not tensor.is_floating_point() or tensor.isfinite().all(), f"{key} is not finite"
    tensors = {key: tensor.detach().clone().contiguous() for key, tensor in tensors.items()}
    path = FOLDER / name
    save_file(tensors, path, metadata={"cases": json.dumps(cases, ensure_ascii=False)})
    path.chmod(0o644)  # safetensors leaves it to the owner alone
    print(f"{name}: {len(tensors)} tensors, {path.stat().st_size} bytes")
