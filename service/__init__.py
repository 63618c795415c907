"""What stands above the pipeline: the review line, the sample server."""
