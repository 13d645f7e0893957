"""A package, so that one browser and its hubs serve all tests here and end with them."""
