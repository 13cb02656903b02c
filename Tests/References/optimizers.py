"""Twenty steps of SGD's variants and of Adam on two small functions, by PyTorch in float64.

Writes optimizers.safetensors: PROBLEM/RUN [21, n], the start and the point after each step. The
gradients are written out by hand below and, word for word, in the metadata entry `cases`, so a test
needs no differentiation.
"""
import torch

from references import write

STEPS = 20
MATRIX = torch.tensor([[3.0, 0.5, 0.0], [0.5, 1.0, -0.25], [0.0, -0.25, 0.5]]).double()
VECTOR = torch.tensor([1.0, -2.0, 0.5]).double()


def quadratic(x):
    return MATRIX @ x - VECTOR


def rosenbrock(x):
    return torch.stack([-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2),
                        200 * (x[1] - x[0] ** 2)])


PROBLEMS = {
    "quadratic": (quadratic, [1.5, -1.0, 2.0], 0.1, 0.1,
                  "gradient = A x - b, A = [[3, 0.5, 0], [0.5, 1, -0.25], [0, -0.25, 0.5]], "
                  "b = [1, -2, 0.5]"),
    "rosenbrock": (rosenbrock, [-1.2, 1.0], 2e-4, 0.05,
                   "gradient = [-2 (1 - x0) - 400 x0 (x1 - x0²), 200 (x1 - x0²)]"),
}
SGD = {
    "sgd": {},
    "sgd_weight_decay": {"weight_decay": 0.1},
    "sgd_momentum": {"momentum": 0.9},
    "sgd_momentum_weight_decay": {"momentum": 0.8, "weight_decay": 0.05},
    "sgd_nesterov": {"momentum": 0.9, "nesterov": True},
    "sgd_nesterov_weight_decay": {"momentum": 0.8, "nesterov": True, "weight_decay": 0.05},
}
ADAM = {
    "adam": {},
    "adam_betas": {"betas": (0.8, 0.99)},
    "adam_epsilon": {"eps": 1e-2},
    "adam_weight_decay": {"weight_decay": 0.1},
    "adam_all": {"betas": (0.7, 0.95), "eps": 1e-3, "weight_decay": 0.05},
}
UPDATES = {
    "sgd": "g += weight_decay x; velocity = momentum velocity + g (the first velocity is g); "
           "x -= learning_rate velocity, or with nesterov "
           "x -= learning_rate (g + momentum velocity)",
    "adam": "g += weight_decay x; m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g²; "
            "x -= learning_rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon), "
            "t from 1",
}


def main():
    tensors = {}
    cases = {"updates": UPDATES}
    for problem, (gradient, start, sgd_rate, adam_rate, formula) in PROBLEMS.items():
        point = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
        value = {
            "quadratic": lambda x: 0.5 * x @ MATRIX @ x - VECTOR @ x,
            "rosenbrock": lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2}[problem](point)
        assert torch.allclose(torch.autograd.grad(value, point)[0], gradient(point), rtol=1e-14)
        for run, options in {**SGD, **ADAM}.items():
            x = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
            if run in SGD:
                full = {"lr": sgd_rate, "momentum": 0.0, "nesterov": False, "weight_decay": 0.0}
                kind, make = "SGD", torch.optim.SGD
            else:
                full = {"lr": adam_rate, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0}
                kind, make = "Adam", torch.optim.Adam
            full.update(options)
            optimizer = make([x], foreach=False, **full)
            points = [x.detach().clone()]
            for _ in range(STEPS):
                x.grad = gradient(x.detach())
                optimizer.step()
                points.append(x.detach().clone())
            tensors[f"{problem}/{run}"] = torch.stack(points)
            names = {"lr": "learning_rate", "eps": "epsilon"}
            cases[f"{problem}/{run}"] = {
                "optimizer": kind, "problem": formula, "start": start,
                **{names.get(key, key): value for key, value in full.items()}}
    write("optimizers.safetensors", tensors, cases)


if __name__ == "__main__":
    main()
