"""New ids."""

from __future__ import annotations

import multiprocessing
from uuid import UUID

from lambda_contracts.ids import uuid


def test_an_id_is_a_uuid_of_version_4_and_another_each_time() -> None:
    ids = {uuid() for _ in range(100)}
    assert 100 == len(ids)
    assert {4} == {UUID(one).version for one in ids}


def test_forked_processes_do_not_share_their_ids() -> None:
    with multiprocessing.get_context("fork").Pool(2) as processes:
        ids = processes.starmap(uuid, [()] * 8)
    assert 9 == len({*ids, uuid()})
