"""The stand-alone end-of-waste check for people: over HTTP, with a dossier to hand over and a list of all articles."""
