"""The data sources of the local AWS, one module per service; each ends with FUNCTIONS."""
