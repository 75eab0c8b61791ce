"""program: what a Pulumi program imports: stack settings, specs, the GenieSpace resource.

In: the stack's configuration and files. Out: registered resources. Nothing here talks to a workspace: that is the
provider's process. Problems leave as `pulumi.RunError`, which prints without a traceback.
"""
