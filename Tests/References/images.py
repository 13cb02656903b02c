"""JPEG files and what Pillow (libjpeg-turbo) decodes of them, and pictures resized by Pillow.

Writes images.safetensors: CASE/file, uint8 [bytes], with CASE/pixels, uint8 [C, H, W]; and
resize/SOURCE, uint8 [C, H, W], with resize/SOURCE/FILTER/HEIGHTxWIDTH. Needs NumPy, Pillow and
safetensors alone.
"""

import io

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

tensors = {}


def planes(image):
    array = np.asarray(image)
    return np.ascontiguousarray(array[None] if array.ndim == 2 else array.transpose(2, 0, 1))


def picture(height, width, channels, seed):
    """Smooth waves with some noise, so that every coefficient and every level occurs."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    waves = [
        127 + 90 * np.sin(x / (2 + c) + c) * np.cos(y / (3 + c)) + 30 * ((x // 5 + y // 7) % 2)
        for c in range(channels)
    ]
    noisy = np.stack(waves, axis=-1) + generator.normal(0, 12, (height, width, channels))
    array = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
    return Image.fromarray(array[..., 0] if channels == 1 else array)


def jpeg(name, image, orientation=None, **options):
    buffer = io.BytesIO()
    if orientation is not None:
        exif = Image.Exif()
        exif[0x0112] = orientation
        options["exif"] = exif
    image.save(buffer, "JPEG", **options)
    tensors[f"{name}/file"] = np.frombuffer(buffer.getvalue(), np.uint8).copy()
    if image.mode == "CMYK":
        return
    from PIL import ImageOps

    decoded = ImageOps.exif_transpose(Image.open(io.BytesIO(buffer.getvalue())))
    tensors[f"{name}/pixels"] = planes(decoded)


jpeg("gray", picture(13, 21, 1, 1), quality=90)
jpeg("color-444", picture(17, 23, 3, 2), quality=92, subsampling=0)
jpeg("color-422", picture(19, 22, 3, 3), quality=85, subsampling=1)
jpeg("color-420", picture(33, 35, 3, 4), quality=75, subsampling=2)
jpeg("progressive", picture(29, 31, 3, 5), quality=80, progressive=True)
jpeg("restarts", picture(24, 24, 3, 6), quality=80, restart_marker_blocks=1)
jpeg("pixel", picture(1, 1, 3, 7))
jpeg("inks", picture(16, 16, 3, 8).convert("CMYK"))
for orientation in range(1, 9):
    jpeg(f"orientation-{orientation}", picture(9, 14, 3, 9), orientation, quality=90)

for name, (height, width, channels) in {
    "small": (7, 5, 1), "odd": (23, 37, 3), "even": (48, 64, 1), "line": (1, 40, 1),
}.items():
    source = picture(height, width, channels, 100 + height)
    tensors[f"resize/{name}"] = planes(source)
    for filter, code in {"area": Image.Resampling.BOX, "bilinear": Image.Resampling.BILINEAR}.items():
        for size in [(1, 1), (4, 3), (16, 16), (23, 19), (height, width * 2), (50, 41)]:
            tensors[f"resize/{name}/{filter}/{size[0]}x{size[1]}"] = planes(
                source.resize((size[1], size[0]), code))

save_file(tensors, "images.safetensors")
