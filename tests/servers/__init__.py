"""Servers on loopback for tests: one small and honest with an access log, one that misbehaves."""
