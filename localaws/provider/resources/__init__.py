"""The types of the local AWS, one module per group of types that belong together; each ends with RESOURCES."""
