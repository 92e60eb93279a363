"""`glmdesk --self-test`: each thing that an installation can lack is done once, without the user's data."""
