"""pressreview: what the world's press tells of human trafficking and the corruption behind it."""

__version__ = "0.1.0"
