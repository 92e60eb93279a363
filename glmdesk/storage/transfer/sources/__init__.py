"""The histories of other programs: each is read by a generator over what is in a file.

It yields `Incoming` and `Loss` as it comes to them. Settings, servers, tools and keys are passed over:
nothing that is imported is enabled or run.
"""
