"""What an export costs in memory and CPU, by the number of articles."""
