"""Measures, charts and the documents made of them."""
