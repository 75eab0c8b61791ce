"""answers: how well the spaces answer, and what people ask them."""
