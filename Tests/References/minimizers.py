"""The iterates of SciPy's L-BFGS-B on small functions, with bounds and without, in float64.

Writes minimizers.safetensors: PROBLEM/points [k + 1, n], the start (brought into the box) and the
point after each iteration; PROBLEM/lower and PROBLEM/upper [n] where there is a box (±1e30 is no
bound). The functions are written out below and, in words, in the metadata entry `cases`, so a test
can write them again. The tolerances are 0 and 1e-9, the history 10 (5 where the name says so), and
no search takes more than 100 iterations, or 40 where rounding grows: with a start changed by 1e-15
SciPy's own iterates of rosenbrock-20 are 1e-10 apart after 40 iterations, 3e-7 after 60 and 1e-2
after 100.
"""
import numpy as np
import scipy
import torch
from scipy.optimize import minimize

from references import write


def rosenbrock(x):
    a, b = x[:-1], x[1:]
    gradient = np.zeros_like(x)
    gradient[:-1] += -2 * (1 - a) - 400 * a * (b - a ** 2)
    gradient[1:] += 200 * (b - a ** 2)
    return np.sum((1 - a) ** 2 + 100 * (b - a ** 2) ** 2), gradient


def quadratic(x):
    curvature = 10 ** np.linspace(-1, 2, len(x))
    target = np.cos(np.arange(len(x)))
    return 0.5 * np.sum(curvature * (x - target) ** 2), curvature * (x - target)


def coupled(x):
    difference = x - np.roll(x, 1)
    target = x - 3 * np.sin(np.arange(len(x)))
    value = np.sum(np.exp(0.3 * difference)) + 0.5 * np.sum(target ** 2)
    slope = 0.3 * np.exp(0.3 * difference)
    return value, slope - np.roll(slope, -1) + target


FUNCTIONS = {
    "rosenbrock": "sum over i of (1 - x_i)² + 100 (x_(i+1) - x_i²)²",
    "quadratic": "½ sum over i of 10^(-1 + 3 i / (n - 1)) (x_i - cos i)²",
    "coupled": "sum over i of exp(0.3 (x_i - x_(i-1))), indices modulo n, "
               "plus ½ sum of (x_i - 3 sin i)²",
}
infinity = np.inf
NONE = 1e30  # in the file: no bound
PROBLEMS = {
    # name: function, start, lower, upper, history
    "rosenbrock-2": (rosenbrock, [-1.2, 1.0], None, None, 10),
    "rosenbrock-20": (rosenbrock, [-1.2, 1.0] * 10, None, None, 10),
    "rosenbrock-20-history-5": (rosenbrock, [-1.2, 1.0] * 10, None, None, 5),
    "quadratic-10": (quadratic, [2.0] * 10, None, None, 10),
    "coupled-12": (coupled, [0.0] * 12, None, None, 10),
    "rosenbrock-2-box": (rosenbrock, [-1.2, 1.0], [-2.0, -1.0], [0.5, 2.0], 10),
    "rosenbrock-10-box": (rosenbrock, [-1.2, 1.0] * 5, [-1.5] * 10,
                          [0.8, 2.0] * 5, 10),
    "quadratic-10-box": (quadratic, [2.0] * 10, [-0.5] * 10, [0.5] * 10, 10),
    "quadratic-10-half": (quadratic, [2.0] * 10, [0.0, -infinity] * 5, [infinity] * 10, 10),
    "coupled-12-box": (coupled, [5.0, -5.0] * 6, [-1.0] * 12, [1.5] * 12, 10),
    "coupled-12-fixed": (coupled, [0.0] * 12, [0.25, -1.0, -infinity] * 4,
                         [0.25, infinity, 2.0] * 4, 10),
}

tensors = {}
cases = {}
for name, (function, start, lower, upper, history) in PROBLEMS.items():
    start = np.array(start)
    bounds = None
    if lower is not None:
        bounds = list(zip(lower, upper))
        start = np.clip(start, lower, upper)
        tensors[f"{name}/lower"] = torch.tensor(lower, dtype=torch.float64).clamp(min=-NONE)
        tensors[f"{name}/upper"] = torch.tensor(upper, dtype=torch.float64).clamp(max=NONE)
    cases[name] = {"function": FUNCTIONS[function.__name__], "history": history,
                   "operation": function.__name__, "scipy": scipy.__version__}
    points = [start.copy()]
    result = minimize(
        function, start, jac=True, method="L-BFGS-B", bounds=bounds,
        callback=lambda x: points.append(x.copy()),
        options={"maxcor": history, "ftol": 0, "gtol": 1e-9,
                 "maxiter": 40 if name.startswith("rosenbrock-20") else 100})
    print(name, len(points) - 1, result.fun, result.message)
    tensors[f"{name}/points"] = torch.tensor(np.stack(points), dtype=torch.float64)
write("minimizers.safetensors", tensors, cases)
