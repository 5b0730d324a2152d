"""What was before: versions of rows, their differences in words, two versions side by side."""
