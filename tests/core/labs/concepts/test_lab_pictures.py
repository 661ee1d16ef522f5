"""Drawings of the labs are well-formed, say what they show, and stay within their frame; texts of matrices are read."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from core.errors import SpecError
from core.labs.concepts.architectures import pictures as wiring_pictures, wirings
from core.labs.concepts.captioning import pictures as attention_pictures, scene
from core.labs.concepts.convolution import pictures as convolution_pictures, working as convolution_working
from core.labs.concepts.depth import depth, linear_blocks, pictures as depth_pictures
from core.labs.concepts.kit import attention, board, convolution, drawing, filters, pooling, receptive
from core.labs.concepts.kit.convolution import Geometry
from core.labs.concepts.kit.drawing import Drawing
from core.labs.concepts.kit.pooling import Pool
from core.plot import palette


def checked(made: Drawing) -> ElementTree.Element:
    root = ElementTree.fromstring(made.svg)
    assert made.alt
    width, height = (float(value) for value in root.get("viewBox").split()[2:])
    assert made.width == round(width)
    for mark in root.iter("{http://www.w3.org/2000/svg}rect"):
        x, y, wide, tall = (float(mark.get(name)) for name in ("x", "y", "width", "height"))
        assert x > -1
        assert y > -1
        assert x + wide <= width + 1
        assert y + tall <= height + 1
    assert not re.search(r"\b(nan|inf)\b", made.svg)
    return root


def words(root: ElementTree.Element) -> list[str]:
    return [mark.text for mark in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("name", [*filters.PICTURES, *filters.DIGITS])
@pytest.mark.parametrize("geometry", [Geometry(3, 1), Geometry(3, 2, 2), Geometry(3, 2, 1, 2)], ids=str)
def test_every_picture_fits_with_its_window_map_and_pooling(name: str, geometry: Geometry) -> None:
    picture, bank, pool = filters.picture(name), filters.bank(filters.bank_text("sharpen")), Pool("average", 2, 2)
    maps = convolution.forward(picture[..., None], bank, np.zeros(1), geometry)
    pooled = pooling.forward(maps, pool)
    last = maps.shape[0] - 1, maps.shape[1] - 1
    made = convolution_pictures.forward(
        picture, bank[:, :, 0, 0], maps[..., 0], geometry, last, pooled=pooled[..., 0], pool=pool
    )
    checked(made)
    assert made.svg.count(f'stroke="{convolution_pictures.WINDOW}" stroke-width="3"') >= 10
    assert made.width <= 980


def test_the_window_is_where_the_layer_looks() -> None:
    geometry = Geometry(3, 1, 2, 2)
    marks = convolution_pictures.window_marks(geometry, (1, 0))
    assert set(marks) == {(2 + u, v) for u in (0, 2, 4) for v in (0, 2, 4)}


def test_drawings_of_the_board() -> None:
    done = board.question()
    names = board.FILTER_NAMES
    for made in (
        convolution_pictures.padded(board.PICTURE[..., 0], 1),
        convolution_pictures.maps(board.FILTERS[:, :, 0], done.maps, names),
        convolution_pictures.pooling_step(done.maps, board.POOL, (1, 1), 2),
        convolution_pictures.three({"a": done.pooled, "b": board.TARGET}, "both"),
        convolution_pictures.weight_step(
            board.PICTURE[..., 0],
            done.blame_maps[..., 0],
            done.gradients.filters[:, :, 0, 0],
            board.GEOMETRY,
            (2, 2),
            0,
        ),
        convolution_pictures.pixel_step(board.PICTURE[..., 0], done.gradients.picture[..., 0], (3, 3)),
    ):
        checked(made)
    winners = convolution_pictures.routes(done.maps, board.POOL)
    assert all(done.blame_maps[(*cell, f)] for f, cells in winners.items() for cell in cells)


@pytest.mark.parametrize("frames", [1, 2, 3])
@pytest.mark.parametrize("phrases", [0, 2])
def test_the_look_writes_every_weight(frames: int, phrases: int) -> None:
    film = scene.Scene(frames, phrases)
    seen = attention.look(
        film.features,
        film.written,
        scene.REGION_SCORES[-frames:],
        scene.FRAME_SCORES[-frames:],
        scene.PHRASE_SCORES[:phrases],
        0.4,
    )
    chances = attention.next_word(seen.mixed, scene.WORD_FEATURES)
    made = attention_pictures.look(seen, scene.shown()[-frames:], scene.phrases()[:phrases], scene.words(), chances)
    told = words(checked(made))
    for weight in [*seen.region_weights.ravel(), *seen.frame_weights, *seen.phrase_weights]:
        assert f"{weight:.2f}" in told
    assert ("none yet" in told) is (phrases == 0)
    assert scene.words()[int(chances.argmax())] in made.alt


@pytest.mark.parametrize("blocks", [2, 4, 6, 8])
@pytest.mark.parametrize("deleted", [frozenset(), frozenset({1}), frozenset({0, 1})])
def test_all_paths_are_drawn_and_those_left_are_counted(blocks: int, deleted: frozenset[int]) -> None:
    made = depth_pictures.all_paths(blocks, deleted)
    told = words(checked(made))
    counts = [int(told[n + 1].split()[0]) for n, word in enumerate(told) if word.startswith("length")]
    assert sum(counts) == 2 ** (blocks - len(deleted))
    assert told.count("off") == len(deleted)
    assert made.alt.startswith(f"{sum(counts)} of {2**blocks}")


def test_drawings_of_depth() -> None:
    stack = receptive.stack(10, 5, 1, 3, True)
    checked(depth_pictures.fields(stack, receptive.fields(stack), receptive.influence(stack)))
    checked(depth_pictures.stages(depth.ledger(depth.parse("16x3 1024x7 8x1")), 128))
    checked(
        depth_pictures.bars({"a": [0.2, 1.0], "b": [0.0, 0.5]}, ["x", "y"], {"a": "#000000", "b": "#000000"}, "both")
    )


@pytest.mark.parametrize("wiring", wirings.WIRINGS)
def test_wirings_write_every_number(wiring: str) -> None:
    steps = wirings.unroll(wiring, [1.0, -0.5, 2.0], 4, wirings.Cell())
    for now in (None, 0, len(steps) - 1):
        told = words(checked(wiring_pictures.unrolled(steps, wiring, now)))
        for step in steps:
            assert all(drawing.number(value) in told for value in (step.h, step.x, step.y) if value is not None)
    checked(wiring_pictures.sketch(steps, wiring))


def test_linear_paths_add_up_to_the_network() -> None:
    factors = (0.5, -0.2, 0.3, 1.5)
    for deleted in (frozenset(), frozenset({1}), frozenset({0, 3})):
        listed = linear_blocks.expand(factors, deleted)
        assert sum(path.product for path in listed) == pytest.approx(linear_blocks.output(factors, True, deleted))
        assert len(listed) == 2 ** (4 - len(deleted))
    assert linear_blocks.output(factors, False, frozenset({1})) == pytest.approx(0.5 * 0.3 * 1.5)


@pytest.mark.parametrize("scale", [palette.SEQUENTIAL, palette.DIVERGING])
def test_a_scale_passes_through_its_colours_and_its_numbers_can_be_read(scale: list[list[object]]) -> None:
    for share, colour in scale:
        assert drawing.blend(scale, share).upper() == str(colour).upper()
    for value in np.linspace(-1, 1, 41):
        fill = drawing.shade(float(value), 1.0, scale is palette.DIVERGING)
        assert max(palette.contrast(fill, drawing.WHITE), palette.contrast(fill, drawing.INK)) > 4


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "3"), (-2.0, "−2"), (0.25, "0.25"), (-0.001, "0"), (10.0, "10"), (1.5, "1.5")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert drawing.number(value) == text


@pytest.mark.parametrize("name", filters.FILTERS)
def test_filters_survive_their_text(name: str) -> None:
    bank = filters.bank(filters.bank_text(name))
    for place, one in enumerate(filters.FILTERS[name]):
        np.testing.assert_allclose(bank[:, :, 0, place], one)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "at least one row"), ("1 2\n3", "row 2 has 1"), ("1 x", "'x' in row 1"), ("1 1/0", "not a number"),
     ("nan 1", "not a number"), ("1e5 1", "too large"), ("1 2 " * 7, "at most 12"), ("1/2/3", "not a number")],
)  # fmt: skip
def test_a_matrix_that_cannot_be_read_is_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(SpecError, match=sentence):
        filters.matrix(typed, "Pixels", 12)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "at least one row"),
        ("1 2", "make it square"),
        ("1\n\n1 2\n3 4", "another size"),
        ("1\n\n" * 4, "At most 3"),
        ("1 1 1 1 1 1\n" * 6, "at most 5"),
    ],
)
def test_filters_that_cannot_be_read_are_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(SpecError, match=sentence):
        filters.bank(typed)


def test_sums_are_written_out_with_their_result() -> None:
    lines = convolution_working.output(board.PICTURE, board.FILTERS, board.BIAS, board.GEOMETRY, (0, 0), 1)
    assert len(lines) == 4  # a line for each row of the filter, and the bias
    assert lines[-1].endswith("= -2")
    assert sum(line.count(r"\cdot") for line in lines) == 9
    assert convolution_working.size(4, board.GEOMETRY).endswith("= 4")


@pytest.mark.parametrize(
    ("label", "lines"), [("W_f", ["W", "f"]), ("b_h_z: bias", ["b", "h,z", ": bias"]), ("return_sequences", [])]
)
def test_an_index_is_written_as_a_subscript(label: str, lines: list[str]) -> None:
    found = ElementTree.fromstring(drawing.text(0, 0, label))
    assert [found.text, *(span.text for span in found)] == (lines or [label])
    downs = [float(span.get("dy")) for span in found]
    assert downs == ([] if not lines else [pytest.approx(4.35, abs=0.1), -downs[0]][: len(downs)])
