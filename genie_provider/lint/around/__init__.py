"""around: rules about what surrounds a space: rights, tags, folder, warehouse, names of other environments."""
