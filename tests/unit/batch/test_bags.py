"""Bags of Dask have the results of one process, on workers in processes and after one of them was killed."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import dask
import dask.bag
import pytest

from pybridge import Document, Rendered
from pybridge.batch import ContentDiffers, render_bag, render_partition
from pybridge.errors import UsageError
from tests.amounts import IS_LONG
from tests.unit.batch.conftest import GREET, PATIENT, SCRIPTS
from tests.unit.library.test_runtime import write_tree

TEXTS = [f"{number} [[greet name=n{number}]] [[boom]]" for number in range(30)]
DOCUMENTS: list[str | Document] = [
    *TEXTS,
    Document("x", env={"isPreview": 5}),
    Document("[[note]]", path="a.md"),
]


def expected() -> list[Rendered]:
    return render_partition(DOCUMENTS, scripts=SCRIPTS, engine="native", limits=PATIENT)


@pytest.mark.parametrize("partitions", [1, 2, 7, 32])
def test_a_bag_has_the_results_of_one_process_in_order(partitions: int) -> None:
    bag = dask.bag.from_sequence(DOCUMENTS, npartitions=partitions)
    rendered = render_bag(bag, scripts=SCRIPTS, engine="native", limits=PATIENT)
    assert rendered.npartitions == bag.npartitions
    assert rendered.compute(scheduler="sync") == expected()


def test_workers_in_processes_have_the_same_results() -> None:
    bag = dask.bag.from_sequence(DOCUMENTS, npartitions=4)
    rendered = render_bag(bag, scripts=SCRIPTS, engine="native", limits=PATIENT)
    assert rendered.compute(scheduler="processes", num_workers=2) == expected()


def test_scripts_are_in_one_task_however_many_partitions_there_are(tmp_path: Path) -> None:
    source = GREET + "#" * 100_000
    (tmp_path / "greet.py").write_text(source, "utf-8")
    bag = dask.bag.from_sequence(TEXTS, npartitions=30)
    [rendered] = dask.optimize(render_bag(bag, scripts=tmp_path, engine="native", limits=PATIENT))
    sizes = [len(pickle.dumps(task)) for task in dict(rendered.dask).values()]
    assert len([size for size in sizes if size > len(source)]) == 1
    assert rendered.compute(scheduler="sync")[0].output == "0 <b>Hello, n0!</b> [[boom]]"


def test_what_cannot_be_used_is_an_error_before_dask_computes() -> None:
    bag = dask.bag.from_sequence(TEXTS, npartitions=2)
    with pytest.raises(UsageError, match="not both"):
        render_bag(bag, scripts=SCRIPTS, project=".")
    with pytest.raises(TypeError, match="not list"):
        render_bag(TEXTS)


def test_a_project_that_changes_before_the_work_is_done_is_an_error(tmp_path: Path) -> None:
    write_tree(tmp_path, {"scripts/greet.py": GREET})
    bag = dask.bag.from_sequence(TEXTS, npartitions=2)
    rendered = render_bag(bag, project=tmp_path, engine="native", limits=PATIENT)
    write_tree(tmp_path, {"scripts/greet.py": GREET + "\n"})
    with pytest.raises(ContentDiffers):
        rendered.compute(scheduler="sync")


def test_without_dask_one_line_names_the_extra() -> None:
    program = """import sys
sys.modules["dask"] = None
from pybridge.batch import render_bag, render_partition
from pybridge.errors import PackageMissing
try:
    render_bag([])
except PackageMissing as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (
        "the package dask is not installed – install it: pip install 'pybridge-runtime[dask]'\n",
        "",
    )


@pytest.mark.skipif(not IS_LONG, reason="starts a cluster: with --long")
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker_has_the_same_results() -> None:
    from distributed import Client, LocalCluster, wait

    texts = [f"{number} [[greet name=n{number}]]" for number in range(4000)]
    bag = dask.bag.from_sequence(texts, npartitions=40)
    rendered = render_bag(bag, scripts=SCRIPTS, engine="native", limits=PATIENT)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        futures = client.compute(rendered.to_delayed())
        wait(futures, return_when="FIRST_COMPLETED")
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
        started = time.monotonic()
        done = [each for part in client.gather(futures) for each in part]
        assert time.monotonic() - started < 600
    assert done == render_partition(texts, scripts=SCRIPTS, engine="native", limits=PATIENT)
