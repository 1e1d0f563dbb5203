"""Connections: keys with which programs read a fund's data, and addresses that hear of what happens."""
