"""The embedded cloud: the unmodified product on one machine, without an AWS account.

What differs from a deployment is endpoint variables and the clock seam; no product code knows this package.
"""
