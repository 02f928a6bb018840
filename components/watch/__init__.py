"""What tells people what happens: alarms, dashboard, saved queries, tables over logs, reachability paths."""
