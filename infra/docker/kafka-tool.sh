#!/bin/bash
# The command line tools that the official image has in /opt/kafka/bin: the name of the link says which is meant.
set -euo pipefail

declare -A main=(
  [kafka-topics]=org.apache.kafka.tools.TopicCommand
  [kafka-configs]=kafka.admin.ConfigCommand
  [kafka-consumer-groups]=org.apache.kafka.tools.consumer.group.ConsumerGroupCommand
  [kafka-get-offsets]=org.apache.kafka.tools.GetOffsetShell
  [kafka-broker-api-versions]=org.apache.kafka.tools.BrokerApiVersionsCommand
  [kafka-storage]=kafka.tools.StorageTool
)
name=$(basename "$0" .sh)
if [ -z "${main[$name]:-}" ]; then
  echo "$name is no tool of this image; call one of: ${!main[*]} (each with .sh)" >&2
  exit 64
fi
exec java -Xmx256m -XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties \
  -cp '/opt/kafka/libs/*' "${main[$name]}" "$@"
