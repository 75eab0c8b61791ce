"""What blueprint.yaml describes, and one Genie space for every file in spaces/."""

import pulumi

from genie_provider import GenieSpace, StackSettings, apply_blueprint, load_specs

stack = StackSettings.from_config(pulumi.Config("genie"))
apply_blueprint(stack)
for name, spec in load_specs(stack.specs, stack.variables).items():
    pulumi.export(name, GenieSpace(name, spec, stack.options_for(name), stack=stack).space_id)
