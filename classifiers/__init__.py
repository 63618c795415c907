"""Label articles: load a model bundle, predict. Runs without torch."""
