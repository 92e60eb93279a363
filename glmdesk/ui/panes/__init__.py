"""Widgets laid out and connected to controllers."""
