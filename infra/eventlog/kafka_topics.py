"""Making the topics of the table in `contracts.topics` on a Kafka cluster, and checking that they are right."""

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from contracts.topics import LANES, TOPICS, Topic
from infra.eventlog.kafka_log import Cluster

MAX_MESSAGE_BYTES = 4 * 1024 * 1024


class WrongTopics(RuntimeError):
    """Topics exist on the cluster in a shape that would break the order of events."""


def _settings(topic: Topic) -> dict[str, str]:
    cleanup = {"cleanup.policy": "compact"} if topic.compacted else {"retention.ms": str(topic.retention_ms)}
    return {**cleanup, "max.message.bytes": str(MAX_MESSAGE_BYTES)}


async def ensure_topics(cluster: Cluster, replication: int = 1) -> None:
    """Make topics that are missing; raises WrongTopics when one has another number of partitions than lanes."""
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.bootstrap)
    await admin.start()
    try:
        present = set(await admin.list_topics())
        missing = [
            NewTopic(cluster.topic(name), LANES, replication, topic_configs=_settings(topic))
            for name, topic in TOPICS.items()
            if cluster.topic(name) not in present
        ]
        if missing:
            response = await admin.create_topics(missing)
            for name, code, *_ in response.topic_errors:
                error = for_code(code)
                if code and error is not TopicAlreadyExistsError:
                    raise error(f"topic {name} could not be made")
        for topic in await admin.describe_topics([name for name in map(cluster.topic, TOPICS) if name in present]):
            check_partitions(topic["topic"], len(topic["partitions"]))
    finally:
        await admin.close()


async def reachable(cluster: Cluster) -> dict[str, int]:
    """How many brokers take part; raises OSError when none can be reached or does."""
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.bootstrap, request_timeout_ms=2_000)
    try:
        await admin.start()
        brokers = len((await admin.describe_cluster())["brokers"])
    except KafkaError as error:
        raise ConnectionError(f"{cluster.bootstrap} cannot be used: {error}") from error
    finally:
        await admin.close()
    if not brokers:
        raise ConnectionError(f"{cluster.bootstrap} answers, but no broker takes part yet")
    return {"brokers": brokers}


def check_partitions(topic: str, partitions: int) -> None:
    """Raise WrongTopics unless `topic` has as many partitions as there are lanes."""
    if partitions != LANES:
        raise WrongTopics(
            f"topic {topic} has {partitions} partitions; Kringmarkt needs {LANES}, one per lane. "
            "Drain it, delete it and start again, so that `kringmarkt` makes it anew."
        )
