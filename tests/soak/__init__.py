"""The soak: random visitors, and stores and processes that fail under them. Run by hand, `make soak`.

Whatever fails, what was accepted is still there, and a finished run has made one account, with the answers that were
pressed. The soak counts how often that is not so, and ends with status 1 if it ever is.
"""
