"""Journey 3: what admins change, order and ask. Nouns decide, the desk commits, the check-in path is told."""
