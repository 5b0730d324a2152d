"""Joining two records of one person: what would happen, and which rows come over."""
