"""What the product needs around it: the build of its texts and page and, under `local`, an emulation of its cloud."""
