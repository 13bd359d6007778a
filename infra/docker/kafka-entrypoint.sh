#!/bin/bash
# Make server properties of the environment as the official image does, format the data folder once, and serve.
# KAFKA_X_Y becomes x.y; `__` stands for an underscore and `___` for a dash: KAFKA_LOG_DIRS is log.dirs.
# CLUSTER_ID names the cluster. Without any KAFKA_ variable: one node, at localhost:9092.
set -euo pipefail

[ "${1:-run}" = run ] || exec "$@"

config=/opt/kafka/generated/server.properties
export KAFKA_HEAP_OPTS=${KAFKA_HEAP_OPTS:--Xms128m -Xmx512m}

from_environment() {
  awk 'BEGIN {
    # Settings of the JVM or of this image, not of the broker.
    split("VERSION HEAP_OPTS OPTS JMX_OPTS LOG4J_OPTS GC_LOG_OPTS JVM_PERFORMANCE_OPTS HEALTH_PORT", ours, " ")
    for (each in ours) skipped["KAFKA_" ours[each]] = 1
    for (name in ENVIRON) {
      if (name !~ /^KAFKA_/ || name in skipped) continue
      property = tolower(substr(name, 7))
      gsub(/___/, "-", property); gsub(/__/, "@", property); gsub(/_/, ".", property); gsub(/@/, "_", property)
      print property "=" ENVIRON[name]
    }
  }'
}

one_node() {
  cat << 'END'
node.id=1
process.roles=broker,controller
listeners=PLAINTEXT://:9092,CONTROLLER://:9093
advertised.listeners=PLAINTEXT://localhost:9092
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.quorum.voters=1@localhost:9093
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
END
}

wanted=$(from_environment)
printf '%s\n' "${wanted:-$(one_node)}" > "$config"
grep -q '^log\.dirs\?=' "$config" || echo 'log.dirs=/var/lib/kafka/data' >> "$config"

# Without a static list of voters the first node forms the quorum on its own.
alone=()
grep -q '^controller\.quorum\.\(voters\|bootstrap\.servers\)=' "$config" || alone=(--standalone)
/opt/kafka/bin/kafka-storage.sh format --ignore-formatted --config "$config" \
  --cluster-id "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" "${alone[@]}"

# shellcheck disable=SC2086 # the options hold several arguments
exec java $KAFKA_HEAP_OPTS ${KAFKA_OPTS:-} -Djava.awt.headless=true \
  -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties -cp '/opt/kafka/libs/*' kafka.Kafka "$config"
