"""The shared language of Kringmarkt: events, topics, vocabulary and reference tables."""
