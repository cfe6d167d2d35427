"""Figures for a meeting: one field a screen, in large type, by the arrow keys."""
