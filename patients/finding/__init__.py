"""How one person is found among a million: words, walks of one index, likely duplicates."""
