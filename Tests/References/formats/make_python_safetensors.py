"""Writes python.safetensors: every element type that Gradus reads, by the official library.

Made with Python 3.11, numpy 2.4.6 and safetensors 0.8.0:
    python3 -m venv venv && venv/bin/pip install numpy safetensors
    venv/bin/python make_python_safetensors.py
"""

import pathlib

import numpy as np
from safetensors import TensorSpec, serialize

arrays = {
    "layer1.0.conv1.weight": np.arange(-6, 6, dtype=np.float32).reshape(2, 2, 3) / 4,
    "double": np.array([[1 / 3, -2.5e-300], [1e300, 0.0]], dtype=np.float64),
    "half": np.array([1.0, -0.333251953125, 65504.0, 5.960464477539063e-08], dtype=np.float16),
    "counts": np.array([-(2**63), -1, 0, 2**63 - 1], dtype=np.int64),
    "labels": np.array([-(2**31), 7, 2**31 - 1], dtype=np.int32),
    "pixels": np.arange(5, dtype=np.uint8) * 60,
    "mask": np.array([True, False, True]),
    "scalar": np.array(2.75, dtype=np.float32),
    "empty": np.zeros((0, 3), dtype=np.float32),
    "größe 尺寸": np.array([1.5], dtype=np.float32),
}
# numpy has no bfloat16: the upper halves of the floats 1, -2.5 and 3.140625
arrays["brain"] = np.array([0x3F80, 0xC020, 0x4049], dtype=np.uint16)
# a type that Gradus has not, so that the message for it is tested on a real file
arrays["short"] = np.array([1, 2], dtype=np.int16)
entries = {
    name: TensorSpec(
        dtype="bfloat16" if name == "brain" else str(array.dtype),
        shape=array.shape,
        data_ptr=array.ctypes.data,
        data_len=array.nbytes,
    )
    for name, array in arrays.items()
}
target = pathlib.Path(__file__).with_name("python.safetensors")
target.write_bytes(serialize(entries, {"made by": "safetensors 0.8.0", "note": "ü"}))
print(target.stat().st_size, "bytes")
