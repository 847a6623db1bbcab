"""The signup: the flow that is shipped, and the accounts it ends in."""
