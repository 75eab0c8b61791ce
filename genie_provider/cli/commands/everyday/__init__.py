"""everyday: how the spaces of a stack stand, and what brings them where the specs say."""
