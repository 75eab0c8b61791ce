"""Every file in spaces/ becomes one Genie space in this stack's workspace."""

import pulumi

from genie_provider import GenieSpace, StackSettings, load_specs

stack = StackSettings.from_config(pulumi.Config("genie"))
for name, spec in load_specs(stack.specs, stack.variables).items():
    space = GenieSpace(name, spec, stack.options_for(name), stack=stack)
    pulumi.export(name, space.space_id)
