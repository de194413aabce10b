"""Benchmarks: every number is a ratio of two measurements taken in one run on one machine."""
