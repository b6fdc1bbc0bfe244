"""The world that is there without a seed: a Belgian bakery, its trades and its banks."""
