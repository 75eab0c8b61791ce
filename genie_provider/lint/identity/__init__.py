"""identity: rules about names, titles and ids: what tells one space, or one entry, from another."""
