"""From tables to a diagram: domains reduced, a tree of variables chosen, automata conjoined along it, made flat."""
