"""Plans of the coming year: tasks, activities, areas and measures that a report announces."""
