"""Alerts: stored in inboxes, read over HTTP, pushed over websockets."""
