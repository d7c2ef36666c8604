"""The benchmark: what a request costs, layer by layer, and how that changes with the size of the graph."""
