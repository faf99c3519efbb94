"""Pure rules of numbers, text, time and errors: no I/O but the rehearsal clock's file."""
