"""Writes numpy.npz and numpy-compressed.npz: every element type that Gradus reads, by NumPy.

Made with Python 3.11 and numpy 2.4.6; ZIP archives carry no date where NumPy writes them.
"""

import pathlib

import numpy as np

arrays = {
    "weights": np.arange(-6, 6, dtype=np.float32).reshape(2, 2, 3) / 4,
    "double": np.array([[1 / 3, -2.5e-300], [1e300, 0.0]]),
    "half": np.array([1.0, -0.333251953125, 65504.0], dtype=np.float16),
    "counts": np.array([-(2**63), -1, 2**63 - 1], dtype=np.int64),
    "labels": np.array([-(2**31), 7, 2**31 - 1], dtype=np.int32),
    "pixels": (np.arange(200) % 7).astype(np.uint8).reshape(20, 10),
    "mask": np.array([True, False, True]),
    "scalar": np.array(2.75, dtype=np.float32),
    "empty": np.zeros((0, 3), dtype=np.float32),
    "fortran": np.asfortranarray(np.arange(6, dtype=np.float64).reshape(2, 3)),
    "big": np.arange(4, dtype=">i4"),
}
folder = pathlib.Path(__file__).parent
np.savez(folder / "numpy.npz", **arrays)
np.savez_compressed(folder / "numpy-compressed.npz", **arrays)
