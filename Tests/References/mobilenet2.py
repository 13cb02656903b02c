"""What torchvision's MobileNetV2 with its ImageNet weights gives for five inputs from the formula.

Stream 0 of `references.py` makes the inputs, 4u − 2, float32, five images of 3 × 224 × 224. The
logits of all 1,000 classes are computed in float32, in evaluation.

Needs torchvision 0.29.2, and the weights as safetensors in the folder GRADUS_TEST_DATA, under
`weights/mobilenet_v2-imagenet.safetensors`.
"""
import os

import torch
from safetensors.torch import load_file

from references import uniform, write

# As in zoo.py.
library = torch.library.Library("torchvision", "FRAGMENT")
for operation in ("nms", "qnms"):
    library.define(f"{operation}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

from torchvision.models import mobilenet_v2  # noqa: E402

model = mobilenet_v2()
model.load_state_dict(
    load_file(os.environ["GRADUS_TEST_DATA"] + "/weights/mobilenet_v2-imagenet.safetensors"))
model.eval()
x = (4 * uniform(0, (5, 3, 224, 224)) - 2).float()
with torch.no_grad():
    write("mobilenet2.safetensors", {"logits": model(x)}, {"mobilenet2": {"inputs": [5, 3, 224, 224]}})
