"""specs: commands that write and check spec files."""
