"""Servers of tools that speak the Model Context Protocol, on this computer or elsewhere.

Source: modelcontextprotocol.io, revisions 2025-11-25 and 2026-07-28, as the official SDK speaks them.
"""
