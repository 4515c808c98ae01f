"""What `bench/rivals` compares, and how: the cases, the crates of the tools, and the programs that judge them."""
