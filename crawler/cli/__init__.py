"""The command line: one file a command group, each parse, call, print."""
