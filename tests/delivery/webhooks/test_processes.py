"""Several processes post to the endpoints of one database: each release once, and nothing is lost with a process."""

import asyncio
import signal
from datetime import timedelta

from models import Webhook
from publishing.save import utc_now


async def test_one_process_at_a_time_posts_to_an_endpoint(make, hook, receiver, turn, clock, until):
    """A lease keeps others away; when its holder does not renew it, another takes over and posts again."""
    await hook("/hang")
    first, second = turn.deliverer(), turn.deliverer(lambda: clock.now + timedelta(seconds=10))
    await make.live("topic/one")
    await turn.graph.advance()
    await first.look()
    await until(lambda: receiver.revisions("/hang") == [2])

    await second.look()
    kept_away = dict(second.working)
    clock.advance(minutes=1)
    await second.look()
    await until(lambda: receiver.revisions("/hang") == [2, 2])

    assert kept_away == {}
    assert receiver.received[0].id == receiver.received[1].id


async def test_of_two_processes_that_look_at_once_one_posts(make, hook, receiver, turn):
    """Both see that there is something to post, and one of them gets the lease."""
    await hook()
    both = [turn.deliverer(), turn.deliverer()]
    await make.live("topic/one")
    await turn.graph.advance()

    await asyncio.gather(*(each.look() for each in both))
    await asyncio.gather(*(task for each in both for task in each.working.values()))

    assert receiver.revisions() == [2]


async def test_a_process_that_stops_leaves_its_endpoints_to_others_at_once(make, hook, receiver, turn, until):
    """What it was posting is posted again by the next."""
    await hook("/hang")
    first, second = turn.deliverer(), turn.deliverer()
    await make.live("topic/one")
    await turn.graph.advance()
    await first.look()
    await until(lambda: receiver.revisions("/hang") == [2])

    await first.stop()
    await second.look()
    await until(lambda: receiver.revisions("/hang") == [2, 2])

    assert (await Webhook.get()).attempts == 0


async def test_two_servers_post_each_release_once(make, hook, receiver, serve, until):
    """Two real processes on one database: every endpoint gets every release once, in order."""
    await hook()
    await hook("/second")
    for _ in range(2):
        serve(CAVEAT_WEBHOOK_PRIVATE="true")

    for number in range(10):
        await make.live(f"topic/number-{number}")
    await until(lambda: len(receiver.received) >= 20)
    await make.live("topic/last")
    await until(lambda: len(receiver.received) >= 22)

    expected = list(range(2, 13))
    assert (receiver.revisions(), receiver.revisions("/second")) == (expected, expected)


async def test_a_server_that_is_killed_after_a_post_loses_nothing(make, hook, receiver, serve, turn, until):
    """Killed when the endpoint has the release and before that is written: the next process posts it again."""
    webhook = await hook()
    server = serve(CAVEAT_WEBHOOK_PRIVATE="true")
    receiver.told = server.process.kill
    await make.live("topic/one")
    await until(lambda: server.process.poll() is not None)
    receiver.told = lambda: None

    await turn(turn.deliverer(lambda: utc_now() + timedelta(hours=1)))

    assert server.process.returncode == -signal.SIGKILL
    assert [each.id for each in receiver.received] == [f"{webhook.id.hex}-2"] * 2
    assert (await Webhook.get()).revision == 2


async def test_a_server_stops_while_an_endpoint_hangs(make, hook, receiver, serve, until):
    """A post that runs does not hold up a shutdown, and another server may go on at once."""
    await hook("/hang")
    server = serve(CAVEAT_WEBHOOK_PRIVATE="true")
    await make.live("topic/one")
    await until(lambda: receiver.revisions("/hang") == [2])

    assert server.stop() == 0
    assert (await Webhook.get()).lease_holder is None
