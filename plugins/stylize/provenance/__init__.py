"""What is known about a picture: recorded once, rendered in many places."""
