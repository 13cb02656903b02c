"""The networks of `Models` as torchvision and timm have them: what each state is called, how many
parameters it has, and what comes out for numbers from the formula of `references.py`.

Stream 0 makes the input, 2u − 1. The tensors of the state are sorted by name, and stream 1 + i makes
tensor i: weights of two and more axes (2u − 1)·√(6 / fan-in), scales and variances ½ + u, offsets
and means 0.4u − 0.2, rounded to float32. What comes out is computed in float64, in evaluation, for
ten classes.

Needs torchvision 0.29.2 and timm 1.0.31.
"""
import hashlib
import json

import torch

from references import FOLDER, uniform

# torchvision's compiled part does not load beside PyTorch's build for processors alone; its models
# do without, once two operations of its detectors are declared.
library = torch.library.Library("torchvision", "FRAGMENT")
for operation in ("nms", "qnms"):
    library.define(f"{operation}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import timm  # noqa: E402
import torchvision.models as zoo  # noqa: E402


class Shortcut(torch.nn.Module):
    """Every other row and column, and zeros for the channels that are new."""

    def __init__(self, channels):
        super().__init__()
        self.channels = channels

    def forward(self, x):
        side = self.channels // 2
        return torch.nn.functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, side, side))


class Unit(torch.nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        stride = 1 if channels == width else 2
        self.conv1 = torch.nn.Conv2d(channels, width, 3, stride, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(width)
        self.conv2 = torch.nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = torch.nn.BatchNorm2d(width)
        self.shortcut = torch.nn.Identity() if stride == 1 else Shortcut(width - channels)

    def forward(self, x):
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (y + self.shortcut(x)).relu()


class CIFARResNet(torch.nn.Module):
    """He et al. 2016, section 4.2, with the names of the weights that are around."""

    def __init__(self, units, num_classes=10):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(16)
        widths = [16, 16, 32, 64]
        for stage in (1, 2, 3):
            before, width = widths[stage - 1], widths[stage]
            layers = [Unit(before if i == 0 else width, width) for i in range(units)]
            setattr(self, f"layer{stage}", torch.nn.Sequential(*layers))
        self.linear = torch.nn.Linear(64, num_classes)

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu()
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean((2, 3)))


def two_columns(num_classes=1000):
    """AlexNet as in the paper: torchvision's classifier on features of its own."""
    nn = torch.nn
    norm = [nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2) for _ in range(2)]  # PyTorch's α/n
    model = zoo.alexnet(num_classes=num_classes)
    model.features = nn.Sequential(
        nn.Conv2d(3, 96, 11, 4, 2), nn.ReLU(), norm[0], nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, 1, 2, groups=2), nn.ReLU(), norm[1], nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, 1, 1), nn.ReLU(),
        nn.Conv2d(384, 384, 3, 1, 1, groups=2), nn.ReLU(),
        nn.Conv2d(384, 256, 3, 1, 1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2))
    return model


def googlenet(**options):
    return zoo.GoogLeNet(init_weights=False, **options)


def inception3(**options):
    return zoo.Inception3(init_weights=False, **options)


def inception4(**options):
    return timm.create_model("inception_v4", **options)


# Name, constructor, image size for the output, options of the constructor, whether to list names.
MODELS = [
    ("alexnet", zoo.alexnet, 64, {}, True),
    ("alexnet-2012", two_columns, 67, {}, True),
    *((f"vgg{n}", getattr(zoo, f"vgg{n}"), 32, {}, False) for n in (11, 13, 16, 19)),
    *((f"vgg{n}-bn", getattr(zoo, f"vgg{n}_bn"), 40, {}, n == 11) for n in (11, 13, 16, 19)),
    *((f"resnet{n}", getattr(zoo, f"resnet{n}"), 64, {}, n in (18, 50)) for n in (18, 34, 50)),
    *((f"resnet{n}", getattr(zoo, f"resnet{n}"), 64, {}, False) for n in (101, 152)),
    ("resnext50", zoo.resnext50_32x4d, 64, {}, False),
    ("mobilenet2", zoo.mobilenet_v2, 64, {}, True),
    ("googlenet", googlenet, 64, {"aux_logits": True}, True),
    ("googlenet-plain", googlenet, 63, {"aux_logits": False}, False),
    ("densenet121", zoo.densenet121, 64, {}, False),
    ("inception3", inception3, 75, {"aux_logits": True}, False),
    ("inception3-plain", inception3, 79, {"aux_logits": False}, False),
    ("inception4", inception4, 75, {}, False),
    *((f"resnet{6 * n + 2}", lambda n=n, **o: CIFARResNet(n, **o), 32, {}, n == 3)
      for n in (3, 5, 7, 9, 18)),
]
# Auxiliary heads by themselves, on the image that they are meant for.
HEADS = {
    "googlenet": {"aux1": (512, 14), "aux2": (528, 15)},
    "inception3": {"AuxLogits": (768, 17)},
}
# The offsets of the first normalization, whose gradient goes through all that follows; of the sum of
# the output times 2u − 1 from this stream.
FIRST = {
    "resnet20": "bn1", "resnet18": "bn1", "resnext50": "bn1", "mobilenet2": "features.0.1",
    "googlenet": "conv1.bn", "densenet121": "features.norm0",
}
UPSTREAM = 5000


def states(model):
    """Names and shapes, sorted; without the counters that PyTorch alone has."""
    found = {name: list(value.shape) for name, value in model.state_dict().items()}
    return {n: found[n] for n in sorted(found) if not n.endswith("num_batches_tracked")}


def fill(model):
    state = model.state_dict()
    for index, (name, shape) in enumerate(states(model).items()):
        u = uniform(1 + index, shape)
        if len(shape) >= 2:
            value = (2 * u - 1) * (6 / state[name][0].numel()) ** 0.5
        elif name.endswith("weight") or name.endswith("running_var"):
            value = 0.5 + u
        else:
            value = 0.4 * u - 0.2
        state[name].copy_(value.float())


def image(channels, size):
    return (2 * uniform(0, (2, channels, size, size)) - 1).float().double()


def main():
    result = {}
    for name, make, size, options, listed in MODELS:
        with torch.device("meta"):
            full = make(**options)
        shapes = states(full)
        lines = [f"{path} {'x'.join(map(str, shape))}" for path, shape in shapes.items()]
        entry = {
            "parameters": sum(p.numel() for p in full.parameters()),
            "tensors": len(lines),
            "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        }
        if listed:
            entry["list"] = lines
        with torch.no_grad():
            with torch.device("meta"):
                model = make(num_classes=10, **options).eval()
            model = model.to_empty(device="cpu").double().requires_grad_(False)
            fill(model)
            entry["size"] = size
            entry["output"] = model(image(3, size)).flatten().tolist()
            if name in FIRST:
                offset = model.get_parameter(FIRST[name] + ".bias").requires_grad_()
                with torch.enable_grad():
                    y = model(image(3, size))
                    (y * (2 * uniform(UPSTREAM, y.shape) - 1)).sum().backward()
                entry["gradient"] = offset.grad.tolist()
            for head, (channels, side) in HEADS.get(name, {}).items():
                entry[head] = getattr(model, head)(image(channels, side)).flatten().tolist()
        result[name] = entry
        print(name, entry["parameters"], entry["output"][:3])
    path = FOLDER / "zoo.json"
    text = ",\n".join(f"{json.dumps(n)}: {json.dumps(e)}" for n, e in result.items())
    path.write_text("{\n" + text + "\n}\n")
    print(path.stat().st_size, "bytes")


main()
