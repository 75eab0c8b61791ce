"""around: commands about what stands around the spaces: names of a blueprint, and who can read what."""
