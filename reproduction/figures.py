"""Every plot, from a run or a record."""
