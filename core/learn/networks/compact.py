"""Rewrite a `.weights.h5` file of Keras in less space, with equal values: newest HDF5 format, compressed arrays.

Keras reads the result like any other. Equal weights give equal bytes: HDF5 would add the time of writing.
"""

import io

import h5py
import numpy as np
from h5py import h5f, h5fd, h5g, h5p  # pyright: ignore[reportAttributeAccessIssue] - compiled, without annotations

LEAST = 256  # values of an array that is worth compressing


def compact(weights: bytes, half: bool = False) -> bytes:
    """Return the file rewritten; `half` rounds its floating-point arrays to float16."""
    small = io.BytesIO()
    with h5py.File(io.BytesIO(weights)) as source, h5py.File(_empty(small)) as target:
        target.attrs.update(source.attrs)
        source.visititems(lambda name, item: _copy(name, item, target, half))
    return small.getvalue()


def _empty(file: io.BytesIO) -> h5f.FileID:
    access = h5p.create(h5p.FILE_ACCESS)
    access.set_fileobj_driver(h5fd.fileobj_driver, file)
    access.set_libver_bounds(h5f.LIBVER_LATEST, h5f.LIBVER_LATEST)
    return h5f.create(b"weights", h5f.ACC_EXCL, fcpl=_untimed(h5p.FILE_CREATE), fapl=access)


def _untimed(kind: h5p.PropClassID) -> h5p.PropOCID:
    found = h5p.create(kind)
    found.set_obj_track_times(False)
    return found


def _copy(name: str, item: h5py.Group | h5py.Dataset, target: h5py.File, half: bool) -> None:
    if isinstance(item, h5py.Group):
        h5g.create(target.id, name.encode(), gcpl=_untimed(h5p.GROUP_CREATE))
    else:
        values = item[()]
        if half and np.issubdtype(values.dtype, np.floating):  # the random state of a dropout layer keeps its type
            values = values.astype(np.float16)
        packed = {"compression": "gzip", "shuffle": True} if values.size > LEAST else {}
        target.create_dataset(name, data=values, **packed)
    target[name].attrs.update(item.attrs)
