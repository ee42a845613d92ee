"""What is assumed, and over which range."""
