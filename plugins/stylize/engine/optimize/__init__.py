"""Style transfer by optimization of the pixels."""
