"""What a hit on a mail's pixel or link tells about who, or what, made it."""
