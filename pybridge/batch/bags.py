"""Bags of Dask: collections whose partitions are rendered by the workers of a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pybridge.batch.content import content_of
from pybridge.batch.partitions import render_partition
from pybridge.engines import DEFAULT_ENGINE
from pybridge.engines.limits import Limits
from pybridge.errors import PackageMissing
from pybridge.library.runtime import core_of
from pybridge.library.scripts import Place, Scripts, sources_of

if TYPE_CHECKING:
    from dask.bag import Bag


def render_bag(
    bag: Bag,
    *,
    project: Place | None = None,
    scripts: Scripts | None = None,
    engine: str = DEFAULT_ENGINE,
    limits: Limits | None = None,
    preview: bool = False,
    html: bool = False,
) -> Bag:
    """Return a bag of `Rendered` for a bag of texts and `Document`s, in the same partitions and order.

    Nothing is rendered before Dask computes it. Scripts are read here and sent to each worker once, by a hash of their
    content; a project must be on every worker, in the same place and with the same content.

    Args:
        bag: The documents.
        project: Folder of a project.
        scripts: Instead of a project: sources by name, or a folder of `.py` files.
        engine: `wasi`, `browser` or `native`.
        limits: Of time, memory and size.
        preview: Whether a failed macro leaves a visible mark.
        html: Whether workers make the results' HTML, too.

    Raises:
        PackageMissing: when Dask is not installed.
        TypeError: when *bag* is not a bag of Dask.
        UsageError: when *project* or *scripts* cannot be used.
    """
    dask = _dask()
    if not isinstance(bag, dask.bag.Bag):
        raise TypeError(f"render_bag takes a bag of Dask, not {type(bag).__name__}")
    core_of(project, scripts, engine, limits, None, None)  # says at once what cannot be used
    sources = None if scripts is None else sources_of(scripts)
    return bag.map_partitions(
        render_partition,
        project=None if project is None else str(Path(project).absolute()),
        scripts=None if sources is None else dask.delayed(sources, pure=True, traverse=False),
        engine=engine,
        limits=limits,
        preview=preview,
        html=html,
        content=content_of(project),
    )


def _dask() -> Any:
    try:
        import dask.bag
    except ModuleNotFoundError as error:
        raise PackageMissing("dask", "pip install 'pybridge-runtime[dask]'") from error
    return dask
