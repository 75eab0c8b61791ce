"""pulumi_sdk: everything that leans on the inside of Pulumi's Python SDK, in one place.

Private names, the layout of its folders, values that mean something on the wire, side effects of what it does:
none of it is promised, so an upgrade of the SDK begins with reading this package. Tried with 3.272.

    messages      the gRPC messages, loaded without importing the SDK
    marks         the texts that stand for secrets, outputs and unknown values on the wire
    providers     a provider object ⇄ the text that travels with a resource
    program       what the SDK does in a program for every resource, kept short

Never decides anything about spaces; nothing here is imported by the commands.
"""
