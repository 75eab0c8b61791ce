"""instructions: rules about questions, examples, benchmarks, texts and functions."""
