"""CloudWatch Logs Insights QL: a grammar, translated to SQL that DuckDB runs over the events of log groups.

`syntax` reads a query, `translate` makes SQL of it with what `values`, `functions` and `aggregates` know, `run` has it
answered. What the language documents and this lacks, or what is no part of it, is an error.

Source: CloudWatch Logs User Guide, "CloudWatch Logs Insights language query syntax".
"""
