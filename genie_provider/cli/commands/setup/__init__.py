"""setup: a project, a workspace to try it on, and what is wrong with either."""
