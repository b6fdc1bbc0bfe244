"""One file for each hard case, named after its id; docs/scenarios.md lists them."""
