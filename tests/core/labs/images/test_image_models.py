"""The networks of the report, layer for layer: parameters by a formula of their own, and what exports build."""

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest

from core import settings
from core.labs.images import export, models
from core.labs.images.spec import Spec
from tests import ready

SIDE, CLASSES = 128, 5


def convolution(extent: int, before: int, filters: int) -> int:
    return (extent * extent * before + 1) * filters


def dense(inputs: int, units: int) -> int:
    return (inputs + 1) * units


def by_formula(model: str, side: int = SIDE, growth: int = 12) -> int:
    """Parameters counted by hand, without Keras."""
    if model == "a":
        layers = [convolution(3, 3, 16), convolution(3, 16, 32), convolution(3, 32, 64)]
        return sum(layers) + dense((side // 8) ** 2 * 64, 64) + dense(64, CLASSES)
    if model == "b":
        layers = [convolution(3, 3, 16), convolution(5, 16, 32), convolution(7, 32, 64), convolution(7, 64, 128)]
        return sum(layers) + dense((side // 16) ** 2 * 128, 256) + dense(256, CLASSES)
    if model == "residual":
        widths = [(3, 16), (16, 32), (32, 64)]
        blocks = [convolution(1, n, f) + convolution(3, n, f) + convolution(3, f, f) for n, f in widths]
        return sum(blocks) + dense((side // 8) ** 2 * 64, 64) + dense(64, CLASSES)
    if model == "vgg":  # no biases; batch normalisation has four numbers for each filter
        widths = [(3, 32), (32, 64), (64, 128), (128, 256)]
        return sum(convolution(3, n, f) - f + 4 * f for n, f in widths) + dense(256, CLASSES)
    total, channels = convolution(3, 3, 16), 16
    for _ in range(3):
        for _ in range(3):
            total, channels = total + convolution(3, channels, growth), channels + growth
        total, channels = total + convolution(1, channels, channels // 2), channels // 2
    return total + dense((side // 16) ** 2 * channels, 64) + dense(64, CLASSES)


@pytest.mark.parametrize("model", ["a", "b", "residual", "dense", "vgg"])
def test_parameters_are_those_of_the_formula(model: str) -> None:
    made = models.network(Spec(model=model, side=SIDE), CLASSES)
    assert made.count_params() == by_formula(model)
    assert made.output.shape == (None, CLASSES)
    assert sum(layer["parameters"] for layer in models.parameters(made)) == made.count_params()


def test_the_numbers_that_the_page_shows_for_128_pixels() -> None:
    """Worked out once by hand: A 23,584 + 1,048,640 + 325; B 515,232 + 2,097,408 + 1,285."""
    assert by_formula("a") == 1_072_549
    assert by_formula("b") == 2_613_925


def test_layers_of_a_and_b_are_the_reports() -> None:
    made = models.network(Spec(model="b", side=SIDE), CLASSES)
    kernels = [made.get_layer(name).kernel.shape for name in models.convolutions(made)]
    assert [tuple(kernel) for kernel in kernels] == [(3, 3, 3, 16), (5, 5, 16, 32), (7, 7, 32, 64), (7, 7, 64, 128)]
    assert [layer.name for layer in models.network(Spec(side=SIDE), CLASSES).layers] == [
        "picture", "rescaling", "conv1", "pool1", "conv2", "pool2", "conv3", "pool3", "flatten", "dense", "features",
        "head",
    ]  # fmt: skip


def test_a_residual_block_adds_its_shortcut() -> None:
    """With the block's own path at zero, what comes out is the rectified shortcut."""
    made = models.network(Spec(model="residual", side=16), 2)
    for name in ("block1_conv1", "block1_conv2"):
        made.get_layer(name).set_weights([0 * w for w in made.get_layer(name).get_weights()])
    pictures = np.random.default_rng(0).integers(0, 256, (2, 16, 16, 3)).astype("uint8")
    kernel, bias = made.get_layer("block1_shortcut").get_weights()
    by_hand = np.maximum(pictures[:, ::2, ::2] / 255 @ kernel[0, 0] + bias, 0)
    block = models.keras.Model(made.input, made.get_layer("block1_out").output)
    np.testing.assert_allclose(block(pictures), by_hand, atol=1e-5)


def test_a_dense_layer_sees_all_before_it_and_grows() -> None:
    made = models.network(Spec(model="dense", side=32, growth=5), 2)
    joins = [made.get_layer(f"block1_join{n}").output.shape[-1] for n in (1, 2, 3)]
    assert joins == [21, 26, 31]
    assert made.get_layer("transition1").output.shape[-1] == 15
    assert made.get_layer("pool1").output.shape[1] == 8


def test_width_scales_filters_and_mirrors_only_train() -> None:
    made = models.network(Spec(width=0.5, augment="mirror", side=16), 2)
    assert made.get_layer("conv3").output.shape[-1] == 32
    picture = np.random.default_rng(0).integers(0, 256, (8, 16, 16, 3)).astype("uint8")
    moved = models.keras.Model(made.input, made.get_layer("mirror").output)
    np.testing.assert_array_equal(moved(picture, training=False), picture)
    assert np.any(np.asarray(moved(picture, training=True)) != picture)


@pytest.mark.parametrize("model", ["a", "b", "residual", "dense", "vgg"])
def test_the_exported_script_builds_the_same_network(model: str) -> None:
    """Runs the script's own lines up to its model, on pictures made here."""
    chosen = Spec(model=model, side=16, growth=4)
    source = export.script(chosen)
    compile(source, "script.py", "exec")
    built = re.search(r"picture = keras\.Input.*?print\(\"parameters\"", source, re.S)[0].rsplit("print", 1)[0]
    scope = {
        "keras": models.keras,
        "L": models.keras.layers,
        "SIDE": 16,
        "WIDTH": 1.0,
        "GROWTH": 4,
        "classes": "0123456789",
    }
    exec(built, scope)
    assert scope["model"].count_params() == models.network(chosen, 10).count_params()


def test_every_export_is_python_and_its_command_names_what_differs() -> None:
    chosen = Spec(data="my 'set'", model="mobilenet", side=64, start="imagenet", head_epochs=3, augment="mirror",
                  patience=2, per_class=4, dropout=0.5, classes="a,b")  # fmt: skip
    compile(export.script(chosen), "script.py", "exec")
    assert "--set model=mobilenet" in export.command(chosen)
    assert "batch_size" not in export.command(chosen)
    assert not export.exportable(Spec(start="0123456789abcdef", head_epochs=1))


@pytest.mark.slow
def test_every_network_learns_from_pictures_of_the_reports_size(tmp_path: Path) -> None:
    """In a process of its own: what TensorFlow ends there would end this one too."""
    (tmp_path / "learn.py").write_text(
        f"import sys\nsys.path.insert(0, {str(settings.PROJECT)!r})\n"
        "import numpy as np\nfrom core.labs.images import models\nfrom core.labs.images.spec import Spec\n"
        "x, y = np.zeros((8, 128, 128, 3), 'uint8'), np.arange(8) % 5\n"
        "for name in ('a', 'b', 'residual', 'dense', 'vgg'):\n"
        "    spec = Spec(model=name, side=128)\n"
        "    models.compiled(models.network(spec, 5), spec, 0.001, 1).train_on_batch(x, y)\n"
        "print('all five')\n"
    )
    ended = ready.run(["learn.py"], cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (0, "all five\n"), ended.stderr[-500:]


@pytest.mark.parametrize("base", [None, export.Base(Spec(model="vgg", augment="strong"), 7)])
def test_the_exported_script_learns_by_the_settings_that_work(base: export.Base | None) -> None:
    """Runs the script's own lines from its network to its training, on images made here."""
    chosen = Spec(model="vgg", augment="strong", cosine_decay=True, width=0.25, batch_size=8)
    if base:
        chosen = dataclasses.replace(chosen, start="0" * 16, head_epochs=1, augment="affine")
    source = export.script(chosen, base)
    compile(source, "script.py", "exec")
    if base:
        return
    lines = re.search(r"picture = keras\.Input.*?\nlearn\(", source, re.S)[0].removesuffix("learn(")
    rng = np.random.default_rng(0)
    scope = {"keras": models.keras, "L": models.keras.layers, "SIDE": 16, "WIDTH": 0.25, "EPOCHS": 2, "np": np,
             "classes": "01", "pixels": rng.integers(0, 256, (20, 16, 16, 3)).astype("uint8"),
             "labels": np.arange(20) % 2, "train": list(range(16)), "validation": [16, 17, 18, 19]}  # fmt: skip
    exec(lines, scope)
    scope["learn"](0.01, 2)
    optimizer = scope["model"].optimizer
    assert [int(optimizer.iterations), float(optimizer.learning_rate)] == [4, pytest.approx(0.0, abs=1e-7)]
    names = [type(layer).__name__ for layer in scope["model"].layers]
    changes = ("Translation", "Flip", "Rotation", "Zoom", "Brightness", "Contrast")
    assert names[1:7] == [f"Random{one}" for one in changes]


def test_only_large_pictures_without_batch_norm_are_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.os, "cpu_count", lambda: 2)
    chosen = Spec(side=64)
    network = models.network(chosen, 5)
    assert models.shards(network, np.zeros((3, 64, 64, 3))) == 2
    assert models.shards(network, np.zeros((3, 16, 16, 3))) == 1
    assert models.shards(network, np.zeros((3, 1280))) == 1  # what a frozen trunk gives
    assert models.shards(models.network(Spec(model="mobilenet", side=64), 5), np.zeros((3, 64, 64, 3))) == 1
