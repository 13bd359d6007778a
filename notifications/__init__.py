"""Who hears what: numbered, replayable alerts that hold only what their reader may see."""
