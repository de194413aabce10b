"""Numba kernels: NumPy arrays in, NumPy arrays out, no I/O, the GIL released.

Text arrives as the two buffers of an Arrow string column (`arrow.TextBuffer`); only `arrow`
knows about Arrow and Polars. Every kernel has a slow, obvious twin under ``tests/``.
"""
