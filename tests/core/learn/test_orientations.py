"""Histograms of edge directions and colours, against values worked out by hand."""

import colorsys

import numpy as np
import pytest

from core.learn import orientations


def picture(side: int = 32) -> np.ndarray:
    return np.zeros((1, side, side, 3), np.uint8)


def by_direction(pixels: np.ndarray) -> np.ndarray:
    """Return the sum over all cells by direction: 9 directions, 20 degrees each, 0 is a gradient to the right."""
    return orientations._cells(pixels)[0].sum(axis=(0, 1))


def test_an_edge_from_left_to_right_has_direction_0_and_one_from_top_to_bottom_90_degrees() -> None:
    upright, level = picture(), picture()
    upright[:, :, 16:] = 255
    level[:, 16:] = 255
    assert by_direction(upright).argmax() == 0
    assert by_direction(upright)[1:].sum() == pytest.approx(0, abs=1e-6)
    # 90 degrees lie between 80 and 100, the fourth and the fifth direction, half and half
    assert by_direction(level)[[4, 5]] == pytest.approx([by_direction(level).sum() / 2] * 2, rel=1e-5)


def test_the_sign_of_an_edge_does_not_count_and_its_height_does_within_a_cell() -> None:
    bright, dark, weak = picture(), picture(), picture()
    bright[:, :, 16:] = 200
    dark[:, :, :16] = 200
    weak[:, :, 16:] = 100
    assert orientations._cells(bright) == pytest.approx(orientations._cells(dark), abs=1e-6)
    assert by_direction(bright)[0] == pytest.approx(2 * by_direction(weak)[0], rel=1e-5)


def test_blocks_have_length_one_whatever_the_contrast() -> None:
    pixels = np.random.default_rng(0).integers(0, 128, (3, 32, 32, 3), dtype=np.uint8)
    found = orientations.orientations(pixels)
    assert found.shape == (3, 7 * 7 * 4 * 9)
    blocks = found.reshape(3, 49, 36)
    assert np.linalg.norm(blocks, axis=-1) == pytest.approx(np.ones((3, 49)), abs=1e-3)
    assert orientations.orientations(2 * pixels) == pytest.approx(found, abs=0.02)


def test_the_strongest_channel_gives_the_gradient() -> None:
    red, both = picture(), picture()
    red[:, :, 16:, 0] = 255
    both[:, :, 16:, 0] = 255
    both[:, 16:, :, 1] = 60
    assert by_direction(both)[0] == pytest.approx(by_direction(red)[0], rel=0.1)


@pytest.mark.parametrize("side", [16, 20, 48, 128])
def test_every_side_has_as_many_features_and_pictures_do_not_depend_on_their_neighbours(side: int) -> None:
    count = orientations.CHUNK // side**2 + 2
    pixels = np.random.default_rng(1).integers(0, 256, (count, side, side, 3), dtype=np.uint8)
    found = orientations.orientations(pixels)
    assert found.shape == (len(pixels), 1764)
    assert np.isfinite(found).all()
    assert found[-1:] == pytest.approx(orientations.orientations(pixels[-1:]), abs=1e-6)


def test_a_flat_picture_has_no_edges() -> None:
    assert not orientations.orientations(picture() + 77).any()


def test_colours_are_shares_of_pixels() -> None:
    pixels = picture(16)
    pixels[:, :4] = (255, 0, 0)
    found = orientations.colours(pixels)[0]
    assert found.shape == (9 * 16 * 3 * 3,)
    cells = np.square(found).reshape(9, 16, 3, 3)
    assert cells[:, 0, 2, 2].sum() == pytest.approx(0.25)  # hue 0, fully saturated and bright
    assert cells[:, 0, 0, 0].sum() == pytest.approx(0.75)  # black
    assert not cells[3:, 0, 2, 2].any()  # the red stripe lies in the upper row alone
    assert np.square(found).sum() == pytest.approx(1)


def test_hue_saturation_and_value_are_those_of_the_standard_library() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (2, 8, 8, 3), dtype=np.uint8)
    pixels[0, 0, :4] = [(0, 0, 0), (9, 9, 9), (255, 0, 255), (0, 7, 7)]
    wanted = [colorsys.rgb_to_hsv(*(pixel / 255)) for pixel in pixels.reshape(-1, 3)]
    assert orientations.hsv(pixels).reshape(-1, 3) == pytest.approx(np.array(wanted), abs=1e-6)


@pytest.mark.parametrize("side", [16, 20, 48])
def test_several_numbers_of_cells_are_those_of_each(side: int) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (5, side, side, 3), dtype=np.uint8)
    for cells, found in zip((4, 8), orientations.several(pixels, 4, 8), strict=True):
        assert found == pytest.approx(orientations.orientations(pixels, cells), abs=1e-6)


def test_of_a_large_image_every_second_pixel_counts_for_colours() -> None:
    pixels = np.random.default_rng(4).integers(0, 256, (3, 128, 128, 3), dtype=np.uint8)
    np.testing.assert_array_equal(orientations.colours(pixels), orientations.colours(pixels[:, ::2, ::2]))
