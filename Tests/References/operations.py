"""Values and first derivatives of single operations, by PyTorch in float64.

Writes operations.safetensors. A case NAME holds

    NAME/x, NAME/weight, …       the inputs (classes and indices as int64)
    NAME/y                       the output
    NAME/upstream                ∂L/∂y, of y's shape
    NAME/grad_x, …               ∂L/∂input for each differentiable input

and whatever else `extra` below adds. The metadata entry `cases` is a JSON object from NAME to the
operation and its parameters. Every gradient but those of the extreme inputs is checked here
against central differences as well, so the file rests on two derivations.
"""
import zlib

import torch
import torch.nn.functional as F

from references import uniform, write

tensors, cases = {}, {}


def draw(label, shape, low=-1.5, high=1.5):
    """Numbers in [low, high) that depend on the label alone: a new case moves no old one."""
    return low + (high - low) * uniform(zlib.crc32(label.encode()), shape)


def case(name, operation, function, inputs, constants=None, extra=None, check=True, **parameters):
    """Stores y = function(inputs then constants, in order), and the gradients of the inputs."""
    assert name not in cases, name
    constants = constants or {}
    inputs = {key: value.detach().clone().requires_grad_() for key, value in inputs.items()}
    y = function(*inputs.values(), *constants.values())
    upstream = draw(f"{name}/upstream", tuple(y.shape), 0.5, 2) * (
        1 - 2 * (draw(f"{name}/sign", tuple(y.shape)) < 0).double())
    gradients = torch.autograd.grad(y, list(inputs.values()), upstream)
    if check:
        assert torch.autograd.gradcheck(
            lambda *values: function(*values, *constants.values()),
            tuple(inputs.values()), eps=1e-6, atol=1e-6, rtol=1e-5), name
    stored = {**inputs, **constants, **(extra or {}), "y": y, "upstream": upstream}
    stored.update({f"grad_{key}": gradient for key, gradient in zip(inputs, gradients)})
    for key, value in stored.items():
        tensors[f"{name}/{key}"] = value
    cases[name] = {"operation": operation, **parameters}


# Convolution: x [N, C, H, W], weight [O, C/groups, kH, kW], bias [O]; zero padding on both sides.
def convolution(name, x, weight, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1,
                bias=True):
    inputs = {"x": draw(f"{name}/x", x), "weight": draw(f"{name}/weight", weight)}
    if bias:
        inputs["bias"] = draw(f"{name}/bias", (weight[0],))
    case(name, "convolution",
         lambda x, weight, bias=None: F.conv2d(x, weight, bias, stride, padding, dilation, groups),
         inputs, stride=stride, padding=padding, dilation=dilation, groups=groups, bias=bias)


convolution("convolution_1", (2, 1, 5, 5), (2, 1, 3, 3))
convolution("convolution_2", (2, 3, 5, 6), (4, 3, 3, 2), stride=(2, 1), padding=(1, 2))
convolution("convolution_3", (1, 6, 5, 5), (4, 3, 2, 3), padding=(1, 1), dilation=(2, 1), groups=2)
convolution("convolution_4", (1, 24, 3, 3), (24, 1, 3, 3), padding=(1, 1), groups=24, bias=False)
convolution("convolution_5", (1, 24, 2, 4), (6, 24, 1, 1), stride=(1, 2))
convolution("convolution_6", (1, 6, 6, 5), (6, 2, 3, 3), stride=(2, 2), padding=(2, 1),
            dilation=(1, 2), groups=3)
convolution("convolution_7", (2, 3, 7, 4), (2, 3, 3, 3), stride=(3, 2), bias=False)


# Transposed convolution: x [N, C, H, W], weight [C, O/groups, kH, kW], bias [O].
def transposed(name, x, weight, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1,
               bias=True):
    inputs = {"x": draw(f"{name}/x", x), "weight": draw(f"{name}/weight", weight)}
    if bias:
        inputs["bias"] = draw(f"{name}/bias", (weight[1] * groups,))
    case(name, "transposed_convolution",
         lambda x, weight, bias=None: F.conv_transpose2d(
             x, weight, bias, stride, padding, (0, 0), groups, dilation),
         inputs, stride=stride, padding=padding, output_padding=(0, 0), dilation=dilation,
         groups=groups, bias=bias)


transposed("transposed_convolution_1", (2, 1, 3, 3), (1, 2, 3, 3))
transposed("transposed_convolution_2", (1, 3, 3, 4), (3, 4, 3, 2), stride=(2, 3), padding=(1, 0))
transposed("transposed_convolution_3", (1, 6, 3, 3), (6, 2, 2, 3), stride=(1, 2), padding=(1, 2),
           dilation=(2, 1), groups=2)
transposed("transposed_convolution_4", (1, 24, 2, 1), (24, 1, 2, 2), stride=(2, 2), groups=24,
           bias=False)
transposed("transposed_convolution_5", (2, 6, 2, 2), (6, 3, 3, 3), stride=(2, 2), padding=(1, 1))


# Pooling: x [N, C, H, W]; the last window is the last that fits (no ceil mode).
def max_pool(name, x, window, stride, padding=(0, 0)):
    case(name, "max_pool", lambda x: F.max_pool2d(x, window, stride, padding),
         {"x": draw(f"{name}/x", x)}, window=window, stride=stride, padding=padding)


def average_pool(name, x, window, stride, padding=(0, 0), count_include_pad=True):
    case(name, "average_pool",
         lambda x: F.avg_pool2d(x, window, stride, padding, False, count_include_pad),
         {"x": draw(f"{name}/x", x)}, window=window, stride=stride, padding=padding,
         count_include_pad=count_include_pad)


max_pool("max_pool_1", (2, 1, 4, 6), (2, 2), (2, 2))
max_pool("max_pool_2", (2, 3, 5, 6), (3, 2), (2, 1), (1, 1))
max_pool("max_pool_3", (1, 6, 5, 5), (3, 3), (1, 2), (1, 0))
max_pool("max_pool_4", (1, 24, 3, 3), (2, 2), (1, 1))
max_pool("max_pool_5", (1, 2, 7, 7), (2, 2), (3, 3))
average_pool("average_pool_1", (2, 1, 4, 6), (2, 2), (2, 2))
average_pool("average_pool_2", (2, 3, 5, 6), (3, 2), (2, 1), (1, 1), True)
average_pool("average_pool_3", (2, 3, 5, 6), (3, 2), (2, 1), (1, 1), False)
average_pool("average_pool_4", (1, 24, 3, 3), (2, 2), (1, 1))
average_pool("average_pool_5", (1, 6, 5, 5), (3, 3), (2, 2), (1, 1), False)
for number, shape in enumerate([(2, 3, 4, 5), (2, 24, 2, 2)], 1):
    name = f"global_average_pool_{number}"
    case(name, "global_average_pool", lambda x: x.mean((2, 3), keepdim=True),
         {"x": draw(f"{name}/x", shape)}, note="y keeps both spatial axes at size 1")

# Softmax and its logarithm.
for operation, function in (("softmax", F.softmax), ("log_softmax", F.log_softmax)):
    for number, (shape, axis) in enumerate([((4, 5), 1), ((4, 5), 0), ((2, 3, 4), 1),
                                            ((2, 3, 2, 4), 3), ((7,), 0)], 1):
        name = f"{operation}_{number}"
        case(name, operation, lambda x: function(x, axis), {"x": draw(f"{name}/x", shape, -3, 3)},
             axis=axis)
    name = f"{operation}_extreme"
    case(name, operation, lambda x: function(x, 1),
         {"x": torch.tensor([[1000.0, 999, -1000], [-1000, -1001, -1002], [0, 800, 0]]).double()},
         check=False, axis=1)

# Losses. The mean is over samples for classes, over elements otherwise.
classes = torch.tensor([2, 0, 4, 4, 1])
for number, reduction in enumerate(["mean", "sum"], 1):
    name = f"cross_entropy_{number}"
    case(name, "cross_entropy",
         lambda x, target: F.cross_entropy(x, target, reduction=reduction),
         {"x": draw(f"{name}/x", (5, 6), -3, 3)}, {"target": classes},
         target="class indices", reduction=reduction)
    name = f"nll_{number}"
    case(name, "nll", lambda x, target: F.nll_loss(x, target, reduction=reduction),
         {"x": F.log_softmax(draw(f"{name}/x", (5, 6), -3, 3), 1)}, {"target": classes},
         target="class indices", x="log-probabilities", reduction=reduction)
    name = f"mse_{number}"
    case(name, "mse", lambda x, target: F.mse_loss(x, target, reduction=reduction),
         {"x": draw(f"{name}/x", (4, 3)), "target": draw(f"{name}/target", (4, 3))},
         reduction=reduction)
    name = f"bce_with_logits_{number}"
    case(name, "bce_with_logits",
         lambda x, target: F.binary_cross_entropy_with_logits(x, target, reduction=reduction),
         {"x": draw(f"{name}/x", (4, 3), -4, 4)},
         {"target": (draw(f"{name}/target", (4, 3), 0, 1) > 0.5).double() if number == 1
          else draw(f"{name}/target", (4, 3), 0, 1)},
         target="0 or 1" if number == 1 else "probabilities", reduction=reduction)
for number, reduction in enumerate(["mean", "sum"], 3):
    name = f"cross_entropy_{number}"
    case(name, "cross_entropy",
         lambda x, target: F.cross_entropy(x, target, reduction=reduction),
         {"x": draw(f"{name}/x", (4, 5), -3, 3)},
         {"target": F.softmax(draw(f"{name}/target", (4, 5), -2, 2), 1)},
         target="probabilities", reduction=reduction)
case("cross_entropy_extreme", "cross_entropy", F.cross_entropy,
     {"x": torch.tensor([[1000.0, 0, -1000], [-900, -1000, -990]]).double()},
     {"target": torch.tensor([1, 0])}, check=False, target="class indices", reduction="mean")
case("bce_with_logits_extreme", "bce_with_logits", F.binary_cross_entropy_with_logits,
     {"x": torch.tensor([-800.0, 800, -800, 800, 40, -40]).double()},
     {"target": torch.tensor([0.0, 1, 1, 0, 1, 0]).double()}, check=False, target="0 or 1",
     reduction="mean")


def hinge(x, target):
    """mean max(0, 1 − target·x), by hand: PyTorch's hinge_embedding_loss is another function."""
    return torch.clamp(1 - target * x, min=0).mean()


signs = 1 - 2 * (draw("hinge/target", (4, 3)) < 0).double()
case("hinge_1", "hinge", hinge, {"x": draw("hinge_1/x", (4, 3), -2, 2)}, {"target": signs},
     target="-1 or 1", reduction="mean", formula="mean(max(0, 1 - target * x))")
for number, delta in enumerate([1.0, 0.5], 1):
    name = f"huber_{number}"
    case(name, "huber", lambda x, target: F.huber_loss(x, target, delta=delta),
         {"x": draw(f"{name}/x", (4, 5)), "target": draw(f"{name}/target", (4, 5))},
         delta=delta, reduction="mean",
         formula="mean(d²/2 where |d| <= delta, else delta (|d| - delta/2)), d = x - target")

# Batch normalization over every axis but 1. PyTorch's momentum is the new value's share, and the
# running variance takes the unbiased batch variance while x is normalized by the biased one.
for number, shape in enumerate([(6, 3), (4, 3, 4), (2, 3, 3, 4), (2, 24, 2, 2), (3, 1, 2, 3)], 1):
    channels, form = shape[1], {2: "1d", 3: "1d", 4: "2d"}[len(shape)]
    for training in (True, False):
        name = f"batch_norm_{'training' if training else 'evaluation'}_{number}"
        mean = draw(f"{name}/running_mean", (channels,), -0.5, 0.5)
        variance = draw(f"{name}/running_variance", (channels,), 0.5, 2)
        new_mean, new_variance = mean.clone(), variance.clone()
        inputs = {"x": draw(f"{name}/x", shape), "weight": draw(f"{name}/weight", (channels,)),
                  "bias": draw(f"{name}/bias", (channels,))}
        F.batch_norm(inputs["x"], new_mean, new_variance, training=training, momentum=0.1)
        extra = {"running_mean": mean, "running_variance": variance}
        if training:
            extra["running_mean_after"], extra["running_variance_after"] = new_mean, new_variance
        case(name, "batch_norm",
             lambda x, weight, bias: F.batch_norm(
                 x, mean.clone(), variance.clone(), weight, bias, training, 0.1, 1e-5),
             inputs, extra=extra, form=form, training=training, epsilon=1e-5, momentum=0.1,
             note="running = 0.9 running + 0.1 batch; the running variance takes the unbiased "
                  "batch variance, y is normalized by the biased one")

for number, (shape, axes) in enumerate([((4, 6), 1), ((2, 3, 4), 1), ((2, 3, 4), 2),
                                        ((2, 3, 2, 4), 3)], 1):
    name, part = f"layer_norm_{number}", shape[len(shape) - axes:]
    case(name, "layer_norm", lambda x, weight, bias: F.layer_norm(x, part, weight, bias, 1e-5),
         {"x": draw(f"{name}/x", shape), "weight": draw(f"{name}/weight", part),
          "bias": draw(f"{name}/bias", part)}, normalized_shape=part, epsilon=1e-5)
case("layer_norm_5", "layer_norm", lambda x: F.layer_norm(x, (5,)),
     {"x": draw("layer_norm_5/x", (3, 5))}, normalized_shape=(5,), epsilon=1e-5, affine=False)

# Element-wise functions.
for name, operation, function, low, high, parameters in [
    ("gelu_exact", "gelu", F.gelu, -4, 4, {"approximation": "none"}),
    ("gelu_tanh", "gelu", lambda x: F.gelu(x, approximate="tanh"), -4, 4,
     {"approximation": "tanh"}),
    # PyTorch's default threshold of 20 would replace softplus by the identity above it.
    ("softplus_1", "softplus", lambda x: F.softplus(x, threshold=700), -6, 6, {"beta": 1}),
    ("leaky_relu_1", "leaky_relu", lambda x: F.leaky_relu(x, 0.01), -3, 3, {"slope": 0.01}),
    ("leaky_relu_2", "leaky_relu", lambda x: F.leaky_relu(x, 0.2), -3, 3, {"slope": 0.2}),
    ("relu_1", "relu", F.relu, -3, 3, {}),
    ("sigmoid_1", "sigmoid", torch.sigmoid, -6, 6, {}),
    ("tanh_1", "tanh", torch.tanh, -4, 4, {}),
    ("exp_1", "exp", torch.exp, -4, 4, {}),
    ("log_1", "log", torch.log, 0.05, 5, {}),
    ("sqrt_1", "sqrt", torch.sqrt, 0.05, 5, {}),
    ("erf_1", "erf", torch.erf, -3, 3, {}),
]:
    case(name, operation, function, {"x": draw(f"{name}/x", (5, 8), low, high)}, **parameters)
# Far out, beside ordinary numbers that keep every tensor's largest value away from zero.
extreme = torch.tensor([-700.0, -100, -40, -20, -0.5, 0.5, 20, 40, 100, 600]).double()
case("softplus_extreme", "softplus", lambda x: F.softplus(x, threshold=700), {"x": extreme},
     check=False, beta=1)
case("sigmoid_extreme", "sigmoid", torch.sigmoid, {"x": extreme}, check=False)
case("tanh_extreme", "tanh", torch.tanh, {"x": extreme}, check=False)
case("gelu_exact_extreme", "gelu", F.gelu, {"x": extreme}, check=False, approximation="none")
case("gelu_tanh_extreme", "gelu", lambda x: F.gelu(x, approximate="tanh"), {"x": extreme},
     check=False, approximation="tanh")

# Embedding: rows of weight [V, D]; a row taken more than once sums its gradients.
for number, indices in enumerate([[1, 4, 1, 0], [[2, 2, 5], [0, 5, 2]]], 1):
    name = f"embedding_{number}"
    case(name, "embedding", lambda weight, indices: F.embedding(indices, weight),
         {"weight": draw(f"{name}/weight", (6, 4))}, {"indices": torch.tensor(indices)})

# Reductions.
for number, (shape, axes, correction, keep) in enumerate([
        ((4, 5), [1], 1, False), ((4, 5), [1], 0, False), ((2, 3, 4), [0, 2], 1, True),
        ((2, 3, 4), [0, 2], 0, True), ((3, 4), [0, 1], 0, False)], 1):
    name = f"variance_{number}"
    case(name, "variance", lambda x: torch.var(x, axes, correction=correction, keepdim=keep),
         {"x": draw(f"{name}/x", shape)}, axes=axes, unbiased=correction == 1, keep_axes=keep)
for operation, function in (("max", torch.amax), ("min", torch.amin)):
    for number, (shape, axes, keep) in enumerate([
            ((4, 5), [1], False), ((2, 3, 4), [0, 2], True), ((3, 4), [0, 1], False)], 1):
        name = f"{operation}_{number}"
        x = draw(f"{name}/x", shape)
        assert x.unique().numel() == x.numel()
        case(name, operation, lambda x: function(x, axes, keep), {"x": x}, axes=axes,
             keep_axes=keep)

# Products and linear algebra.
for number, (a, b) in enumerate([((3, 4), (4, 5)), ((2, 3, 4), (4, 5)), ((1, 3, 4), (5, 4, 2)),
                                 ((2, 1, 3, 4), (3, 4, 2)), ((4, 5), (3, 5, 2))], 1):
    name = f"matmul_{number}"
    case(name, "matmul", torch.matmul, {"a": draw(f"{name}/a", a), "b": draw(f"{name}/b", b)})


def regular(label, shape):
    """Matrices with a dominant diagonal: invertible, and far from losing digits."""
    return draw(label, shape) + 4 * torch.eye(shape[-1], dtype=torch.float64)


def symmetrized(a):
    """Symmetric a go through this first, so ∂L/∂a is symmetric and does not hang on a triangle."""
    return (a + a.mT) / 2


def positive(label, shape):
    """Symmetric positive definite matrices with distinct eigenvalues."""
    a = draw(label, shape)
    return symmetrized(a @ a.mT + torch.eye(shape[-1], dtype=torch.float64))


for number, shape in enumerate([(4, 4), (2, 3, 3), (1, 1)], 1):
    for operation, function in (("inverse", torch.linalg.inv), ("determinant", torch.linalg.det)):
        name = f"{operation}_{number}"
        case(name, operation, function, {"a": regular(f"{name}/a", shape)})
for number, (a, b) in enumerate([((4, 4), (4, 3)), ((4, 4), (4, 1)), ((2, 3, 3), (2, 3, 2))], 1):
    name = f"solve_{number}"
    case(name, "solve", torch.linalg.solve,
         {"a": regular(f"{name}/a", a), "b": draw(f"{name}/b", b)}, formula="a y = b")
symmetric = "a is symmetric; y is a function of (a + aᵀ)/2, which makes grad_a symmetric"
for number, shape in enumerate([(4, 4), (2, 3, 3)], 1):
    name = f"cholesky_{number}"
    case(name, "cholesky", lambda a: torch.linalg.cholesky(symmetrized(a)),
         {"a": positive(f"{name}/a", shape)}, formula="a = y yᵀ, y lower triangular",
         note=symmetric)
    name = f"eigh_values_{number}"
    case(name, "eigh", lambda a: torch.linalg.eigvalsh(symmetrized(a)),
         {"a": symmetrized(draw(f"{name}/a", shape))}, formula="y = eigenvalues, ascending",
         note=symmetric)
    name = f"eigh_vectors_{number}"
    case(name, "eigh", lambda a: torch.linalg.eigh(symmetrized(a)).eigenvectors.square(),
         {"a": symmetrized(draw(f"{name}/a", shape))},
         formula="y = squares of the eigenvectors' elements, columns by ascending eigenvalue",
         note=symmetric)
    name = f"eigh_exponential_{number}"

    def exponential(a):
        values, vectors = torch.linalg.eigh(symmetrized(a))
        return (vectors * values.exp().unsqueeze(-2)) @ vectors.mT
    a = symmetrized(draw(f"{name}/a", shape))
    assert torch.allclose(exponential(a), torch.matrix_exp(a), rtol=1e-12, atol=1e-12)
    case(name, "eigh", exponential, {"a": a}, formula="y = V exp(λ) Vᵀ", note=symmetric)
for number, shape in enumerate([(5, 3), (3, 5), (2, 3, 3)], 1):
    name = f"svd_values_{number}"
    case(name, "svd", torch.linalg.svdvals, {"a": draw(f"{name}/a", shape)},
         formula="y = singular values, descending")
    name = f"svd_vectors_{number}"

    def squared(a):
        u, s, vh = torch.linalg.svd(a, full_matrices=False)
        return (u * s.square().unsqueeze(-2)) @ vh
    case(name, "svd", squared, {"a": draw(f"{name}/a", shape)}, formula="y = U S² Vᵀ, thin U and V")

largest = max(tensors, key=lambda key: tensors[key].numel())
assert tensors[largest].numel() <= 256, largest
write("operations.safetensors", tensors, cases)
