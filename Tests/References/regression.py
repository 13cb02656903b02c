"""Least squares, ridge regression and polynomials by NumPy, in float64: regression.json.

Inputs and targets are written out, rounded to three decimals so that both sides read the same
numbers. NumPy's lstsq drops singular values of at most eps·max(M, N) times the largest, as Gradus
does; ridge regression is lstsq on rows that are added to the samples.
"""
import json
import pathlib

import numpy

FOLDER = pathlib.Path(__file__).resolve().parent
random = numpy.random.default_rng(20240501)


def rounded(array):
    return numpy.round(array, 3)


def fit(x, y, ridge, intercept):
    """Weights and intercept by lstsq, penalty as added rows, intercept by centring."""
    centre = x.mean(0) if intercept else numpy.zeros(x.shape[1])
    level = y.mean(0) if intercept else numpy.zeros(y.shape[1:])
    rows, targets = x - centre, y - level
    if ridge:
        rows = numpy.vstack([rows, ridge**0.5 * numpy.eye(x.shape[1])])
        targets = numpy.concatenate([targets, numpy.zeros((x.shape[1],) + y.shape[1:])])
    w, _, _, _ = numpy.linalg.lstsq(rows, targets, rcond=None)
    rank = int(numpy.linalg.matrix_rank(x - centre))
    return w, level - centre @ w, rank


def linear(name, x, y, ridge=0.0, intercept=True):
    w, b, rank = fit(x, y, ridge, intercept)
    return {
        "name": name, "inputs": x.tolist(), "targets": y.tolist(), "ridge": ridge,
        "intercept": intercept, "weights": w.tolist(), "offset": numpy.asarray(b).tolist(),
        "rank": rank, "error": float(((x @ w + b - y) ** 2).mean())}


def polynomial(name, x, y, degree, ridge=0.0):
    half = (x.max() - x.min()) / 2
    t = (x - (x.max() + x.min()) / 2) / half
    basis = numpy.polynomial.legendre.legvander(t, degree)
    w, b, _ = fit(basis[:, 1:], y, ridge, True)
    coefficients = numpy.concatenate([[b], w])
    places = numpy.linspace(x.min() - 0.1, x.max() + 0.1, 7)
    values = numpy.polynomial.legendre.legval((places - (x.max() + x.min()) / 2) / half, coefficients)
    if not ridge and degree < len(set(x)):
        # A second way: NumPy's own fit of the polynomial.
        own = numpy.polynomial.Legendre.fit(x, y, degree)
        assert numpy.allclose(own(places), values, rtol=1e-8, atol=1e-8)
    return {
        "name": name, "inputs": x.tolist(), "targets": y.tolist(), "degree": degree,
        "ridge": ridge, "coefficients": coefficients.tolist(), "places": places.tolist(),
        "values": values.tolist(), "error": float((
            (numpy.polynomial.legendre.legval(t, coefficients) - y) ** 2).mean())}


x = rounded(random.normal(size=(12, 3)))
y = rounded(x @ [1.5, -2, 0.5] + 3 + 0.1 * random.normal(size=12))
several = rounded(numpy.stack([y, -2 * y + random.normal(size=12)], 1))
wide = rounded(random.normal(size=(4, 7)))
wide_targets = rounded(random.normal(size=4))
dependent = numpy.concatenate([x, x[:, :1] + x[:, 1:2], numpy.zeros((12, 1))], 1)
line = rounded(numpy.linspace(-3, 5, 15) + 0.1 * random.normal(size=15))
curve = rounded(numpy.sin(line) + 0.1 * random.normal(size=15))

cases = {
    "linear": [
        linear("plain", x, y),
        linear("without intercept", x, y, intercept=False),
        linear("ridge", x, y, ridge=2.5),
        linear("ridge without intercept", x, y, ridge=0.3, intercept=False),
        linear("several targets", x, several),
        linear("several targets, ridge", x, several, ridge=1.0),
        linear("fewer samples than inputs", wide, wide_targets),
        linear("fewer samples than inputs, without intercept", wide, wide_targets, intercept=False),
        linear("dependent inputs", dependent, y),
        linear("dependent inputs, ridge", dependent, y, ridge=0.7),
    ],
    "polynomial": [
        polynomial("constant", line, curve, 0),
        polynomial("line", line, curve, 1),
        polynomial("degree 4", line, curve, 4),
        polynomial("degree 9", line, curve, 9),
        polynomial("degree 9, ridge", line, curve, 9, ridge=0.05),
        polynomial("through all samples", line, curve, 14),
        polynomial("more coefficients than samples", line, curve, 20),
    ],
}
path = FOLDER / "regression.json"
path.write_text(json.dumps(cases, indent=1) + "\n")
print(f"{path.name}: {path.stat().st_size} bytes")
