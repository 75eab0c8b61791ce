"""tools: the Pulumi CLI, the virtual environment and the demo, put on a machine by `make`."""
