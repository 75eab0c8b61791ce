"""config: what Pulumi.yaml, Pulumi.<stack>.yaml and the environment say, without Pulumi.

In: files and configuration values. Out: settings. Never connects, never writes secrets anywhere.
"""
