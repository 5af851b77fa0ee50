"""Messages and channels: the only room that sends."""
