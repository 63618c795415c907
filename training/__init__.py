"""Make the models: examples, network, retraining runs. Needs the `train` extra."""
