"""All signs of a patient over time: read, thinned, drawn, exported, and as the paper chart."""
