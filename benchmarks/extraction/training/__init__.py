"""How the block classifier is made, from the labelled pages beside the repository."""
