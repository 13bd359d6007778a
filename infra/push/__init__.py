"""Push: numbered alerts from the inboxes to websockets, with replay and without waiting for slow clients."""
