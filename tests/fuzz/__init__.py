"""fuzz: hostile specs, variables and answers; short with the other tests, as long as one likes by hand."""
