"""The demo: a made-up fund with three rounds, played move by move through the services."""
