"""What published files and pages say, read anew: sharing no code with what wrote them; no library needed."""
