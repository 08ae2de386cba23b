"""Journey 3: what an admin may change. `roster` decides, the desk commits, `publishing` tells the check-in path."""
