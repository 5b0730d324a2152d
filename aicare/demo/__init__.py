"""The demonstration ward: invented people, and pictures of nobody."""
