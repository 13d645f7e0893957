"""JSON as the API speaks it: pydantic models, and how our types become them; one noun each."""
