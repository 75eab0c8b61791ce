"""Every file in spaces/ becomes one Genie space in this stack's workspace."""

import pulumi

from genie_provider import GenieSpace, StackSettings, demo_data, load_specs

stack = StackSettings.from_config(pulumi.Config("genie"))
folders = [stack.specs, *demo_data(stack)]  # with genie:demoData, tables to try things on and spaces over them
for name, spec in load_specs(folders, stack.variables).items():
    space = GenieSpace(name, spec, stack.options_for(name), stack=stack)
    pulumi.export(name, space.space_id)
