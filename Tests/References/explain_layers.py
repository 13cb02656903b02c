#!/usr/bin/env python3
"""Random small softmax, convolution, pooling, batch-norm and dropout problems by PyTorch, float64.

    explain_layers.py SEED > explain-layers.json

A JSON list; each entry has `problem` (a problem file) and `results`, arrays by the names that
`gradus explain --format json` gives them.
"""
import json
import random
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
r = random.Random(int(sys.argv[1]))


def number(low=-20, high=20):
    return r.randint(low, high) / 10


def array(*shape):
    if len(shape) == 1:
        return [number() for _ in range(shape[0])]
    return [array(*shape[1:]) for _ in range(shape[0])]


def softmax():
    n, k = r.randint(1, 3), r.randint(2, 5)
    z = array(n, k)
    target = [[1.0 if i == c else 0.0 for i in range(k)] for c in (r.randrange(k) for _ in range(n))]
    x = torch.tensor(z, requires_grad=True)
    loss = F.cross_entropy(x, torch.tensor(target))
    loss.backward()
    jacobian = torch.autograd.functional.jacobian(lambda t: torch.softmax(t, 0), torch.tensor(z[0]))
    return ({"kind": "softmax", "logits": z, "target": target},
            {"probabilities": torch.softmax(x, 1), "loss": loss, "gradient": x.grad, "jacobian": jacobian})


def convolution():
    c, f, k = r.randint(1, 2), r.randint(1, 2), r.randint(1, 3)
    h, w = r.randint(3, 5), r.randint(3, 5)
    stride, padding, dilation = r.randint(1, 2), r.randint(0, 2), r.randint(1, 2)
    if (k - 1) * dilation + 1 > min(h, w) + 2 * padding:
        return convolution()
    problem = {"kind": "convolution", "input": array(c, h, w), "kernel": array(f, c, k, k),
               "stride": stride, "padding": padding, "dilation": dilation}
    x = torch.tensor([problem["input"]], requires_grad=True)
    weight = torch.tensor(problem["kernel"], requires_grad=True)
    bias = None
    if r.random() < 0.5:
        problem["bias"] = array(f)
        bias = torch.tensor(problem["bias"], requires_grad=True)
    y = F.conv2d(x, weight, bias, stride, padding, dilation)
    if y.numel() > 60:
        return convolution()
    problem["upstream"] = array(*y.shape[1:])
    y.backward(torch.tensor([problem["upstream"]]))
    results = {"output": y[0], "input_gradient": x.grad[0], "kernel_gradient": weight.grad}
    if bias is not None:
        results["bias_gradient"] = bias.grad
    return problem, results


def pooling():
    mode, c = r.choice(["max", "average"]), r.randint(1, 2)
    h, w, window, stride = r.randint(3, 5), r.randint(3, 5), r.randint(1, 3), r.randint(1, 2)
    problem = {"kind": "pooling", "mode": mode, "window": window, "stride": stride}
    values = list(range(c * h * w))
    r.shuffle(values)  # no ties
    flat = [v / 10 for v in values]
    problem["input"] = torch.tensor(flat).reshape(c, h, w).tolist()
    x = torch.tensor([problem["input"]], requires_grad=True)
    y = (F.max_pool2d if mode == "max" else F.avg_pool2d)(x, window, stride)
    problem["upstream"] = array(*y.shape[1:])
    y.backward(torch.tensor([problem["upstream"]]))
    return problem, {"output": y[0], "input_gradient": x.grad[0]}


def batch_norm():
    n, u = r.randint(2, 5), r.randint(1, 3)
    problem = {"kind": "batch-norm", "input": array(n, u), "scale": array(u), "shift": array(u),
               "epsilon": r.choice([1e-5, 1e-3]), "momentum": r.choice([0.1, 0.3]),
               "upstream": array(n, u), "test": array(u)}
    z = torch.tensor(problem["input"], requires_grad=True)
    g = torch.tensor(problem["scale"], requires_grad=True)
    b = torch.tensor(problem["shift"], requires_grad=True)
    mean, variance = torch.zeros(u), torch.ones(u)
    y = F.batch_norm(z, mean, variance, g, b, True, problem["momentum"], problem["epsilon"])
    y.backward(torch.tensor(problem["upstream"]))
    test = F.batch_norm(torch.tensor([problem["test"]]), mean, variance, g, b, False, 0.0, problem["epsilon"])
    return problem, {
        "output": y, "input_gradient": z.grad, "scale_gradient": g.grad, "shift_gradient": b.grad,
        "running_mean": mean, "running_variance": variance, "test_output": test}


def dropout():
    n = r.randint(1, 6)
    problem = {"kind": "dropout", "activations": array(n), "mask": [float(r.randint(0, 1)) for _ in range(n)],
               "keep": r.choice([0.5, 0.8])}
    a, m, p = torch.tensor(problem["activations"]), torch.tensor(problem["mask"]), problem["keep"]
    return problem, {"training": a * m, "test": a * p, "inverted": a * m / p}


entries = []
for make in (softmax, convolution, pooling, batch_norm, dropout):
    for _ in range(20):
        problem, results = make()
        entries.append({"problem": problem, "results": {k: v.detach().tolist() for k, v in results.items()}})
print("[" + ",\n".join(json.dumps(e, separators=(",", ":")) for e in entries) + "]")
