"""What all HTTP services share: problem documents, bearer tokens, idempotency keys, entity tags, size limits."""
