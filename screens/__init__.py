"""The full-screen interface: it draws and forwards, and decides nothing. None of it is built yet."""
