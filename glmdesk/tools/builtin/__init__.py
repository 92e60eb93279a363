"""The tools that come with the program. Each looks at something that is here, and changes nothing."""
