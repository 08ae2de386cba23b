"""Speed as counts and ratios; nothing here is asserted, because a timed test fails on a busy machine and not on a slow
product."""
