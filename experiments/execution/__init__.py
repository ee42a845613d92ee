"""How replications are executed, kept and resumed."""
