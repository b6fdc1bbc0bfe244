"""What the addon costs, measured on a database and a local Ponto of its own."""
