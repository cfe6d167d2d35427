"""Agencies, areas, officials and the working calendar."""
