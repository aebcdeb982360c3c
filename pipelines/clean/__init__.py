"""Article to clean article, every cut explained."""
