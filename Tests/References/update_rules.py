"""A hundred steps of the optimizers' rules on two small functions, and schedules of the learning
rate, by PyTorch in float64.

Writes update-rules.safetensors: PROBLEM/RUN [11, n], the start and the point after every tenth step,
the gradients as in optimizers.py; schedule/NAME [units], the factor of the learning rate before each
unit's update, with momentum/NAME where it changes and metric/NAME [units] where the schedule goes by
one, which is known after the unit.
"""
import math

import torch

from optimizers import PROBLEMS
from references import uniform, write

STEPS, EVERY = 100, 10
optim = torch.optim
schedulers = torch.optim.lr_scheduler

# name: class, keys of Gradus's configuration, the same for PyTorch
RUNS = {
    "sgd": (optim.SGD, {"rule": "sgd"}, {}),
    "sgd_momentum": (optim.SGD, {"rule": "sgd", "momentum": 0.9}, {"momentum": 0.9}),
    "sgd_dampening": (optim.SGD, {"rule": "sgd", "momentum": 0.9, "dampening": 0.3},
                      {"momentum": 0.9, "dampening": 0.3}),
    "sgd_nesterov": (optim.SGD, {"rule": "sgd", "momentum": 0.8, "nesterov": True,
                                 "weightDecay": 0.05},
                     {"momentum": 0.8, "nesterov": True, "weight_decay": 0.05}),
    "adagrad": (optim.Adagrad, {"rule": "adagrad", "epsilon": 1e-10}, {}),
    "adagrad_all": (optim.Adagrad, {"rule": "adagrad", "epsilon": 0.01, "initialSum": 0.1,
                                    "weightDecay": 0.05},
                    {"eps": 0.01, "initial_accumulator_value": 0.1, "weight_decay": 0.05}),
    "rmsprop": (optim.RMSprop, {"rule": "rmsprop", "decay": 0.99}, {}),
    "rmsprop_momentum": (optim.RMSprop, {"rule": "rmsprop", "decay": 0.9, "momentum": 0.7},
                         {"alpha": 0.9, "momentum": 0.7}),
    "rmsprop_centered": (optim.RMSprop, {"rule": "rmsprop", "decay": 0.95, "centered": True,
                                         "epsilon": 0.001},
                         {"alpha": 0.95, "centered": True, "eps": 0.001}),
    "rmsprop_all": (optim.RMSprop, {"rule": "rmsprop", "decay": 0.9, "momentum": 0.5,
                                    "centered": True, "epsilon": 0.01, "weightDecay": 0.05},
                    {"alpha": 0.9, "momentum": 0.5, "centered": True, "eps": 0.01,
                     "weight_decay": 0.05}),
    "adam": (optim.Adam, {"rule": "adam"}, {}),
    "adam_weight_decay": (optim.Adam, {"rule": "adam", "weightDecay": 0.1}, {"weight_decay": 0.1}),
    "amsgrad": (optim.Adam, {"rule": "adam", "beta2": 0.9, "amsgrad": True},
                {"betas": (0.9, 0.9), "amsgrad": True}),
    "adamw": (optim.AdamW, {"rule": "adam", "weightDecay": 0.1, "decoupled": True},
              {"weight_decay": 0.1}),
    "adamw_amsgrad": (optim.AdamW, {"rule": "adam", "beta1": 0.8, "beta2": 0.95, "epsilon": 0.001,
                                    "weightDecay": 0.3, "decoupled": True, "amsgrad": True},
                      {"betas": (0.8, 0.95), "eps": 0.001, "weight_decay": 0.3, "amsgrad": True}),
}
# Rates at which the functions do not make rounding grow.
RATES = {"quadratic": {"sgd": 0.05, "adagrad": 0.3, "rmsprop": 0.01, "adam": 0.05},
         "rosenbrock": {"sgd": 1e-4, "adagrad": 0.1, "rmsprop": 0.002, "adam": 0.02}}
# Runs whose rate and momentum go through one cycle of all steps.
CYCLED = {"sgd_momentum", "adam", "rmsprop_momentum"}

tensors = {}
cases = {}
for problem, (gradient, start, _, _, formula) in PROBLEMS.items():
    for run, (kind, configuration, options) in RUNS.items():
        rate = RATES[problem][configuration["rule"]]
        for cycled in [False, True] if run in CYCLED else [False]:
            x = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
            optimizer = kind([x], lr=rate, foreach=False, **options)
            if cycled:
                schedule = schedulers.OneCycleLR(optimizer, max_lr=rate, total_steps=STEPS)
            points = [x.detach().clone()]
            for step in range(1, STEPS + 1):
                x.grad = gradient(x.detach())
                optimizer.step()
                if cycled and step < STEPS:
                    schedule.step()
                if step % EVERY == 0:
                    points.append(x.detach().clone())
            name = f"{problem}/{run}" + ("_one_cycle" if cycled else "")
            tensors[name] = torch.stack(points)
            cases[name] = {"problem": formula, "oneCycle": cycled,
                           "optimizer": {**configuration, "learningRate": rate}}


def rates(make, units, momentum=False, metric=None):
    """The rate (and momentum) before each unit's update, from the rate 1."""
    optimizer = optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.5)
    schedule = make(optimizer)
    found = []
    for unit in range(units):
        group = optimizer.param_groups[0]
        found.append((group["lr"], group["momentum"]))
        optimizer.step()
        if unit + 1 < units:
            schedule.step(*([] if metric is None else [metric[unit].item()]))
    return torch.tensor(found, dtype=torch.float64).T


# A loss that falls, stays and falls again, with noise; the accuracy is its mirror.
LOSS = torch.tensor([math.exp(-unit / 4) if unit < 12 else 0.05 + (unit > 30) * 0.04 * math.exp(
    -(unit - 30) / 5) - (unit > 30) * 0.04 for unit in range(50)]).double()
LOSS = LOSS + 0.004 * uniform(7, (50,))
PLATEAUS = {
    "plateau": ({"patience": 3}, {"patience": 3}, LOSS),
    "plateau_all": ({"metric": "validation-loss", "patience": 1, "factor": 0.5, "threshold": 0.05,
                     "cooldown": 2, "minimum": 0.02},
                    {"patience": 1, "factor": 0.5, "threshold": 0.05, "cooldown": 2,
                     "min_lr": 0.02}, LOSS),
    "plateau_accuracy": ({"metric": "validation-accuracy", "patience": 2, "factor": 0.3},
                         {"patience": 2, "factor": 0.3, "mode": "max"}, 1 - LOSS),
}
SCHEDULES = {
    "step": ({"rule": "step", "every": 7, "factor": 0.3}, 30,
             lambda o: schedulers.StepLR(o, 7, 0.3)),
    "multi_step": ({"rule": "multi-step", "milestones": [5, 11, 12], "factor": 0.5}, 30,
                   lambda o: schedulers.MultiStepLR(o, [5, 11, 12], 0.5)),
    "exponential": ({"rule": "exponential", "factor": 0.93}, 30,
                    lambda o: schedulers.ExponentialLR(o, 0.93)),
    "cosine": ({"rule": "cosine", "length": 20, "minimum": 0.05}, 21,
               lambda o: schedulers.CosineAnnealingLR(o, 20, 0.05)),
    "polynomial": ({"rule": "polynomial", "length": 15, "power": 2}, 30,
                   lambda o: schedulers.PolynomialLR(o, 15, 2)),
    "warmup": ({"rule": "constant", "warmup": {"length": 6, "start": 0.2}}, 12,
               lambda o: schedulers.LinearLR(o, 0.2, 1, 6)),
    "warmup_cosine": ({"rule": "cosine", "length": 20, "warmup": {"length": 5, "start": 0.1}}, 25,
                      lambda o: schedulers.SequentialLR(
                          o, [schedulers.LinearLR(o, 0.1, 1, 5),
                              schedulers.CosineAnnealingLR(o, 20)], [5])),
    "one_cycle": ({"rule": "one-cycle", "lowestMomentum": 0.85, "highestMomentum": 0.95}, 40,
                  lambda o: schedulers.OneCycleLR(o, 1.0, total_steps=40)),
    "one_cycle_linear": ({"rule": "one-cycle", "length": 25, "rise": 0.45, "start": 0.1,
                          "end": 0.001, "curve": "linear", "lowestMomentum": 0.7,
                          "highestMomentum": 0.9}, 25,
                         lambda o: schedulers.OneCycleLR(
                             o, 1.0, total_steps=25, pct_start=0.45, anneal_strategy="linear",
                             base_momentum=0.7, max_momentum=0.9, div_factor=10,
                             final_div_factor=100)),
}
for name, (configuration, units, make) in SCHEDULES.items():
    rate, momentum = rates(make, units)
    tensors[f"schedule/{name}"] = rate
    if name.startswith("one_cycle"):
        tensors[f"momentum/{name}"] = momentum
    cases[f"schedule/{name}"] = {"schedule": {**configuration, "unit": "step"}}
for name, (configuration, options, metric) in PLATEAUS.items():
    make = lambda o: schedulers.ReduceLROnPlateau(o, eps=0, **options)
    tensors[f"schedule/{name}"] = rates(make, len(metric), metric=metric)[0]
    tensors[f"metric/{name}"] = metric
    cases[f"schedule/{name}"] = {"schedule": {"rule": "plateau", **configuration}}
write("update-rules.safetensors", tensors, cases)
