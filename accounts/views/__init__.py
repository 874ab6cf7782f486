"""Sign-in, people and roles, the Plh by one tap, the PIN; one module each."""
