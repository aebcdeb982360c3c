"""What kills, stops and starves a crawl, and what is left of it afterwards."""
