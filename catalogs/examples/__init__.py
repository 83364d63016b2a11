"""Complete example catalogs shipped with the product: e-bikes, workstations, made-to-measure windows."""
