"""Journey 3: what an admin may change. One module per noun decides, purely; the desk commits and publishes."""
