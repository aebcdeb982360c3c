"""What a site repeats: learned from its articles, cut from the next one."""
