"""codec: between the shapes of a space: spec → inputs, inputs ⇄ the workspace's body. Each pair has a law.

In: specs and bodies. Out: inputs and bodies. Never fails on a strange body: what is not known is kept, word for
word. Here nothing is sent or read from disk.
"""
