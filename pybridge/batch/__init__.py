"""Documents over several processes or machines: what a worker calls, and Dask's bags."""

from pybridge.batch.bags import render_bag
from pybridge.batch.content import ContentDiffers, content_of
from pybridge.batch.partitions import render_partition

__all__ = ["ContentDiffers", "content_of", "render_bag", "render_partition"]
