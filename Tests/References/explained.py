"""Problems of `gradus explain` with the numbers that PyTorch makes of them: `explained.json`.

A list of cases, each with the kind, the problem as its file would have it, the convention, and the
results by the names under which the solution's JSON has them. PyTorch's own layers and optimizers
where it has them in the form asked for (nn.RNN, nn.LSTM, nn.GRU, scaled_dot_product_attention,
torch.optim), its autograd on the formulas written out elsewhere, NumPy for positional encodings.
All in float64; random numbers with one digit after the point from splitmix64.
"""
import json
import math

import numpy
import torch
from torch import nn

from references import FOLDER, uniform

torch.set_default_dtype(torch.float64)
cases = []
stream = 7000


def draw(*shape):
    """Numbers from -1.5 to 1.5 with one digit after the point."""
    global stream
    stream += 1
    return torch.round((uniform(stream, shape) * 3 - 1.5) * 10) / 10


def choose(*options):
    global stream
    stream += 1
    return options[int(uniform(stream, (1,)).item() * len(options))]


def listed(value):
    if isinstance(value, dict):
        return {key: listed(part) for key, part in value.items()}
    return value.detach().tolist() if torch.is_tensor(value) else value


def add(kind, problem, results, convention="course"):
    cases.append({
        "kind": kind, "convention": convention, "problem": {"kind": kind} | listed(problem),
        "results": listed(results),
    })


def gradients(loss, named):
    loss.backward()
    return {
        "gradient." + name: torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
        for name, leaf in named.items()
    }


# Attention

for index in range(28):
    heads = choose(1, 1, 2)
    n, width = choose(1, 2, 3), heads * choose(1, 2)
    projected = index % 2 == 0
    m = n if projected else choose(2, 3)
    score = ["scaled", "dot", "additive", "linear"][index // 2 % 4]
    values = heads * choose(1, 2)
    leaves, problem = {}, {"score": score, "heads": heads}
    if projected:
        d = choose(2, 3)
        leaves |= {
            "inputs": draw(n, d), "W_Q": draw(d, width), "W_K": draw(d, width),
            "W_V": draw(d, values),
        }
    else:
        leaves |= {"queries": draw(n, width), "keys": draw(m, width)}
        if index % 4 == 1:
            leaves["values"] = draw(m, values)
        else:
            values = width
    size = width // heads
    if score == "additive":
        leaves |= {"w_q": draw(size, 2), "w_k": draw(size, 2), "v": draw(2)}
        problem["score"] = {"additive": {key: leaves[key] for key in ["w_q", "w_k", "v"]}}
    if score == "linear":
        leaves |= {"w_q": draw(size), "w_k": draw(size), "b": draw(1)[0]}
        problem["score"] = {"linear": {key: leaves[key] for key in ["w_q", "w_k", "b"]}}
    visible = torch.ones(n, m, dtype=torch.bool)
    if projected and index % 3 == 0:
        problem["mask"] = "causal"
        visible = visible.tril()
    elif index % 3 == 1:
        visible = draw(n, m) > -0.5
        visible[:, 0] = True
        problem["mask"] = visible.int()
    outputs = values
    if index % 5 < 2:
        outputs = 2
        leaves["W_O"] = draw(values, outputs)
    problem |= {key: leaf for key, leaf in leaves.items() if key not in ["w_q", "w_k", "v", "b"]}
    problem = listed(problem)
    for leaf in leaves.values():
        leaf.requires_grad_()
    q = leaves["inputs"] @ leaves["W_Q"] if projected else leaves["queries"]
    k = leaves["inputs"] @ leaves["W_K"] if projected else leaves["keys"]
    v = leaves["inputs"] @ leaves["W_V"] if projected else leaves.get("values", k)
    contexts, results = [], {}
    for head in range(heads):
        qh, kh, vh = (part.chunk(heads, 1)[head] for part in (q, k, v))
        if score == "additive":
            e = torch.tanh((qh @ leaves["w_q"])[:, None] + (kh @ leaves["w_k"])[None]) @ leaves["v"]
        elif score == "linear":
            e = (qh @ leaves["w_q"])[:, None] + (kh @ leaves["w_k"])[None] + leaves["b"]
        else:
            e = qh @ kh.T / (math.sqrt(size) if score == "scaled" else 1)
        mark = f".{head + 1}" if heads > 1 else ""
        a = torch.softmax(e.masked_fill(~visible, -math.inf), 1)
        results |= {"scores" + mark: e, "weights" + mark: a}
        if score == "scaled":
            c = nn.functional.scaled_dot_product_attention(
                qh[None], kh[None], vh[None], attn_mask=visible[None])[0]
        else:
            c = a @ vh
        contexts.append(c)
    context = torch.cat(contexts, 1)
    output = context @ leaves["W_O"] if "W_O" in leaves else context
    if index % 2:
        target = draw(n, outputs)
        problem["loss"] = {"half-squared-error": target.tolist()}
        loss = 0.5 * (output - target).square().sum()
    else:
        problem["loss"] = "sum"
        loss = output.sum()
    results |= {"context": context, "loss": loss} | gradients(loss, leaves)
    add("attention", problem, results)


# Recurrent networks

def readout(problem, units, steps, index):
    """W_hy, b_y, targets and the loss of the states by step."""
    leaves = {}
    outputs = units
    if index % 3 or units == 1 and index % 4 == 3:
        outputs = choose(1, 2) if index % 4 != 3 else 2
        leaves["W_hy"] = draw(outputs, units)
        if index % 2:
            leaves["b_y"] = draw(outputs)
    rows = choose(1, steps)
    if index % 4 == 3 and outputs > 1:
        problem["loss"] = "cross-entropy"
        target = nn.functional.one_hot((draw(rows) > 0).long(), outputs).double()
    else:
        target = draw(rows, outputs)
    problem |= {"target": target} | {key: leaf.clone() for key, leaf in leaves.items()}

    def loss(states):
        total = 0
        for h, y in zip(states[-rows:], target):
            o = leaves["W_hy"] @ h if "W_hy" in leaves else h
            o = o + leaves["b_y"] if "b_y" in leaves else o
            if "loss" in problem:
                total = total + nn.functional.cross_entropy(o, y)
            else:
                total = total + 0.5 * (o - y).square().sum()
        return total

    return leaves, rows, loss


def cut(rows, steps, window):
    """After which steps the state is detached."""
    if rows == 1:
        return [steps - window] if window < steps else []
    return list(range(window, steps, window))


def run(step, x, state, cuts=()):
    """The states of every step; `step` maps an input and a tuple of states to the next."""
    states = []
    for t, row in enumerate(x):
        if t in cuts:
            state = tuple(part.detach() for part in state)
        state = step(row, state)
        states.append(state)
    return states


def clear(leaves):
    for leaf in leaves.values():
        leaf.grad = None
        leaf.requires_grad_()


def recurrent(kind, index, leaves, module, step, state, x, problem, named, convention="course"):
    """One case; `module` runs PyTorch's own layer where it has this form."""
    steps, units = len(x), len(state[0])
    own, rows, loss = readout(problem, units, steps, index)
    clear(leaves | own | named)
    states = run(step, x, tuple(named.values()))
    if module is not None:
        found = module(x, tuple(named.values()))
        assert (found - torch.stack([s[0] for s in states])).abs().max() < 1e-12
        hidden = list(found)
    else:
        hidden = [s[0] for s in states]
    total = loss(hidden)
    results = {"h": torch.stack(hidden), "loss": total}
    if len(state) > 1:
        results["c"] = torch.stack([s[1] for s in states])
    results |= gradients(total, leaves | own | named)
    results = listed(results)
    if index % 2 == 0 and steps > 1:
        window = choose(1, 2)
        problem["truncation"] = window
        cuts = cut(rows, steps, window)
        if cuts:
            clear(leaves | own | named)
            loss([s[0] for s in run(step, x, tuple(named.values()), cuts)]).backward()
            results |= {"truncated." + key: leaf.grad for key, leaf in (leaves | own).items()}
    add(kind, problem, results, convention)


for index in range(24):
    units, width, steps = choose(1, 2, 3), choose(1, 2), choose(1, 2, 3, 4)
    x, h0 = draw(steps, width), draw(units)
    leaves = {"W_xh": draw(units, width), "W_hh": draw(units, units), "b_h": draw(units)}
    activation = ["tanh", "relu"][index % 5 == 4]
    problem = listed({"inputs": x, "h0": h0, "activation": activation} | leaves)
    layer = nn.RNN(width, units, nonlinearity=activation)

    def module(x, state):
        values = {
            "weight_ih_l0": leaves["W_xh"], "weight_hh_l0": leaves["W_hh"],
            "bias_ih_l0": leaves["b_h"], "bias_hh_l0": torch.zeros(units),
        }
        return torch.func.functional_call(layer, values, (x, state[0][None]))[0]

    function = torch.tanh if activation == "tanh" else torch.relu
    recurrent(
        "rnn", index, leaves, module,
        lambda row, s: (function(leaves["W_xh"] @ row + leaves["W_hh"] @ s[0] + leaves["b_h"]),),
        (h0,), x, problem, {"h0": h0})


def gates(letters, units, width):
    leaves = {}
    for letter in letters:
        leaves |= {
            f"W_{letter}": draw(units, width), f"U_{letter}": draw(units, units),
            f"b_{letter}": draw(units),
        }
    given = {
        letter: {part: leaves[f"{part}_{letter}"].clone() for part in "WUb"} for letter in letters
    }
    return leaves, given


def stacked(leaves, letters):
    return tuple(torch.cat([leaves[f"{part}_{letter}"] for letter in letters]) for part in "WUb")


for index in range(22):
    units, width, steps = choose(1, 2), choose(1, 2), choose(1, 2, 3)
    x, h0, c0 = draw(steps, width), draw(units), draw(units)
    leaves, given = gates("ifog", units, width)
    problem = listed({"inputs": x, "h0": h0, "c0": c0} | given)
    layer = nn.LSTM(width, units)

    def module(x, state):
        w, u, b = stacked(leaves, "ifgo")
        values = {
            "weight_ih_l0": w, "weight_hh_l0": u, "bias_ih_l0": b,
            "bias_hh_l0": torch.zeros_like(b),
        }
        return torch.func.functional_call(
            layer, values, (x, (state[0][None], state[1][None])))[0]

    def step(row, s):
        def z(letter):
            return leaves["W_" + letter] @ row + leaves["U_" + letter] @ s[0] + leaves["b_" + letter]
        i, f, o = (torch.sigmoid(z(letter)) for letter in "ifo")
        c = f * s[1] + i * torch.tanh(z("g"))
        return o * torch.tanh(c), c

    recurrent("lstm", index, leaves, module, step, (h0, c0), x, problem, {"h0": h0, "c0": c0})

for index in range(28):
    units, width, steps = choose(1, 2), choose(1, 2), choose(1, 2, 3)
    convention = ["course", "pytorch", "keras", "keras"][index % 4]
    after = convention == "pytorch" or index % 4 == 2
    x, h0 = draw(steps, width), draw(units)
    leaves, given = gates("zrh", units, width)
    problem = listed({"inputs": x, "h0": h0} | given)
    if after and index % 3:
        leaves["b_u"] = draw(units)
        problem["h"]["b_u"] = leaves["b_u"].tolist()
    if convention == "keras":
        problem["reset"] = "after" if after else "before"

    def step(row, s):
        def z(letter, h):
            return leaves["W_" + letter] @ row + leaves["U_" + letter] @ h + leaves["b_" + letter]
        update, reset = torch.sigmoid(z("z", s[0])), torch.sigmoid(z("r", s[0]))
        if after:
            inner = leaves["U_h"] @ s[0] + leaves.get("b_u", torch.zeros(units))
            new = torch.tanh(leaves["W_h"] @ row + leaves["b_h"] + reset * inner)
        else:
            new = torch.tanh(z("h", reset * s[0]))
        share = update if convention == "course" else 1 - update
        return ((1 - share) * s[0] + share * new,)

    layer = nn.GRU(width, units)

    def module(x, state):
        w, u, b = stacked(leaves, "rzh")
        recurrent_bias = torch.cat(
            [torch.zeros(2 * units), leaves.get("b_u", torch.zeros(units))])
        values = {
            "weight_ih_l0": w, "weight_hh_l0": u, "bias_ih_l0": b, "bias_hh_l0": recurrent_bias,
        }
        return torch.func.functional_call(layer, values, (x, state[0][None]))[0]

    recurrent(
        "gru", index, leaves, module if convention == "pytorch" else None, step, (h0,), x, problem,
        {"h0": h0}, convention)


# Positional encodings, as real and imaginary parts of a turning number

for index in range(20):
    dimensions, positions = 2 * choose(1, 2, 3, 4), choose(1, 2, 3, 5)
    base = choose(10000, 100, 10)
    position, shift = choose(0, 1, 4), choose(-3, 1, 2, 7)
    x = draw(positions, dimensions)
    speeds = float(base) ** (-2 * numpy.arange(dimensions // 2) / dimensions)

    def encoded(places):
        turning = numpy.exp(1j * numpy.outer(places, speeds))
        return numpy.stack([turning.imag, turning.real], -1).reshape(len(places), dimensions)

    table = encoded(numpy.arange(positions))
    add(
        "positional-encoding",
        {
            "dimensions": dimensions, "positions": positions, "base": base, "embeddings": x,
            "rotation": {"position": position, "shift": shift},
        },
        {
            "frequencies": speeds.tolist(), "encoding": table.tolist(),
            "sum": (table + x.numpy()).tolist(),
            "rotated": encoded([position + shift])[0].tolist(),
        })


# Optimizers

functions = [
    ("f = x^2 + 10*y^2", lambda x, y: x**2 + 10 * y**2),
    ("f = (1 - x)^2 + 5*(y - x^2)^2", lambda x, y: (1 - x) ** 2 + 5 * (y - x**2) ** 2),
    ("exp(x) + x*y + y^4", lambda x, y: torch.exp(x) + x * y + y**4),
    ("x^2*y + sin(y) + 3*x", lambda x, y: x**2 * y + torch.sin(y) + 3 * x),
]
rules = ["sgd", "momentum", "nesterov", "delta-bar-delta", "adagrad", "rmsprop", "adam", "newton"]
for index in range(40):
    rule = rules[index % 8]
    convention = ["course", "pytorch", "keras"][index // 8 % 3]
    text, function = functions[index % 8 * 3 % 4 - index % 3]
    rate = {"newton": 1.0, "adagrad": 0.2, "adam": 0.1, "rmsprop": 0.05}.get(rule, 0.02)
    start, steps = draw(2), choose(2, 3, 4)
    w = start.clone().requires_grad_()
    record = {"name": rule, "learning-rate": rate}
    make = {
        "sgd": lambda: torch.optim.SGD([w], rate),
        "momentum": lambda: torch.optim.SGD([w], rate, momentum=0.8),
        "adagrad": lambda: torch.optim.Adagrad([w], rate, eps=1e-10),
        "rmsprop": lambda: torch.optim.RMSprop([w], rate, alpha=0.9, eps=1e-8),
        "adam": lambda: torch.optim.Adam([w], rate),
    }
    if rule in ["momentum", "nesterov"]:
        record["momentum"] = 0.8
    if rule == "nesterov" and convention == "pytorch":
        make["nesterov"] = lambda: torch.optim.SGD([w], rate, momentum=0.8, nesterov=True)
    optimizer = make[rule]() if rule in make else None
    path = [w.detach().clone()]
    velocity, rates, mean = torch.zeros(2), torch.full((2,), rate), torch.zeros(2)
    for _ in range(steps):
        ahead = rule == "nesterov" and convention == "course"
        point = (w.detach() + 0.8 * velocity if ahead else w.detach()).requires_grad_()
        g, = torch.autograd.grad(function(*point), point)
        if optimizer:
            w.grad = g
            optimizer.step()
        else:
            with torch.no_grad():
                if rule == "nesterov":
                    velocity = 0.8 * velocity - rate * g
                    w += velocity if ahead else 0.8 * velocity - rate * g
                elif rule == "delta-bar-delta":
                    agreement = mean * g
                    rates = torch.where(
                        agreement > 0, rates + 0.05,
                        torch.where(agreement < 0, rates * 0.8, rates))
                    mean = 0.7 * mean + 0.3 * g
                    w -= rates * g
                else:
                    h = torch.autograd.functional.hessian(function, tuple(point.detach()))
                    h = torch.tensor([[float(part) for part in row] for row in h])
                    w -= rate * torch.linalg.solve(h, g)
        path.append(w.detach().clone())
    path = torch.stack(path)
    add(
        "optimizer",
        {
            "function": text, "start": {"x": start[0], "y": start[1]}, "rules": [record],
            "iterations": steps,
        },
        {f"{rule}.x": path[:, 0], f"{rule}.y": path[:, 1]}, convention)

text = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
path = FOLDER / "explained.json"
path.write_text("[\n" + text + "\n]\n")
print(f"{path.name}: {len(cases)} cases, {path.stat().st_size} bytes")
