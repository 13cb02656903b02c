"""Arrays as NumPy prints them: `printing.json`, a list of cases.

Each has a name, dtype, shape, the elements as text that reads back as the same number (or `range`,
the whole numbers from 0), NumPy's options where they are not the defaults, and the text.
"""
import json
import math
import pathlib

import numpy

FOLDER = pathlib.Path(__file__).resolve().parent
cases = []


def add(name, array, **options):
    array = numpy.asarray(array)
    case = {"name": name, "dtype": str(array.dtype), "shape": list(array.shape)}
    flat = array.reshape(-1)
    if flat.size > 200:
        assert (flat == numpy.arange(flat.size, dtype=array.dtype)).all(), name
        case["range"] = flat.size
    else:
        case["elements"] = [repr(element) for element in flat.tolist()]
    case["options"] = options
    with numpy.printoptions(**options):
        case["text"] = str(array)
    cases.append(case)


def splitmix(seed, count):
    """Numbers in [0, 1) from the generator of references.py."""
    state, numbers = seed, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        z = state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        numbers.append(((z ^ (z >> 31)) >> 11) * 2.0**-53)
    return numbers


floats = [numpy.float64, numpy.float32, numpy.float16]
nan, inf = math.nan, math.inf

for kind in floats:
    short = numpy.dtype(kind).name

    def of(numbers):
        return numpy.array(numbers, dtype=kind)

    for text, number in [
        ("zero", 0.0), ("minus zero", -0.0), ("one", 1.0), ("tenth", 0.1), ("third", 1 / 3),
        ("small", 1e-4), ("smaller", 9.99e-5), ("tiny", 6e-8), ("large", 60000.0), ("nan", nan),
        ("inf", inf), ("minus inf", -inf), ("pi", math.pi), ("minus e", -math.e),
    ]:
        add(f"{short} scalar {text}", of(number))
    add(f"{short} empty", numpy.zeros((0,), kind))
    add(f"{short} empty rows", numpy.zeros((2, 0), kind))
    add(f"{short} vector", of([1, 2.5, -3]))
    add(f"{short} whole", of([1, 2, 3]))
    add(f"{short} zeros", of([[0, 0], [0, -0.0]]))
    add(f"{short} matrix", of([[1, 2.25], [-10, 100]]))
    add(f"{short} cube", of([[[1, 2], [3, 4]], [[5, 6], [7, 8.5]]]))
    add(f"{short} four axes", numpy.arange(16, dtype=kind).reshape(2, 2, 2, 2))
    add(f"{short} thirds", of([1 / 3, 2 / 3, 1]))
    add(f"{short} wide range", of([0.001, 1, 1000]))
    add(f"{short} too wide", of([0.001, 1, 1001]))
    add(f"{short} small", of([0.0001, 0.0002]))
    add(f"{short} smaller", of([0.00009, 0.1]))
    add(f"{short} at the limit", of([999, 1000, 1001]))
    add(f"{short} exponents", of([1e-7, -2.5e-3, 3]))
    add(f"{short} not finite", of([1.5, nan, inf, -inf]))
    add(f"{short} nan and inf", of([1, nan, inf]))
    add(f"{short} only nan", of([nan, nan]))
    add(f"{short} only minus inf", of([-inf, nan]))
    add(f"{short} not finite, exponents", of([1e-5, nan, -inf, 1]))
    add(f"{short} lines", of(splitmix(1, 30)))
    add(f"{short} lines of both signs", of([2 * x - 1 for x in splitmix(2, 24)]).reshape(2, 12))
    add(f"{short} logarithmic", of([10 ** (8 * x - 4) for x in splitmix(3, 20)]))
    for precision in [0, 1, 2, 3, 4, 12]:
        add(f"{short} precision {precision}", of([1 / 3, -22 / 7, 12.5]), precision=precision)
        add(f"{short} exponents, precision {precision}", of([1e-5 / 3, 22 / 7]), precision=precision)
    # Ties, which the exact value decides and where it does not the even digit.
    add(f"{short} ties", of([0.125, 0.375, 0.625, 2.5, 3.5]), precision=2)
    add(f"{short} ties to whole", of([0.5, 1.5, 2.5, -0.5]), precision=0)
    add(f"{short} no ties", of([1.005, 1.015, 1.025, 0.145]), precision=2)
    add(f"{short} rounded up", of([9.9996, 99.9996]), precision=3)
    add(f"{short} rounded to nothing", of([0.004, 1]), precision=2)
    add(f"{short} half of the last digit", of([0.005, 1]), precision=2)

add("float64 ninth digit", numpy.array([0.123456785, 0.123456775, 1.000000005]))
add("float64 extremes", numpy.array([5e-324, 1.7976931348623157e308]))
add("float64 hundreds of exponents", numpy.array([1e-100, 1e100, -1.5]))
add("float64 below 1e8", numpy.array([99999999.0, 1.0e5]))
add("float64 from 1e8", numpy.array([1e8, 1e5]))
add("float64 scalar 1e16", numpy.array(1e16))
add("float64 scalar below 1e16", numpy.array(9999999999999998.0))
add("float64 scalar 1.5e300", numpy.array(1.5e300))
add("float32 below 1e6", numpy.array([999999, 1000.5], numpy.float32))
add("float32 from 1e6", numpy.array([1e6, 1000.5], numpy.float32))
add("float32 scalar 123456789", numpy.array(123456789, numpy.float32))
add("float32 extremes", numpy.array([1e-45, 3.4028235e38], numpy.float32))
add("float16 extremes", numpy.array([6e-8, 65504], numpy.float16))

for kind in [numpy.int32, numpy.int64, numpy.uint8]:
    short = numpy.dtype(kind).name
    low, high = (0, 255) if kind is numpy.uint8 else (-12345, 678)
    add(f"{short} scalar", numpy.array(high, kind))
    add(f"{short} vector", numpy.array([low, 7, high], kind))
    add(f"{short} matrix", numpy.arange(12, dtype=kind).reshape(3, 4))
    add(f"{short} lines", numpy.arange(100, dtype=kind))
    add(f"{short} empty", numpy.zeros((0, 3), kind))
add("int64 extremes", numpy.array([-(2**63), 2**63 - 1]))
add("bool scalars", numpy.array(True))
add("bool scalar false", numpy.array(False))
add("bool vector", numpy.array([True, False]))
add("bool matrix", numpy.array([[True, True], [False, True]]))
add("bool lines", numpy.array([True, False, True] * 10))

for kind in [numpy.float64, numpy.float32, numpy.int32]:
    short = numpy.dtype(kind).name
    many = numpy.arange(10000, dtype=kind)
    add(f"{short} 1000", many[:1000])
    add(f"{short} 1001", many[:1001])
    add(f"{short} rows left out", many[:3000].reshape(300, 10))
    add(f"{short} rows kept", many[:3000].reshape(6, 500))
    add(f"{short} seven rows", many[:3500].reshape(7, 500))
    add(f"{short} cube", many.reshape(10, 10, 100))
    add(f"{short} four axes", many.reshape(10, 10, 10, 10))
    add(f"{short} thin", many[:2000].reshape(2000, 1))
    add(f"{short} edges of 1", many[:2000].reshape(2, 1000), edgeitems=1)
    add(f"{short} threshold", many[:20].reshape(2, 10), threshold=10)
    add(f"{short} threshold 0", many[:4], threshold=0)
    add(f"{short} narrow", many[:12].reshape(2, 6), linewidth=10)
    add(f"{short} narrower than an element", many[:4], linewidth=1)
    add(f"{short} wide", many[:100], linewidth=200)
    add(f"{short} narrow, left out", many[:2000], linewidth=12)

path = FOLDER / "printing.json"
lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
path.write_text("[\n" + lines + "\n]\n")
print(f"{path.name}: {len(cases)} cases, {path.stat().st_size} bytes, NumPy {numpy.__version__}")
