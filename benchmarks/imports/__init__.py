"""What an import costs in CPU and memory, by the number of pages."""
