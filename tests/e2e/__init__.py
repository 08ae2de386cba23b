"""A package of its own, so that its fixtures end with its last test and not with the session."""
