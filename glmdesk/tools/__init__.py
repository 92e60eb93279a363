"""What a model may have done: the tools on offer, and what runs without being asked about."""
