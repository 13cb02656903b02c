#!/usr/bin/env python3
"""Random expressions of scalars, vectors and matrices with PyTorch's values and gradients, float64.

    explain_expressions.py SEED > explain-expressions.json

A JSON list; each entry has `problem` (a problem file of kind expression), `value` and `gradients`.
"""
import json
import random
import sys

import torch

torch.set_default_dtype(torch.float64)
r = random.Random(int(sys.argv[1]))
FUNCTIONS = {
    "exp": torch.exp, "sin": torch.sin, "cos": torch.cos, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
    "relu": torch.relu, "abs": torch.abs}


def number():
    value = 0
    while value == 0:
        value = r.randint(-15, 15) / 10
    return value


def scalar(depth, names):
    """Text and a function of a dictionary of tensors."""
    if depth == 0 or r.random() < 0.15:
        if r.random() < 0.2:
            constant = r.choice([2.0, 0.5, 3.0])
            return repr(constant), lambda v: torch.tensor(constant)
        name = r.choice(names)
        return name, lambda v: v[name]
    kind = r.randrange(5)
    a, f = scalar(depth - 1, names)
    if kind == 0:
        name = r.choice(list(FUNCTIONS))
        return f"{name}({a})", lambda v: FUNCTIONS[name](f(v))
    if kind == 1:
        return f"({a}) ^ 2", lambda v: f(v) ** 2
    b, g = scalar(depth - 1, names)
    if kind == 2:
        name = r.choice(["max", "min"])
        chosen = torch.maximum if name == "max" else torch.minimum
        return f"{name}({a}, {b})", lambda v: chosen(f(v), g(v))
    if kind == 3:
        return f"({a}) / (1 + exp({b}))", lambda v: f(v) / (1 + torch.exp(g(v)))
    sign = r.choice("+-*")
    return f"({a}) {sign} ({b})", lambda v: f(v) + g(v) if sign == "+" else f(v) - g(v) if sign == "-" else f(v) * g(v)


def arrays():
    n, m = r.randint(1, 3), r.randint(1, 3)
    at = {"W": [[number() for _ in range(n)] for _ in range(m)], "x": [number() for _ in range(n)],
          "b": [number() for _ in range(m)]}
    name = r.choice(["tanh", "sigmoid", "relu", "sin"])
    outer = r.choice(["sum", "norm", "mean", "dot"])
    inner = f"{name}(matmul(W, x) + b)"

    def value(v):
        h = FUNCTIONS[name](v["W"] @ v["x"] + v["b"])
        return {"sum": h.sum(), "norm": (h ** 2).sum().sqrt(), "mean": h.mean(), "dot": h @ v["b"]}[outer]
    return f"{outer}({inner}, b)" if outer == "dot" else f"{outer}({inner} ^ 2)" if outer != "norm" else f"norm({inner})", \
        (lambda v: (FUNCTIONS[name](v["W"] @ v["x"] + v["b"]) ** 2).sum()) if outer == "sum" else \
        (lambda v: (FUNCTIONS[name](v["W"] @ v["x"] + v["b"]) ** 2).mean()) if outer == "mean" else value, at


entries = []
while len(entries) < 60:
    if len(entries) % 3 == 2:
        text, function, at = arrays()
    else:
        names = ["x", "y", "z"][: r.randint(1, 3)]
        at = {name: number() for name in names}
        text, function = scalar(3, names)
    variables = {k: torch.tensor(v, requires_grad=True) for k, v in at.items()}
    value = function(variables)
    used = {k for k in at if k in text}
    if not value.requires_grad or not torch.isfinite(value) or len(text) > 200:
        continue
    if text in at or abs(value.item()) < 1e-6:
        continue
    gradients = torch.autograd.grad(value, [variables[k] for k in used], allow_unused=True)
    if any(g is None or not torch.isfinite(g).all() for g in gradients):
        continue
    # Only points where the function has a derivative: nudged in any direction, it changes smoothly.
    smooth = True
    for k in used:
        for sign in (1, -1):
            moved = {n: (t.detach() + (1e-6 * sign if n == k else 0)).requires_grad_() for n, t in variables.items()}
            other = torch.autograd.grad(function(moved), [moved[n] for n in used])
            smooth &= all((a - b).abs().max() < 1e-3 for a, b in zip(gradients, other))
    if not smooth:
        continue
    entries.append({
        "problem": {"kind": "expression", "expression": text, "at": {k: at[k] for k in sorted(used)}},
        "value": value.item(), "gradients": {k: g.tolist() for k, g in zip(used, gradients)}})
print("[" + ",\n".join(json.dumps(e, separators=(",", ":")) for e in entries) + "]")
