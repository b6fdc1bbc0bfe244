"""What models build on and is no model: clock, units, encryption, clients."""
