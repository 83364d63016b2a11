"""Tables of a model's rules: every rule as the rows of choices it allows, over indices of the model's domains.

What the diagram conjoins and what the search over tables learns from. `tabulate` writes them, `linear`
says which rules are sums that may stay beside the diagram.
"""
