"""One cell: what the kernel is told of it, how it is compiled, what it gave."""
