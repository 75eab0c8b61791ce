"""`completion`: what a shell needs to complete commands, flags, and names of spaces and stacks."""

from __future__ import annotations

import argparse

HELP = """Print what your shell needs to complete genie's commands, flags, and the names of specs and stacks.

  eval "$(genie completion bash)"                                        in ~/.bashrc
  eval "$(genie completion zsh)"                                         in ~/.zshrc, behind compinit
  genie completion fish > ~/.config/fish/completions/genie.fish"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="which shell")


def run(arguments: argparse.Namespace) -> int:
    import argcomplete

    print(argcomplete.shellcode(["genie"], shell=arguments.shell))
    return 0
