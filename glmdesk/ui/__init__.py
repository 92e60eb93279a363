"""The windows. Qt lives here and in `glmdesk.app`."""
