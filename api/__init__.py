"""Every door to the product: HTTP, web page, command line; and what only the edge may know.

Clock, randomness, disk folders and settings live here and nowhere else; the rooms below take days,
ids and texts as values.
"""
