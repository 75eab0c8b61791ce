"""stack: commands for what a stack's state holds."""
