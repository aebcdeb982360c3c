"""Run crawls: spiders, frontier, schedule and command line."""
