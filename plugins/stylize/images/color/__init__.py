"""Colors of finished pictures, in Oklab: taken from the photo, masked, or shared by several pictures."""
