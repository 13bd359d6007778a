"""The relay: carries the event table to Kafka."""
