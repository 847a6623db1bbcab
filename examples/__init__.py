"""Three wizards that are no signup, a file each: what an author writes, and how it is run."""
