"""What is known about a picture, stated once and written in many places."""
