"""The networks, and what turns a photo into a picture. Torch is imported here and nowhere else."""
