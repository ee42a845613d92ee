"""Police response: grades, units on patrol, the queue by grade and age, diversion, and the calls' answering."""
