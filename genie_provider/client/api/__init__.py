"""api: one family of the workspace's calls a module: its requests, and its answers as data."""
