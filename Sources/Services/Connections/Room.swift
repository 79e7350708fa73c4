// The first file of the room; it goes when the room has one that says something.
