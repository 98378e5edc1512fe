"""What the worker carries out for `reviews`; each task has the key of its job."""
