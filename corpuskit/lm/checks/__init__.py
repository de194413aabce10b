"""The checks of the pretraining step: a file each, plain functions that return a `Check`."""
