"""glmdesk: a desktop assistant for the GLM models of Zhipu BigModel."""

__version__ = "0.1.0"
