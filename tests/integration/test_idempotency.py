"""The same request under the same key is done once and answered the same, whatever happens in between."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts.problems import Refusal
from infra.http.idempotency import CLAIM, Answer, KeyUsedForSomethingElse, Request, idempotently
from infra.postgres.database import Connection, Database
from infra.postgres.transaction import transaction

KEPT = "SELECT count(*) FROM eventlog.idempotency"


@dataclass
class Work:
    """Makes a row in the caller's transaction and answers with a number; can be told to refuse."""

    refuse: Exception | None = None
    answers: list[Answer] = field(default_factory=list)

    async def __call__(self, connection: Connection) -> Answer:
        await connection.execute("INSERT INTO notifications.acted_trades VALUES ($1)", uuid4())
        if self.refuse is not None:
            raise self.refuse
        self.answers.append(Answer(201, b'{"number": %d}' % len(self.answers), {"ETag": '"1"', "Location": "/v1/é"}))
        return self.answers[-1]


async def ask(database: Database, request: Request, work: Work) -> Answer:
    """One request in a transaction of its own."""
    async with transaction(database) as unit:
        return await idempotently(unit.connection, request, lambda: work(unit.connection))


async def counted(database: Database, sql: str = "SELECT count(*) FROM notifications.acted_trades") -> int:
    """How often the work was done, or another count."""
    async with database.connection() as connection:
        return int(await connection.fetchval(sql))


def asked(key: str | None = "key-1", owner: str = "depot", what: bytes = b"20 t of wood") -> Request:
    """A request."""
    return Request.of(owner, key, b"POST /v1/offers", what)


async def test_the_same_request_again_gets_the_first_answer_and_is_done_once(database: Database) -> None:
    work = Work()
    first, second = [await ask(database, asked(), work) for _ in range(2)]
    assert (second.status, second.body, second.media_type) == (first.status, first.body, first.media_type)
    assert second.headers == {**first.headers, "Idempotent-Replayed": "true"}
    assert await counted(database) == 1


async def test_twenty_at_once_are_one(database: Database) -> None:
    work = Work()
    async with asyncio.timeout(60):
        answers = await asyncio.gather(*(ask(database, asked(), work) for _ in range(20)))
    assert {answer.body for answer in answers} == {b'{"number": 0}'}
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert (await counted(database), len(work.answers)) == (1, 1)


async def test_the_key_with_another_request_is_refused_and_changes_nothing(database: Database) -> None:
    work = Work()
    await ask(database, asked(), work)
    with pytest.raises(KeyUsedForSomethingElse, match="take a new key") as refused:
        await ask(database, asked(what=b"30 t of wood"), work)
    assert refused.value.document()["idempotency_key"] == "key-1"
    assert refused.value.status == 422
    assert await counted(database) == 1


async def test_twenty_different_requests_under_one_key_at_once_leave_one(database: Database) -> None:
    work = Work()
    requests = [asked(what=str(number).encode()) for number in range(20)]
    async with asyncio.timeout(60):
        found = await asyncio.gather(*(ask(database, one, work) for one in requests), return_exceptions=True)
    assert sum(isinstance(item, Answer) for item in found) == 1
    assert sum(isinstance(item, KeyUsedForSomethingElse) for item in found) == 19
    assert await counted(database) == 1


async def test_two_organisations_may_use_the_same_key(database: Database) -> None:
    work = Work()
    bodies = {(await ask(database, asked(owner=owner), work)).body for owner in ("depot", "sawmill")}
    assert len(bodies) == 2


async def test_without_a_key_each_request_is_done(database: Database) -> None:
    work = Work()
    for _ in range(2):
        assert "Idempotent-Replayed" not in (await ask(database, asked(None), work)).headers
    assert (await counted(database), await counted(database, KEPT)) == (2, 0)


@pytest.mark.parametrize("error", [Refusal("There is not enough left."), ZeroDivisionError("a mistake")], ids=repr)
async def test_a_refused_request_keeps_nothing_and_may_be_mended_under_its_key(
    database: Database, error: Exception
) -> None:
    with pytest.raises(type(error)):
        await ask(database, asked(what=b"1000 t"), Work(error))
    assert (await counted(database), await counted(database, KEPT)) == (0, 0)
    assert (await ask(database, asked(what=b"10 t"), Work())).status == 201


async def test_those_who_wait_for_a_refused_request_do_the_work_themselves(database: Database) -> None:
    refusing, working = Work(Refusal("No.")), Work()
    async with database.connection() as connection:
        first = connection.transaction()
        await first.start()
        assert await connection.fetchval(CLAIM, "depot", "key-1", asked().hash)
        waiting = asyncio.create_task(ask(database, asked(), working))
        await asyncio.wait([waiting], timeout=0.3)
        assert not waiting.done(), "the second request waits for the first one's commit"
        await first.rollback()
        assert (await waiting).status == 201
    assert refusing.answers == []
    assert await counted(database) == 1


async def test_a_process_that_ends_between_claim_and_commit_keeps_nothing(database: Database) -> None:
    dying = await asyncpg.connect(database.dsn)
    open_transaction = dying.transaction()
    await open_transaction.start()
    assert await dying.fetchval(CLAIM, "depot", "key-1", asked().hash)
    waiting = asyncio.create_task(ask(database, asked(), Work()))
    await asyncio.wait([waiting], timeout=0.2)
    dying.terminate()
    async with asyncio.timeout(30):
        assert (await waiting).headers == {"ETag": '"1"', "Location": "/v1/é"}
    assert await counted(database, KEPT) == 1


async def test_an_empty_answer_and_one_of_another_type_come_back_as_they_were(database: Database) -> None:
    for key, answer in {"a": Answer(204), "b": Answer(200, b"\x00\xff", {}, "application/octet-stream")}.items():

        async def work(kept: Answer = answer) -> Answer:
            return kept

        async with transaction(database) as unit:
            await idempotently(unit.connection, asked(key), work)
        again = await ask(database, asked(key), Work())
        assert (again.status, again.body, again.media_type) == (answer.status, answer.body, answer.media_type)


def test_parts_of_a_request_cannot_be_shifted_into_each_other() -> None:
    assert Request.of("o", "k", b"ab", b"c").hash != Request.of("o", "k", b"a", b"bc").hash
    assert Request.of("o", "k", b"ab").hash != Request.of("o", "k", b"ab", b"").hash


def test_an_answer_without_a_body_has_no_content_type() -> None:
    assert "content-type" not in Answer(204).response().headers
    assert Answer(200, b"{}").response().headers["content-type"] == "application/json"


async def test_hostile_keys_are_only_keys(database: Database) -> None:
    keys = ["' OR 1=1 --", "%", "\\", "é" * 200, str(UUID(int=0)), '"']
    work = Work()
    for key in keys * 2:
        await ask(database, asked(key), work)
    assert await counted(database) == len(keys)
