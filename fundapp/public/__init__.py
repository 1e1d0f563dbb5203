"""What everybody may see: open calls, how we decide, what the money did."""
