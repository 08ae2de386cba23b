"""What the product needs around it: the template of its cloud and, under `local`, an emulation of it."""
