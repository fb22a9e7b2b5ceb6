"""What the registry costs at the size of a ministry, beside a plain Django site over the same tables: `make bench`."""
