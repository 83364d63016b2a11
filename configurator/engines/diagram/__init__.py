"""The compiled engine: an AND/OR multi-valued decision diagram over tables of indices, questioned by numba passes."""
