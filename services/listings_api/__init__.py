"""The API of organisations, offers, wants, saved searches and evidence."""
