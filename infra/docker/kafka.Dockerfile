# Stands in for the official `apache/kafka` where no image registry is reachable
# (docs/guides/docker-without-a-registry.md). Same variables, same ports, same user id; not for production.
#
# Build from the repository's root:  docker build -f infra/docker/kafka.Dockerfile -t kringmarkt-kafka:local .
# BASE_IMAGE: Debian 12 (bookworm); Java and, while building, Maven are installed from its packages.
ARG BASE_IMAGE=python:3.11-slim-bookworm

FROM ${BASE_IMAGE} AS jars
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends maven openjdk-17-jre-headless
COPY infra/kafka/pom.xml /build/pom.xml
RUN mvn -q -B -f /build/pom.xml -Ptools dependency:copy-dependencies -DoutputDirectory=/opt/kafka/libs

FROM ${BASE_IMAGE}
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends openjdk-17-jre-headless \
 && rm -rf /var/lib/apt/lists/*
COPY --from=jars /opt/kafka/libs /opt/kafka/libs
COPY infra/kafka/log4j2.properties /opt/kafka/config/log4j2.properties
COPY infra/docker/kafka-entrypoint.sh /usr/local/bin/kafka-entrypoint
COPY infra/docker/kafka-tool.sh /opt/kafka/bin/kafka-tool.sh
RUN chmod 0755 /usr/local/bin/kafka-entrypoint /opt/kafka/bin/kafka-tool.sh \
 && for tool in topics configs consumer-groups get-offsets broker-api-versions storage; do \
      ln -s kafka-tool.sh "/opt/kafka/bin/kafka-$tool.sh"; \
    done \
 && groupadd --gid 1000 appuser \
 && useradd --uid 1000 --gid appuser --no-create-home --home-dir /var/lib/kafka --shell /bin/bash appuser \
 && install -d -o appuser -g appuser -m 0750 /var/lib/kafka /var/lib/kafka/data /opt/kafka/generated
USER appuser
VOLUME /var/lib/kafka/data
EXPOSE 9092
# A listener opens only once the broker takes requests. KAFKA_HEALTH_PORT: for a client listener elsewhere.
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=12 \
  CMD bash -c 'exec 3<> "/dev/tcp/127.0.0.1/${KAFKA_HEALTH_PORT:-9092}"'
ENTRYPOINT ["kafka-entrypoint"]
CMD ["run"]
