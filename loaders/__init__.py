"""The read side: perspectives, batch loading, listings, links. Loaders are batch functions: one statement a batch."""
