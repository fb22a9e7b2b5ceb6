"""What happens to a request before and after its view: limits, headers, log, health, errors, unchanged pages."""
