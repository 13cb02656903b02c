#!/usr/bin/env python3
"""Random small networks worked out by PyTorch in float64, for the tests of `gradus explain`.

    explain_networks.py COUNT SEED > explain-networks.json

A JSON list; each entry has `problem` (a problem file of kind network), `convention`, and for each
iteration `loss`, `gradients` of the data's loss by parameter path (taken where the optimizer takes
them) and `parameters` after the update.
"""
import json
import random
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def activation(name, z):
    if name == "leaky-relu":
        return F.leaky_relu(z, 0.1)
    return {
        "identity": lambda t: t, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu,
        "softmax": lambda t: torch.softmax(t, -1)}[name](z)


def loss_of(name, prediction, target):
    n = target.shape[0]
    if name == "half-squared-error":
        return 0.5 * ((prediction - target) ** 2).sum() / n
    if name == "mean-squared-error":
        return F.mse_loss(prediction, target)
    if name == "cross-entropy":
        return -(target * torch.log(prediction)).sum() / n
    return F.binary_cross_entropy(prediction, target)


def number(r, low=-9, high=9):
    while True:
        value = r.randint(low, high) / 10
        if value != 0:
            return value


def make(r):
    depth, samples = r.randint(1, 3), r.randint(1, 3)
    sizes = [r.randint(1, 4) for _ in range(depth + 1)]
    hidden = ["identity", "sigmoid", "tanh", "relu", "leaky-relu"]
    loss = r.choice(["half-squared-error", "mean-squared-error", "cross-entropy", "binary-cross-entropy"])
    if loss == "cross-entropy":
        sizes[-1] = max(2, sizes[-1])
        last = "softmax"
    elif loss == "binary-cross-entropy":
        last = "sigmoid"
    else:
        last = r.choice(hidden + ["softmax"])
    layers = []
    for i in range(depth):
        name = last if i == depth - 1 else r.choice(hidden)
        layer = {"weight": [[number(r) for _ in range(sizes[i])] for _ in range(sizes[i + 1])]}
        if r.random() < 0.7:
            layer["bias"] = [number(r) for _ in range(sizes[i + 1])]
        layer["activation"] = {"leaky-relu": 0.1} if name == "leaky-relu" else name
        layers.append({"dense": layer})
    if loss == "cross-entropy":
        target = [[1.0 if k == c else 0.0 for k in range(sizes[-1])]
                  for c in (r.randrange(sizes[-1]) for _ in range(samples))]
    elif loss == "binary-cross-entropy":
        target = [[float(r.randint(0, 1)) for _ in range(sizes[-1])] for _ in range(samples)]
    else:
        target = [[number(r) for _ in range(sizes[-1])] for _ in range(samples)]
    rate = r.choice([0.05, 0.1, 0.5])
    rule = r.choice(["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"])
    optimizer = {"name": rule, "learning-rate": rate}
    if rule in ("momentum", "nesterov"):
        optimizer["momentum"] = r.choice([0.5, 0.9])
    if rule == "rmsprop":
        optimizer.update(decay=0.9, epsilon=1e-8)
    if rule == "adagrad":
        optimizer.update(epsilon=1e-10)
    problem = {
        "kind": "network",
        "input": [[number(r, -20, 20) for _ in range(sizes[0])] for _ in range(samples)],
        "target": target, "layers": layers, "loss": loss, "optimizer": optimizer,
        "iterations": r.randint(1, 3)}
    penalties = []
    for i in range(depth):
        if r.random() < 0.4:
            penalty = {"parameter": f"layers.{i}.weight"}
            kind = r.choice(["l1", "l2", "both"])
            if kind != "l2":
                penalty["l1"] = r.choice([0.01, 0.1])
            if kind != "l1":
                penalty["l2"] = r.choice([0.01, 0.1])
            penalties.append(penalty)
    if penalties:
        problem["regularization"] = penalties
    convention = r.choice(["course", "pytorch"])
    return problem, convention


def work_out(problem, convention):
    x, y = torch.tensor(problem["input"]), torch.tensor(problem["target"])
    parameters = {}
    for i, layer in enumerate(problem["layers"]):
        dense = layer["dense"]
        parameters[f"layers.{i}.weight"] = torch.tensor(dense["weight"], requires_grad=True)
        if "bias" in dense:
            parameters[f"layers.{i}.bias"] = torch.tensor(dense["bias"], requires_grad=True)

    def forward():
        a = x
        for i, layer in enumerate(problem["layers"]):
            z = F.linear(a, parameters[f"layers.{i}.weight"], parameters.get(f"layers.{i}.bias"))
            name = layer["dense"]["activation"]
            a = activation("leaky-relu" if isinstance(name, dict) else name, z)
        return loss_of(problem["loss"], a, y)

    def penalty():
        total = torch.zeros(())
        for p in problem.get("regularization", []):
            w = parameters[p["parameter"]]
            total = total + p.get("l1", 0) * w.abs().sum() + p.get("l2", 0) / 2 * (w ** 2).sum()
        return total

    o = problem["optimizer"]
    rate, values = o["learning-rate"], list(parameters.values())
    course_nesterov = o["name"] == "nesterov" and convention == "course"
    optimizer = {
        "sgd": lambda: torch.optim.SGD(values, rate),
        "momentum": lambda: torch.optim.SGD(values, rate, momentum=o["momentum"]),
        "nesterov": lambda: torch.optim.SGD(values, rate, momentum=o["momentum"], nesterov=True),
        "adagrad": lambda: torch.optim.Adagrad(values, rate, eps=o["epsilon"]),
        "rmsprop": lambda: torch.optim.RMSprop(values, rate, alpha=o["decay"], eps=o["epsilon"]),
        "adam": lambda: torch.optim.Adam(values, rate),
    }[o["name"]]()
    velocity = {k: torch.zeros_like(p) for k, p in parameters.items()}
    iterations = []
    for _ in range(problem["iterations"]):
        base = {k: p.detach().clone() for k, p in parameters.items()}
        if course_nesterov:
            with torch.no_grad():
                for k, p in parameters.items():
                    p += o["momentum"] * velocity[k]
        loss = forward()
        data = dict(zip(parameters, torch.autograd.grad(loss, values)))
        if course_nesterov:
            # The penalties' gradients are those at the parameters themselves.
            with torch.no_grad():
                for k, p in parameters.items():
                    p.copy_(base[k])
        optimizer.zero_grad()
        extra = penalty()
        if extra.requires_grad:
            extra.backward()
        for k, p in parameters.items():
            p.grad = data[k] + (p.grad if p.grad is not None else 0)
        if course_nesterov:
            with torch.no_grad():
                for k, p in parameters.items():
                    velocity[k] = o["momentum"] * velocity[k] - rate * p.grad
                    p += velocity[k]
        else:
            optimizer.step()
        iterations.append({
            "loss": loss.item(),
            "gradients": {k: g.tolist() for k, g in data.items()},
            "parameters": {k: p.detach().tolist() for k, p in parameters.items()}})
    return iterations


def main():
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    r, entries = random.Random(seed), []
    while len(entries) < count:
        problem, convention = make(r)
        iterations = work_out(problem, convention)
        numbers = json.dumps(iterations)
        if "NaN" in numbers or "Infinity" in numbers:
            continue
        entries.append({"problem": problem, "convention": convention, "iterations": iterations})
    print("[" + ",\n".join(json.dumps(e, separators=(",", ":")) for e in entries) + "]")


main()
