"""Problems of several kinds with their results: `worked/KIND.json`, a list of cases.

Each has the problem as a file would hold it, and the results by the names that a solution gives
them. Gradients are PyTorch's in float64, decompositions LAPACK's by NumPy.
"""
import json
import pathlib

import numpy
import torch

FOLDER = pathlib.Path(__file__).resolve().parent / "worked"
torch.set_default_dtype(torch.float64)
COUNT = 24


def draw(random, *shape, scale=2.0):
    """Numbers with two digits after the point."""
    return numpy.round(random.uniform(-scale, scale, shape), 2)


def plain(value):
    if isinstance(value, torch.Tensor):
        value = value.detach().numpy()
    return numpy.asarray(value, dtype=numpy.float64).tolist()


def write(kind, cases):
    FOLDER.mkdir(exist_ok=True)
    lines = ",\n".join(
        json.dumps({"problem": {"kind": kind} | problem, "results": {
            name: plain(value) for name, value in results.items()}})
        for problem, results in cases)
    path = FOLDER / f"{kind}.json"
    path.write_text("[\n" + lines + "\n]\n")
    print(f"{path.name}: {len(cases)} cases, {path.stat().st_size} bytes")


def signed(vectors):
    """Columns with the entry of largest magnitude positive, the first of equal ones."""
    result = vectors.copy()
    for column in range(result.shape[1]):
        sizes = abs(result[:, column])
        place = int(numpy.argmax(sizes >= sizes.max() * (1 - 1e-8)))
        if result[place, column] < 0:
            result[:, column] *= -1
    return result


def gcn():
    random = numpy.random.default_rng(13)
    cases = []
    for number in range(COUNT):
        nodes = int(random.integers(2, 7))
        directed = bool(random.integers(2))
        weighted = bool(random.integers(2))
        pairs = [(i, j) for i in range(nodes) for j in range(nodes)
                 if (i != j if directed else i < j)]
        random.shuffle(pairs)
        adjacency = numpy.zeros((nodes, nodes))
        edges = []
        for i, j in pairs[: int(random.integers(1, len(pairs) + 1))]:
            weight = round(float(random.uniform(0.2, 3)), 2) if weighted else 1.0
            edges.append([i + 1, j + 1] + ([weight] if weighted else []))
            adjacency[i, j] = weight
            if not directed:
                adjacency[j, i] = weight
        width = int(random.integers(1, 4))
        features = draw(random, nodes, width)
        sizes = [width] + [int(random.integers(1, 4)) for _ in range(1 + number % 2)]
        weights = [draw(random, a, b) for a, b in zip(sizes, sizes[1:])]
        form = ["none", "self-loops", "mean", "symmetric"][number % 4]
        output = ["relu", "softmax", "identity"][number % 3]
        problem = {"edges": edges, "nodes": nodes, "directed": directed,
                   "features": plain(features), "weights": [plain(w) for w in weights],
                   "normalization": form, "output": output}
        hat = adjacency + numpy.eye(nodes)
        degrees = hat.sum(1)
        mean = numpy.diag(1 / degrees) @ hat
        symmetric = numpy.diag(degrees**-0.5) @ hat @ numpy.diag(degrees**-0.5)
        chosen = torch.tensor({"none": adjacency, "self-loops": hat, "mean": mean,
                               "symmetric": symmetric}[form])
        parameters = [torch.tensor(w, requires_grad=True) for w in weights]
        h = torch.tensor(features)
        for index, weight in enumerate(parameters):
            z = chosen @ h @ weight
            last = index == len(parameters) - 1
            h = z.relu() if not last or output == "relu" else (
                z.softmax(1) if output == "softmax" else z)
        targets = None
        if number % 4 != 1:
            if output == "softmax":
                targets = numpy.eye(sizes[-1])[random.integers(0, sizes[-1], nodes)]
            else:
                targets = draw(random, nodes, sizes[-1])
            rows = [row if random.uniform() < 0.7 or index == 0 else None
                    for index, row in enumerate(plain(targets))]
            problem["target"] = [row or [] for row in rows]
            mask = torch.tensor([[1.0 if row else 0.0] for row in rows])
            t = torch.tensor(targets)
            loss = (-(mask * t * h.log()).sum() / mask.sum() if output == "softmax"
                    else 0.5 * (mask * (h - t)).square().sum())
        else:
            loss = h.sum()
        loss.backward()
        results = {
            "adjacency": adjacency, "degree": numpy.diag(adjacency.sum(1)),
            "laplacian": numpy.diag(adjacency.sum(1)) - adjacency,
            "adjacency-with-self-loops": hat, "degree-with-self-loops": numpy.diag(degrees),
            "mean-normalized": mean, "symmetric-normalized": symmetric, "output": h, "loss": loss}
        for index, weight in enumerate(parameters):
            results[f"gradient.weights.{index}"] = weight.grad
        cases.append((problem, results))
    write("gcn", cases)


def linear_algebra():
    random = numpy.random.default_rng(2)
    cases = []
    for number in range(COUNT):
        size = 2 + number % 2
        a = draw(random, size, size, scale=5)
        if number % 3 == 0:
            a = numpy.round(a + a.T, 2)
        b = draw(random, size, int(random.integers(1, 4)), scale=5)
        results = {
            "product": a @ b, "trace": numpy.trace(a), "determinant": numpy.linalg.det(a),
            "inverse": numpy.linalg.inv(a), "norm.l1": numpy.linalg.norm(a, 1),
            "norm.l2": numpy.linalg.norm(a, 2), "norm.frobenius": numpy.linalg.norm(a),
            "norm.max": abs(a).max()}
        # The order of eigenvalues is the solution's own; their sums of powers have none.
        values = numpy.linalg.eigvals(a)
        results["eigenvalue-powers"] = [(values**k).sum().real for k in (1, 2, 3)]
        u, s, vt = numpy.linalg.svd(a)
        v = signed(vt.T)
        results |= {"singular-values": s, "right-singular-vectors": v,
                    "left-singular-vectors": a @ v / s}
        cases.append(({"matrix": plain(a), "second": plain(b)}, results))
    for shape in [(1, 4), (3, 1), (2, 4), (4, 2), (5, 3), (1, 1)]:
        a = draw(random, *shape, scale=5)
        vector = 1 in shape
        results = {"norm.l2": numpy.linalg.norm(a, 2), "norm.max": abs(a).max(),
                   "norm.l1": abs(a).sum() if vector else numpy.linalg.norm(a, 1)}
        tasks = ["norms", "svd"]
        rank = min(shape)
        u, s, vt = numpy.linalg.svd(a)
        v = signed(vt.T[:, :rank])
        results |= {"singular-values": s, "right-singular-vectors": v,
                    "left-singular-vectors": a @ v / s}
        cases.append(({"matrix": plain(a), "tasks": tasks}, results))
    write("linear-algebra", cases)


def perceptron():
    random = numpy.random.default_rng(1)
    cases = []
    for number in range(COUNT):
        count, width = int(random.integers(2, 9)), int(random.integers(1, 5))
        x = draw(random, count, width)
        if number % 2:
            y = (x @ draw(random, width) + 0.1 > 0).astype(int)
        else:
            y = random.integers(0, 2, count)
        rate = [1.0, 0.5, 0.1][number % 3]
        w, b = draw(random, width, scale=0.5), float(draw(random, 1, scale=0.5)[0])
        limit = int(random.integers(1, 12))
        problem = {"inputs": plain(x), "targets": [int(t) for t in y], "weights": plain(w),
                   "bias": b, "learning-rate": rate, "iterations": limit}
        w, updates, epochs, wrong = w.copy(), 0, 0, 1
        seen = [(w.tolist(), b)]
        while wrong and epochs < limit:
            epochs, wrong = epochs + 1, 0
            for row, target in zip(x, y):
                error = target - int(row @ w + b > 0)
                if error:
                    w, b, updates, wrong = w + rate * error * row, b + rate * error, updates + 1, wrong + 1
            if (w.tolist(), b) in seen:
                break
            seen.append((w.tolist(), b))
        right = ((x @ w + b > 0).astype(int) == y).mean()
        cases.append((problem, {"weights": w, "bias": b, "updates": updates, "epochs": epochs,
                                "converged": int(wrong == 0), "accuracy": right}))
    write("perceptron", cases)


def kl():
    random = numpy.random.default_rng(10)
    cases = []
    for number in range(COUNT):
        size, width = int(random.integers(1, 5)), int(random.integers(1, 5))
        mean = torch.tensor(draw(random, size), requires_grad=True)
        v = torch.tensor(draw(random, size), requires_grad=True)
        kl_term = torch.distributions.kl_divergence(
            torch.distributions.Normal(mean, (v / 2).exp()), torch.distributions.Normal(0.0, 1.0)
        ).sum()
        problem = {"mean": plain(mean), "log-variance": plain(v)}
        results = {"kl": kl_term}
        loss = kl_term
        if number % 6:
            noise = draw(random, size)
            likelihood = "bernoulli" if number % 2 else "gaussian"
            x = draw(random, width)
            if likelihood == "bernoulli":
                x = numpy.round(abs(x) / 2, 2) if number % 3 == 0 else (x > 0).astype(float)
            z = mean + (v / 2).exp() * torch.tensor(noise)
            problem |= {"noise": plain(noise), "input": plain(x), "likelihood": likelihood}
            if number % 5:
                weight, bias = draw(random, width, size), draw(random, width)
                problem["decoder"] = {"weight": plain(weight), "bias": plain(bias)}
                output = torch.tensor(weight) @ z + torch.tensor(bias)
                if likelihood == "bernoulli":
                    output = output.sigmoid()
                results["output"] = output
            else:
                output = torch.tensor(numpy.round(random.uniform(0.1, 0.9, width), 2))
                problem["reconstruction"] = plain(output)
            t = torch.tensor(x)
            if likelihood == "bernoulli":
                term = torch.nn.functional.binary_cross_entropy(output, t, reduction="sum")
            else:
                variance = round(float(random.uniform(0.2, 3)), 2)
                problem["output-variance"] = variance
                term = -torch.distributions.Normal(output, variance**0.5).log_prob(t).sum()
            loss = term + kl_term
            results |= {"z": z, "reconstruction": term, "loss": loss, "elbo": -loss}
        loss.backward()
        results |= {"gradient.mean": mean.grad, "gradient.log-variance": v.grad}
        cases.append((problem, results))
    write("kl", cases)


def gan():
    random = numpy.random.default_rng(11)
    cases = []
    for number in range(COUNT):
        n, m, points = (int(k) for k in random.integers(1, 6, 3))
        real, fake = draw(random, n, scale=6), draw(random, m, scale=6)
        problem = {"real-logits": plain(real), "fake-logits": plain(fake)}
        if number % 3 == 0:
            real, fake = (numpy.round(random.uniform(0.02, 0.98, k), 3) for k in (n, m))
            problem = {"real": plain(real), "fake": plain(fake)}
            real, fake = numpy.log(real / (1 - real)), numpy.log(fake / (1 - fake))
        a = torch.tensor(real, requires_grad=True)
        f = torch.tensor(fake, requires_grad=True)
        d, g = a.sigmoid(), f.sigmoid()
        value = torch.nn.functional.logsigmoid(a).mean() + torch.nn.functional.logsigmoid(-f).mean()
        results = {"discriminator.real": d, "discriminator.fake": g, "value": value,
                   "discriminator-loss": -value}
        grads = torch.autograd.grad(-value, [a, f])
        results["discriminator-loss.gradient.real-logits"] = grads[0]
        results["discriminator-loss.gradient.fake-logits"] = grads[1]
        results["discriminator-loss.gradient.real-outputs"] = -1 / (n * d)
        results["discriminator-loss.gradient.fake-outputs"] = 1 / (m * (1 - g))
        for name, loss in [
            ("saturating", torch.nn.functional.logsigmoid(-f).mean()),
            ("modified", -torch.nn.functional.logsigmoid(f).mean()),
        ]:
            results[f"generator-loss.{name}"] = loss
            results[f"generator-loss.{name}.gradient.logits"] = torch.autograd.grad(
                loss, f, retain_graph=True)[0]
        p, q = random.dirichlet(numpy.ones(points)), random.dirichlet(numpy.ones(points))
        problem |= {"data": plain(p), "model": plain(q)}
        best = p / (p + q)
        middle = (p + q) / 2
        js = ((p * numpy.log(p / middle)).sum() + (q * numpy.log(q / middle)).sum()) / 2
        results |= {"best-discriminator": best, "jensen-shannon": js,
                    "best-value": -numpy.log(4) + 2 * js}
        cases.append((problem, results))
    write("gan", cases)


def fgsm():
    random = numpy.random.default_rng(12)
    cases = []
    for number in range(COUNT):
        width = int(random.integers(1, 6))
        x = draw(random, width, scale=1)
        epsilon = round(float(random.uniform(0.05, 0.5)), 2)
        if number % 8 == 0:
            w = draw(random, width)
            results = {"response": x @ w, "gain": epsilon * abs(w).sum(),
                       "adversarial-input": x + epsilon * numpy.sign(w),
                       "adversarial-response": x @ w + epsilon * abs(w).sum()}
            cases.append(({"input": plain(x), "epsilon": epsilon,
                           "layers": [{"dense": {"weight": plain(w[None])}}]}, results))
            continue
        outputs = int(random.integers(1, 4))
        sizes = [width] + [int(random.integers(1, 4)) for _ in range(number % 2)] + [outputs]
        hidden = ["tanh", "relu", "sigmoid"][number % 3]
        layers, parameters = [], []
        for index, (a, b) in enumerate(zip(sizes, sizes[1:])):
            weight, bias = draw(random, b, a), draw(random, b)
            last = index == len(sizes) - 2
            name = ("sigmoid" if outputs == 1 else "softmax") if last else hidden
            layers.append({"dense": {"weight": plain(weight), "bias": plain(bias),
                                     "activation": name}})
            parameters.append((torch.tensor(weight), torch.tensor(bias), name))

        def run(value):
            for weight, bias, name in parameters:
                value = weight @ value + bias
                value = value.softmax(0) if name == "softmax" else getattr(torch, name)(value)
            return value

        def loss(value, label):
            y = run(value)
            return (torch.nn.functional.binary_cross_entropy(y, torch.tensor([float(label)]))
                    if outputs == 1 else -y[label].log())

        label = int(random.integers(0, max(2, outputs)))
        method = ["fgsm", "iterative", "least-likely"][number % 3]
        problem = {"input": plain(x), "label": label, "layers": layers, "epsilon": epsilon,
                   "method": method}
        steps, size = 1, epsilon
        if method != "fgsm":
            steps, size = int(random.integers(1, 4)), round(epsilon * 0.6, 3)
            problem |= {"steps": steps, "step-size": size}
        limits = None
        if number % 4 == 1:
            limits = [-1.0, 1.0]
            problem["range"] = limits
        target = label
        before = run(torch.tensor(x))
        if method == "least-likely":
            target = (int(before[0] < 0.5) if outputs == 1 else int(before.argmin()))
        moved, first = torch.tensor(x), None
        for _ in range(steps):
            moved = moved.detach().requires_grad_()
            gradient, = torch.autograd.grad(loss(moved, target), moved)
            first = gradient if first is None else first
            moved = moved + (-1 if method == "least-likely" else 1) * size * gradient.sign()
            if method != "fgsm":
                moved = moved.clamp(torch.tensor(x) - epsilon, torch.tensor(x) + epsilon)
            if limits:
                moved = moved.clamp(*limits)
        cases.append((problem, {
            "gradient.input": first, "adversarial-input": moved, "output-before": before,
            "output-after": run(moved), "loss-before": loss(torch.tensor(x), target),
            "loss-after": loss(moved, target), "target-class": target}))
    write("fgsm", cases)


def newton():
    random = numpy.random.default_rng(5)
    forms = [
        ("{0}*x^2 + {1}*x + exp({2}*x)", "x"), ("{0}*x^4 - {1}*x^2 + {2}*x", "x"),
        ("{0}*x^2 + {1}*x*y + {2}*y^2 + x - {1}*y", "xy"),
        ("x^4 + {0}*y^2 + {1}*x*y + {2}*x", "xy"),
        ("exp({0}*x + y) + exp(x - y) + {1}*x^2 + y^2", "xy"),
        ("log(1 + exp({0}*x - y)) + {1}*x^2 + {2}*y^2", "xy"),
        ("sin(x)*y + {0}*y^2 + x^2 + cos({1}*x)", "xy"),
        ("{0}*x^2 + {1}*y^2 + {2}*z^2 + x*y + y*z + x/{0}", "xyz"),
        ("tanh({0}*x) + sigmoid({1}*y) + x^2 + y^2 + z^4 + x*z", "xyz"),
        ("sqrt(1 + x^2 + {0}*y^2) + {1}*y + x*y/{2}", "xy"),
        ("(x - {0})^2 + {1}*(y - x^2)^2", "xy"), ("x^3/({0} + y^2) + {1}*y^2 + x^2", "xy"),
    ]
    functions = {"exp": torch.exp, "log": torch.log, "sin": torch.sin, "cos": torch.cos,
                 "tanh": torch.tanh, "sigmoid": torch.sigmoid, "sqrt": torch.sqrt}
    cases = []
    for number in range(COUNT):
        text, names = forms[number % len(forms)]
        text = text.format(*numpy.round(random.uniform(0.5, 3, 3), 1))
        start = draw(random, len(names), scale=1)
        steps = int(random.integers(1, 4))

        def f(point):
            return eval(text.replace("^", "**"), {}, functions | dict(zip(names, point)))

        points = [torch.tensor(start)]
        first = None
        for _ in range(steps):
            point = points[-1].clone().requires_grad_()
            gradient, = torch.autograd.grad(f(point), point)
            hessian = torch.autograd.functional.hessian(f, points[-1])
            first = first or (gradient, hessian)
            points.append(points[-1] - torch.linalg.solve(hessian, gradient))
        values = [f(point) for point in points]
        if max(abs(point).max() for point in points) > 1e3:
            continue
        cases.append(({"expression": "f = " + text, "at": dict(zip(names, plain(start))),
                       "iterations": steps},
                      {"gradient": first[0], "hessian": first[1], "points": torch.stack(points),
                       "values": torch.stack(values)}))
    write("newton", cases)


def pca():
    random = numpy.random.default_rng(9)
    cases = []
    for number in range(COUNT):
        count, width = int(random.integers(2, 7)), int(random.integers(1, 5))
        x = draw(random, count, width, scale=5)
        divisor = ["n", "n-1"][number % 2]
        mean = x.mean(0)
        centred = x - mean
        n = count if divisor == "n" else count - 1
        covariance = centred.T @ centred / n
        rank = min(count - 1, width)
        values, vectors = numpy.linalg.eigh(covariance)
        values, vectors = values[::-1][:rank], signed(vectors[:, ::-1][:, :rank])
        cases.append(({"data": plain(x), "divisor": divisor}, {
            "mean": mean, "eigenvalues": values, "components": vectors,
            "scores": centred @ vectors, "explained-variance-ratio": values / covariance.trace()}))
        if count > width:
            cases[-1][1]["covariance"] = covariance
    write("pca", cases)


for kind in [gcn, linear_algebra, perceptron, kl, gan, fgsm, newton, pca]:
    kind()
