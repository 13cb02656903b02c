"""Ten training steps of LeNet-5 and an MLP by PyTorch, in float64 and float32.

Writes lenet5-float64, lenet5-float32, mlp-float64 and mlp-float32.safetensors:

    loss/sgd, loss/adam        [10], each before its step's update
    initial/NAME               the first four elements of the parameter in float64, to check the
                               formula below by
    gradient/NAME              of the first step's loss, both runs alike
    sgd/NAME, adam/NAME        parameters after ten steps of each run

Initial parameters are not stored but made in float64, then cast. Element i (row-major) of the
parameter number p, from 0 in named_parameters' order:

    s = 1000003·p + i                              (unsigned, modulo 2^64)
    z = s + 0x9E3779B97F4A7C15
    z = (z ^ (z >> 30)) · 0xBF58476D1CE4E5B9
    z = (z ^ (z >> 27)) · 0x94D049BB133111EB
    z = z ^ (z >> 31)
    u = (z >> 11) · 2^-53                          in [0, 1)
    value = (2u − 1) / sqrt(fanIn)

where fanIn is the product of the weight's sizes but the first; a bias takes its weight's. The input
is u of p = 100, the class of sample i is (7i + 3) mod 10, the loss is the mean cross-entropy, and
every step sees the same batch of 16.
"""
import math

import torch
from torch import nn

from references import uniform, write

BATCH, STEPS = 16, 10


def lenet5():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(),
        nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))


def mlp():
    return nn.Sequential(
        nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))


def initialize(model):
    """Fills a float64 model by the formula."""
    with torch.no_grad():
        for number, (name, parameter) in enumerate(model.named_parameters()):
            weight = model.get_parameter(name.rsplit(".", 1)[0] + ".weight")
            fan_in = math.prod(weight.shape[1:])
            parameter.copy_((2 * uniform(number, tuple(parameter.shape)) - 1) / math.sqrt(fan_in))


MODELS = {
    "lenet5": (lenet5, (BATCH, 1, 32, 32), 61_706,
               "convolution 1→6 of 5×5, tanh, average pool 2, convolution 6→16 of 5×5, tanh, "
               "average pool 2, convolution 16→120 of 5×5, tanh, flatten, dense 120→84, tanh, "
               "dense 84→10"),
    "mlp": (mlp, (BATCH, 64), 17_226, "dense 64→128, ReLU, dense 128→64, ReLU, dense 64→10"),
}
OPTIMIZERS = {
    "sgd": (lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, foreach=False),
            {"optimizer": "SGD", "learning_rate": 0.05, "momentum": 0.9}),
    "adam": (lambda p: torch.optim.Adam(p, lr=1e-3, foreach=False),
             {"optimizer": "Adam", "learning_rate": 1e-3, "betas": [0.9, 0.999], "epsilon": 1e-8}),
}

for title, (make, shape, count, layers) in MODELS.items():
    for dtype in (torch.float64, torch.float32):
        precision = str(dtype).removeprefix("torch.")
        tensors = {}
        x = uniform(100, shape).to(dtype)
        classes = torch.tensor([(7 * i + 3) % 10 for i in range(BATCH)])
        for run, (optimizer, _) in OPTIMIZERS.items():
            model = make().double()
            initialize(model)
            assert sum(p.numel() for p in model.parameters()) == count
            for name, parameter in model.named_parameters():
                tensors[f"initial/{name}"] = parameter.detach().flatten()[:4].clone()
            model.to(dtype)
            steps, losses = optimizer(model.parameters()), []
            for step in range(STEPS):
                steps.zero_grad()
                loss = nn.functional.cross_entropy(model(x), classes)
                loss.backward()
                if step == 0:
                    for name, parameter in model.named_parameters():
                        tensors[f"gradient/{name}"] = parameter.grad.clone()
                losses.append(loss.detach())
                steps.step()
            tensors[f"loss/{run}"] = torch.stack(losses)
            for name, parameter in model.named_parameters():
                tensors[f"{run}/{name}"] = parameter
        write(f"{title}-{precision}.safetensors", tensors, {
            "layers": layers, "precision": precision, "input": shape, "steps": STEPS,
            "parameters": [name for name, _ in model.named_parameters()],
            **{run: about for run, (_, about) in OPTIMIZERS.items()}})
