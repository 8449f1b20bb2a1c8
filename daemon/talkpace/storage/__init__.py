"""The SQLite database: sessions, habits log, athletes, straps, and the outbox for the broker."""
