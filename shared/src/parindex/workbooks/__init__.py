"""Opening XLSX files that people send: in a process of its own, within bounds; not what their cells mean."""
