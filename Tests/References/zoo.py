"""The networks of `Models` as torchvision and timm have them: what each state is called, how many
parameters it has, and what comes out for numbers from the formula of `references.py`.

Stream 0 makes the input, 2u − 1, and 128 times that before normalization of responses. The
tensors of the state are sorted by name, and stream 1 + i makes tensor i: weights of two and more
axes (2u − 1)·√(6 / fan-in), scales and variances ½ + u, offsets and means 0.4u − 0.2, rounded to
float32. What comes out is computed in float64, in evaluation, for ten classes.

`zoo.py NAME…` makes these networks' entries anew and keeps the others.

Needs torchvision 0.29.2 and timm 1.0.31.
"""
import hashlib
import json
import sys

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


def response_norm():
    """Krizhevsky et al. 2012, 3.3: n = 5, α = 10⁻⁴, β = ¾, k = 2; PyTorch divides α by n."""
    return torch.nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)


def two_columns(num_classes=1000):
    """AlexNet as in the paper: torchvision's classifier on features of its own."""
    nn = torch.nn
    norm = [response_norm() for _ in range(2)]
    model = zoo.alexnet(num_classes=num_classes)
    model.features = nn.Sequential(
        nn.Conv2d(3, 96, 11, 4, 2), nn.ReLU(), norm[0], nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, 1, 2, groups=2), nn.ReLU(), norm[1], nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, 1, 1), nn.ReLU(),
        nn.Conv2d(384, 384, 3, 1, 1, groups=2), nn.ReLU(),
        nn.Conv2d(384, 256, 3, 1, 1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2))
    return model


class Rectified(torch.nn.Module):
    """A convolution with an offset, and ReLU; named as torchvision's with batch normalization."""

    def __init__(self, channels, filters, kernel, stride=1):
        super().__init__()
        self.conv = torch.nn.Conv2d(channels, filters, kernel, stride, kernel // 2)

    def forward(self, x):
        return self.conv(x).relu()


class InceptionUnit(torch.nn.Module):
    """Szegedy et al. 2015, figure 2(b); the numbers as the columns of table 1 have them."""

    def __init__(self, channels, one, three_reduce, three, five_reduce, five, pool):
        super().__init__()
        nn = torch.nn
        self.branch1 = Rectified(channels, one, 1)
        self.branch2 = nn.Sequential(
            Rectified(channels, three_reduce, 1), Rectified(three_reduce, three, 3))
        self.branch3 = nn.Sequential(
            Rectified(channels, five_reduce, 1), Rectified(five_reduce, five, 5))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), Rectified(channels, pool, 1))

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class SideClassifier(torch.nn.Module):
    """Section 5: means of 5 × 5 in steps of 3, 128 filters of 1 × 1, 1024 units."""

    def __init__(self, channels, num_classes):
        super().__init__()
        self.conv = Rectified(channels, 128, 1)
        self.fc1 = torch.nn.Linear(4 * 4 * 128, 1024)
        self.fc2 = torch.nn.Linear(1024, num_classes)

    def forward(self, x):
        x = self.conv(torch.nn.functional.avg_pool2d(x, 5, 3))
        return self.fc2(self.fc1(x.flatten(1)).relu())


class PaperGoogLeNet(torch.nn.Module):
    """Szegedy et al. 2015: table 1, and the order of figure 3, where the first normalization of
    responses comes after the pooling and the second before it. In evaluation, without dropout."""

    UNITS = {
        "3a": (192, 64, 96, 128, 16, 32, 32), "3b": (256, 128, 128, 192, 32, 96, 64),
        "4a": (480, 192, 96, 208, 16, 48, 64), "4b": (512, 160, 112, 224, 24, 64, 64),
        "4c": (512, 128, 128, 256, 24, 64, 64), "4d": (512, 112, 144, 288, 32, 64, 64),
        "4e": (528, 256, 160, 320, 32, 128, 128), "5a": (832, 256, 160, 320, 32, 128, 128),
        "5b": (832, 384, 192, 384, 48, 128, 128),
    }

    def __init__(self, num_classes=1000):
        super().__init__()
        self.conv1 = Rectified(3, 64, 7, 2)
        self.conv2 = Rectified(64, 64, 1)
        self.conv3 = Rectified(64, 192, 3)
        for name, widths in self.UNITS.items():
            setattr(self, f"inception{name}", InceptionUnit(*widths))
        self.aux1 = SideClassifier(512, num_classes)
        self.aux2 = SideClassifier(528, num_classes)
        self.fc = torch.nn.Linear(1024, num_classes)
        self.norm = response_norm()

    def forward(self, x):
        def pool(x):  # 112, 56, 28, 14 and 7 rows of 224: rounded up
            return torch.nn.functional.max_pool2d(x, 3, 2, ceil_mode=True)

        x = self.norm(pool(self.conv1(x)))
        x = pool(self.norm(self.conv3(self.conv2(x))))
        for name in self.UNITS:
            if name in ("4a", "5a"):
                x = pool(x)
            x = getattr(self, f"inception{name}")(x)
        return self.fc(x.mean((2, 3)))


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
    ("googlenet-2015", PaperGoogLeNet, 64, {}, False),
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
    "googlenet-2015": {"aux1": (512, 14), "aux2": (528, 15)},
    "inception3": {"AuxLogits": (768, 17)},
}
# Normalization of responses is made for pixels up to 255 less their mean: of smaller ones it makes
# a multiple that hardly depends on them.
SCALE = {"googlenet-2015": 128}
# What the dense layers get, the tensors before them numbered anew: rows and columns of the input,
# so many that the features are 2 × 3, and its scale. Every 155th element of that is kept, which
# takes every row and column.
FEATURES = {
    "alexnet": (95, 127, 1), "alexnet-2012": (95, 127, 128), "vgg11": (64, 96, 1),
    "vgg11-bn": (64, 96, 1), "vgg16": (64, 96, 1),
}
EVERY = 155
# The offsets of the first normalization or convolution, whose gradient goes through all that
# follows; of the sum of the output times 2u − 1 from this stream.
FIRST = {
    "resnet20": "bn1", "resnet18": "bn1", "resnext50": "bn1", "mobilenet2": "features.0.1",
    "googlenet": "conv1.bn", "googlenet-2015": "conv1.conv", "densenet121": "features.norm0",
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


def image(channels, rows, columns=None, scale=1):
    return scale * (2 * uniform(0, (2, channels, rows, columns or rows)) - 1).float().double()


def features(model, rows, columns, scale):
    fill(model.features)
    y = model.avgpool(model.features(image(3, rows, columns, scale))).flatten(1)
    return {
        "size": [rows, columns], "scale": scale, "shape": list(y.shape), "every": EVERY,
        "values": y.flatten()[::EVERY].tolist()}


def main(names):
    path = FOLDER / "zoo.json"
    result = json.loads(path.read_text()) if names else {}
    for name, make, size, options, listed in MODELS:
        if names and name not in names:
            continue
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
            scale = SCALE.get(name, 1)
            if scale != 1:
                entry["scale"] = scale
            entry["output"] = model(image(3, size, scale=scale)).flatten().tolist()
            if name in FIRST:
                offset = model.get_parameter(FIRST[name] + ".bias").requires_grad_()
                with torch.enable_grad():
                    y = model(image(3, size, scale=scale))
                    (y * (2 * uniform(UPSTREAM, y.shape) - 1)).sum().backward()
                entry["gradient"] = offset.grad.tolist()
            for head, (channels, side) in HEADS.get(name, {}).items():
                entry[head] = getattr(model, head)(image(channels, side)).flatten().tolist()
            if name in FEATURES:
                entry["features"] = features(model, *FEATURES[name])
        result[name] = entry
        print(name, entry["parameters"], entry["output"][:3])
    result = {name: result[name] for name, *_ in MODELS}
    text = ",\n".join(f"{json.dumps(n)}: {json.dumps(e)}" for n, e in result.items())
    path.write_text("{\n" + text + "\n}\n")
    print(path.stat().st_size, "bytes")


main(sys.argv[1:])
