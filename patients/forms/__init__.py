"""The shape of what people enter about patients; rules live in the services."""
