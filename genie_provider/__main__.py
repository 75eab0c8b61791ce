"""`python -m genie_provider COMMAND`: the commands around `pulumi preview` and `pulumi up`."""

import sys

from genie_provider.cli import main

sys.exit(main(sys.argv[1:]))
