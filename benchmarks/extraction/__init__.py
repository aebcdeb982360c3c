"""Does the chain extract and clean at least as well as trafilatura alone, and how fast?"""
