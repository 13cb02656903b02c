#!/usr/bin/env python3
"""PyTorch's time for one of the workloads of `gradus bench`, as one JSON line.

The models, batches, losses and optimizers are those of Sources/Workbench/Benchmarks/Workload.swift.
A new workload is one entry of WORKLOADS. Steps are timed as `gradus bench` times them: three that
are not counted, at least five that are, more until the budget is spent or 300 are done.
"""
import argparse
import json
import resource
import statistics
import sys
import time
import types
from dataclasses import dataclass
from typing import Callable

import torch
from torch import nn
from torch.nn.functional import cross_entropy

MODES = ["eager", "channels_last", "compile"]


@dataclass
class Workload:
    """How many samples a step has, and what makes the step for a mode."""
    items: int
    prepare: Callable[[str], Callable[[], object]]


def in_mode(mode, model, x):
    """The model and its input as the mode wants them."""
    if mode == "channels_last" and x.dim() == 4:
        model = model.to(memory_format=torch.channels_last)
        x = x.to(memory_format=torch.channels_last)
    return (torch.compile(model) if mode == "compile" else model), x


def mlp():
    return nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(),
        nn.Linear(512, 256), nn.ReLU(),
        nn.Linear(256, 10))


def lenet5():
    stages = []
    for inputs, outputs in [(1, 6), (6, 16)]:
        stages += [nn.Conv2d(inputs, outputs, kernel_size=5), nn.Tanh(), nn.AvgPool2d(2)]
    return nn.Sequential(
        *stages, nn.Conv2d(16, 120, kernel_size=5), nn.Tanh(), nn.Flatten(),
        nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))


def adam(parameters):
    return torch.optim.Adam(parameters, lr=1e-3)


def momentum(parameters):
    return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)


def zoo(name):
    """A network of torchvision, with drawn weights."""
    def make():
        # A CPU build of torch beside a CUDA build of torchvision lacks operations of detection, which
        # no network here uses.
        sys.modules.setdefault("torchvision._meta_registrations", types.ModuleType("absent"))
        from torchvision import models
        options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        return getattr(models, name)(weights=None, **options)
    return make


def small_resnet18():
    """ResNet-18 whose stem is a 3×3 convolution without pooling, for ten classes."""
    model = zoo("resnet18")()
    model.conv1 = nn.Conv2d(3, 64, kernel_size=3, padding=1, bias=False)
    model.maxpool = nn.Identity()
    model.fc = nn.Linear(512, 10)
    return model


def total_loss(output, labels):
    """The cross-entropy; of auxiliary heads, which GoogLeNet and Inception v3 have, at 0.3."""
    if not isinstance(output, tuple):
        return cross_entropy(output, labels)
    heads = [head for head in output[1:] if head is not None]
    return cross_entropy(output[0], labels) + 0.3 * sum(cross_entropy(h, labels) for h in heads)


def training(make_model, shape, make_optimizer, classes=10):
    """Zeroed gradients, forward pass, cross-entropy, backward pass and update on a fixed batch."""
    def prepare(mode):
        labels = torch.randint(classes, shape[:1])
        bare = make_model().train()
        model, x = in_mode(mode, bare, torch.randn(shape))
        optimizer = make_optimizer(bare.parameters())

        def step():
            optimizer.zero_grad()
            loss = total_loss(model(x), labels)
            loss.backward()
            optimizer.step()
            return loss
        return step
    return Workload(shape[0], prepare)


def inference(make_model, shape):
    """One forward pass without gradients."""
    def prepare(mode):
        model, x = in_mode(mode, make_model().eval(), torch.randn(shape))

        def step():
            with torch.inference_mode():
                return model(x)[0, 0]
        return step
    return Workload(shape[0], prepare)


def sign_attack(make_model, shape, size=0.1, classes=10):
    """One step of the fast gradient sign method: x + size · sign(∂L/∂x), kept within 0 and 1."""
    def prepare(mode):
        labels = torch.randint(classes, shape[:1])
        model, x = in_mode(mode, make_model().eval(), torch.rand(shape))

        def step():
            variable = x.detach().clone().requires_grad_()
            loss = cross_entropy(model(variable), labels)
            gradient, = torch.autograd.grad(loss, variable)
            moved = (x + size * gradient.sign()).clamp(0, 1)
            return loss if moved.shape == x.shape else None
        return step
    return Workload(shape[0], prepare)


def adam_step(inputs, outputs):
    """The update alone by the fused kernel, PyTorch's fastest; in every mode the same."""
    def prepare(_):
        weight = nn.Parameter(torch.empty(outputs, inputs).uniform_(-1, 1))
        weight.grad = torch.empty(outputs, inputs).uniform_(-1, 1)
        optimizer = torch.optim.Adam([weight], lr=1e-3, fused=True)

        def step():
            optimizer.step()
            return weight[0, 0]
        return step
    return Workload(inputs * outputs, prepare)


WORKLOADS = {
    "mlp": training(mlp, (128, 784), adam),
    "lenet5": training(lenet5, (64, 1, 32, 32), momentum),
    "fgsm": sign_attack(lenet5, (256, 1, 32, 32)),
    "lenet5-infer-1": inference(lenet5, (1, 1, 32, 32)),
    "alexnet-224": training(zoo("alexnet"), (16, 3, 224, 224), momentum, 1000),
    "vgg16-224": training(zoo("vgg16"), (4, 3, 224, 224), momentum, 1000),
    "googlenet-224": training(zoo("googlenet"), (8, 3, 224, 224), momentum, 1000),
    "inception3-299": training(zoo("inception_v3"), (4, 3, 299, 299), momentum, 1000),
    "resnet18-cifar": training(small_resnet18, (64, 3, 32, 32), momentum),
    "resnet50-224": training(zoo("resnet50"), (8, 3, 224, 224), momentum, 1000),
    "densenet121-224": training(zoo("densenet121"), (8, 3, 224, 224), momentum, 1000),
    "resnet50-infer-1": inference(zoo("resnet50"), (1, 3, 224, 224)),
    "resnet50-infer-16": inference(zoo("resnet50"), (16, 3, 224, 224)),
    "vgg16-infer-8": inference(zoo("vgg16"), (8, 3, 224, 224)),
    "adam-1m": adam_step(1000, 1000),
    "adam-50m": adam_step(5000, 10_000),
}


def measure(name, mode, budget):
    torch.manual_seed(0)
    step = WORKLOADS[name].prepare(mode)
    for _ in range(3):
        result = step()
        if not torch.isfinite(result):
            raise SystemExit(f"{name}: a step gave {result}, expected a number")
    times = []
    start = time.perf_counter()
    while len(times) < 5 or (time.perf_counter() - start < budget and len(times) < 300):
        before = time.perf_counter()
        step()
        times.append(time.perf_counter() - before)
    median = statistics.median(times)
    return {
        "workload": name, "engine": f"pytorch {torch.__version__}", "mode": mode,
        "ms": round(median * 1e3, 4), "items_per_s": round(WORKLOADS[name].items / median, 1),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "threads": torch.get_num_threads()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workload", choices=list(WORKLOADS))
    parser.add_argument("--mode", choices=MODES, default="eager")
    parser.add_argument("--budget", type=float, default=6, help="seconds; %(default)s by default")
    parser.add_argument("--threads", type=int, help="PyTorch's own choice where left out")
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    print(json.dumps(measure(arguments.workload, arguments.mode, arguments.budget)))


if __name__ == "__main__":
    main()
