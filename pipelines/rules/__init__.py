"""What a person says about the pages of a host: it beats what was learned and what a model says."""
